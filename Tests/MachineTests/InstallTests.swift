import Foundation
import Testing

/// `upkeep enable`, `mask`, `install`, `remove` and their like, on a real systemd.
@Suite("Verbs that change unit files", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct InstallTests {
  private static let folder = "/etc/systemd/system"

  private func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep"] + arguments)
  }

  private func object(_ result: CommandResult) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require(json as? [String: Any])
  }

  private func exists(_ machine: TestMachine, _ path: String) async throws -> Bool {
    try await machine.runDirectly(["test", "-e", path]).succeeded
  }

  @Test("links are made and removed, shown, and read by systemd")
  func links() async throws {
    let machine = try await TestMachine.shared()
    let unit = "ins-link.service"
    let link = "\(Self.folder)/multi-user.target.wants/\(unit)"
    try await machine.install(
      unit: unit,
      "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n")
    try await machine.install(
      unit: "ins-static.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()

    let enabled = try await upkeep(machine, "enable", "ins-link", "--now")
    #expect(enabled.status == 0)
    #expect(
      enabled.stdout == "Created symlink \(link) -> \(Self.folder)/\(unit)\n\(unit) started\n",
      "\(enabled)")
    #expect(try await machine.show(unit, ["UnitFileState"])["UnitFileState"] == "enabled")
    let again = try await upkeep(machine, "enable", "ins-link")
    #expect(again.status == 0 && again.stderr.contains("enabled before"), "\(again)")
    let without = try await upkeep(machine, "enable", "ins-static")
    #expect(
      without.status == 0 && without.stderr.contains("there is no [Install] section"), "\(without)")

    try await machine.install(
      unit: unit, "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=graphical.target\n"
    )
    let moved = try await upkeep(machine, "reenable", "ins-link")
    #expect(moved.status == 0 && moved.stdout.contains("Removed \(link)\n"), "\(moved)")
    #expect(moved.stdout.contains("graphical.target.wants/\(unit) -> "), "\(moved)")

    let disabled = try object(
      try await upkeep(machine, "disable", "ins-lin*", "--now", "-o", "json"))
    let changes = try #require(disabled["changes"] as? [[String: Any]])
    #expect(changes.map { $0["kind"] as? String } == ["unlink"])
    #expect((disabled["jobs"] as? [[String: Any]])?.first?["result"] as? String == "done")
    #expect(try await machine.show(unit)["ActiveState"] == "inactive")
    #expect(try await upkeep(machine, "enable", "ins-lost").status == 5)
    #expect(try await upkeep(machine, "enable", "ins-lost*").status == 5)
  }

  @Test(
    "a masked unit cannot be started until it is unmasked; a file of one's own cannot be masked")
  func masks() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write(
      "/run/systemd/system/ins-mask.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.install(unit: "ins-own.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "ins-mask.service"])
    let masked = try await upkeep(machine, "mask", "ins-mask", "--now")
    #expect(masked.status == 0, "\(masked)")
    #expect(
      masked.stdout
        == "Created symlink \(Self.folder)/ins-mask.service -> /dev/null\nins-mask.service stopped\n"
    )
    #expect(try await upkeep(machine, "start", "ins-mask").status == 1)
    let unmasked = try await upkeep(machine, "unmask", "ins-mask", "--now")
    #expect(
      unmasked.stdout == "Removed \(Self.folder)/ins-mask.service\nins-mask.service started\n",
      "\(unmasked)")
    try await machine.require(["systemctl", "stop", "ins-mask.service"])
    let own = try await upkeep(machine, "mask", "ins-own")
    #expect(own.status == 1 && own.stderr.contains("cannot be masked"), "\(own)")
    #expect(try await exists(machine, "\(Self.folder)/ins-own.service"))
  }

  private static let text = """
    [Unit]
    Description=Sleeper
    [Service]
    User=daemon
    ExecStart=/bin/sleep infinity
    [Install]
    WantedBy=multi-user.target

    """

  @Test("install checks, writes, enables and starts; remove takes all of it away again")
  func installs() async throws {
    let machine = try await TestMachine.shared()
    let (unit, source) = ("ins-app.service", "/run/ins/ins-app.service")
    let target = "\(Self.folder)/\(unit)"
    try await machine.write(source, Self.text)

    let dry = try await upkeep(machine, "install", source, "--dry-run")
    #expect(dry.status == 0 && dry.stdout.contains("\(target) would be written\n"), "\(dry)")
    #expect(
      dry.stdout.contains("\(unit) would be enabled\n")
        && dry.stdout.contains("\(unit) would be started"))
    #expect(try await !exists(machine, target))

    let done = try await upkeep(machine, "install", source)
    #expect(done.status == 0, "\(done)")
    #expect(
      done.stdout.contains("\(target) written\n") && done.stdout.contains("\(unit) started\n"),
      "\(done)")
    let state = try await machine.show(unit, ["ActiveState", "UnitFileState", "MainPID"])
    #expect(state["ActiveState"] == "active" && state["UnitFileState"] == "enabled")
    let same = try await upkeep(machine, "install", source)
    #expect(same.status == 0 && same.stdout.contains("\(target) is as it should be\n"), "\(same)")
    #expect(try await machine.show(unit, ["MainPID"])["MainPID"] == state["MainPID"], "it goes on")

    try await machine.write(source, Self.text.replacing("Sleeper", with: "Deep sleeper"))
    let blocked = try await upkeep(machine, "install", source)
    #expect(
      blocked.status == 1
        && blocked.stderr.contains("-Description=Sleeper\n+Description=Deep sleeper\n"))
    #expect(try await machine.require(["cat", target]).stdout == Self.text)
    let forced = try await upkeep(machine, "install", source, "--force", "-o", "json")
    let answer = try object(forced)
    #expect(answer["installed"] as? Bool == true && forced.status == 0)
    #expect((answer["files"] as? [[String: Any]])?.first?["before"] as? String == "different")
    #expect(try await machine.show(unit, ["Description"])["Description"] == "Deep sleeper")
    #expect(
      try await machine.show(unit, ["MainPID"])["MainPID"] != state["MainPID"],
      "it runs as its file says")

    let would = try await upkeep(machine, "remove", "ins-app", "--dry-run")
    #expect(would.status == 0 && would.stdout.contains("\(target) deleted"))
    #expect(try await exists(machine, target))
    let removed = try await upkeep(machine, "remove", "ins-app")
    #expect(removed.status == 0, "\(removed)")
    #expect(
      removed.stdout == """
        \(unit) stopped
        Removed \(Self.folder)/multi-user.target.wants/\(unit)
        Deleted \(target)

        """)
    #expect(try await machine.show(unit, ["LoadState"])["LoadState"] == "not-found")
    #expect(try await !exists(machine, "/var/lib/upkeep/installed/\(unit)"))
    #expect(try await upkeep(machine, "remove", "ins-app").status == 5)
  }

  @Test(
    "install refuses what lint calls an error, a package's unit and what is no unit, and writes nothing"
  )
  func refuses() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write(
      "/run/ins/ins-bad.service", Self.text.replacing("User=daemon", with: "Type=fantasy"))
    let bad = try await upkeep(machine, "install", "/run/ins/ins-bad.service")
    #expect(bad.status == 1 && bad.stdout.contains("'fantasy' is no value of Type="), "\(bad)")
    #expect(bad.stderr.contains("nothing was installed"))
    #expect(try await !exists(machine, "\(Self.folder)/ins-bad.service"))

    try await machine.write("/run/ins/systemd-journald.service", Self.text)
    let packaged = try await upkeep(machine, "install", "/run/ins/systemd-journald.service")
    #expect(packaged.status == 1 && packaged.stderr.contains("is a package's unit"), "\(packaged)")
    #expect(try await !exists(machine, "\(Self.folder)/systemd-journald.service"))

    try await machine.write("/run/ins/ins.txt", Self.text)
    #expect(try await upkeep(machine, "install", "/run/ins/ins.txt").status == 2)
    #expect(try await upkeep(machine, "install", "/run/ins/ins-none.service").status == 2)
    #expect(try await upkeep(machine, "install", "-H", "x", "/run/ins/ins.txt").status == 64)
  }

  @Test("a unit that was installed and does not start says why, and stays")
  func doesNotStart() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write(
      "/run/ins/ins-fail.service",
      Self.text.replacing("/bin/sleep infinity", with: "/bin/sh -c 'echo sorry; exit 9'"))
    let result = try await upkeep(machine, "install", "/run/ins/ins-fail.service")
    #expect(result.status == 1 && result.stderr.contains("exited with status 9"), "\(result)")
    #expect(result.stderr.contains("]: sorry"), "\(result)")
    #expect(try await upkeep(machine, "remove", "ins-fail").status == 0)
  }

  @Test(
    "a service that a socket starts is not started; a template's instances are stopped when it is removed"
  )
  func companions() async throws {
    let machine = try await TestMachine.shared()
    let unit = "[Unit]\nDescription=x\n"
    try await machine.write(
      "/run/ins/ins-pair.service", "\(unit)[Service]\nUser=daemon\nExecStart=/bin/sleep infinity\n")
    try await machine.write(
      "/run/ins/ins-pair.socket",
      "\(unit)[Socket]\nListenStream=/run/ins-pair.sock\n[Install]\nWantedBy=sockets.target\n")
    let pair = try await upkeep(
      machine, "install", "/run/ins/ins-pair.service", "/run/ins/ins-pair.socket")
    #expect(pair.status == 0, "\(pair)")
    #expect(try await machine.show("ins-pair.socket")["ActiveState"] == "active")
    #expect(try await machine.show("ins-pair.service")["ActiveState"] == "inactive")
    #expect(try await upkeep(machine, "remove", "ins-pair.socket", "ins-pair.service").status == 0)

    try await machine.write(
      "/run/ins/ins-many@.service", "\(unit)[Service]\nUser=daemon\nExecStart=/bin/sleep 10%i\n")
    let template = try await upkeep(machine, "install", "/run/ins/ins-many@.service")
    #expect(template.status == 0 && !template.stdout.contains("started"), "\(template)")
    #expect(try await upkeep(machine, "start", "ins-many@1", "ins-many@2").status == 0)
    let removed = try await upkeep(machine, "remove", "ins-many@")
    #expect(
      removed.stdout.hasPrefix("ins-many@1.service stopped\nins-many@2.service stopped\n"),
      "\(removed)")
  }

  @Test(
    "remove deletes nothing of a package's, nothing foreign and nothing that was changed, unless it is told to"
  )
  func removes() async throws {
    let machine = try await TestMachine.shared()
    let packaged = try await upkeep(machine, "remove", "systemd-journald", "--force")
    #expect(packaged.status == 1 && packaged.stderr.contains("belongs to a package"), "\(packaged)")
    try await machine.install(unit: "ins-foreign.service", Self.text)
    let foreign = try await upkeep(machine, "remove", "ins-foreign")
    #expect(
      foreign.status == 1 && foreign.stderr.contains("was not installed by upkeep"), "\(foreign)")
    try await machine.write("/run/ins/ins-edited.service", Self.text)
    try await machine.require(["upkeep", "install", "/run/ins/ins-edited.service", "--no-start"])
    try await machine.install(unit: "ins-edited.service", Self.text + "# mine\n")
    let edited = try await upkeep(machine, "remove", "ins-edited")
    #expect(
      edited.status == 1 && edited.stderr.contains("was changed since it was installed"),
      "\(edited)")
    #expect(try await upkeep(machine, "remove", "ins-edited", "ins-foreign", "--force").status == 0)
    #expect(try await !exists(machine, "\(Self.folder)/ins-foreign.service"))
    try await machine.require([
      "upkeep", "generate", "--name", "ins-made", "--exec", "/bin/sleep infinity", "--install",
    ])
    let made = try await upkeep(machine, "remove", "ins-made")
    #expect(made.status == 0, "what generate installs is known too: \(made)")
    try await machine.require(["ln", "-sf", "/dev/null", "\(Self.folder)/ins-null.service"])
    let masked = try await upkeep(machine, "remove", "ins-null")
    #expect(masked.status == 1 && masked.stderr.contains("is no file but a link"), "\(masked)")
  }
}
