import Foundation
import Testing

/// `upkeep doctor`, and loose ends of the commands beside it, on real machines.
@Suite("The doctor", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct DoctorTests {
  private func findings(
    _ machine: TestMachine, _ prefix: [String] = [], _ arguments: String...
  ) async throws -> (rows: [[String: Any]], status: Int32) {
    let result = try await machine.runDirectly(prefix + ["upkeep", "doctor", "-o", "json"] + arguments)
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return (try #require(json as? [[String: Any]], "\(result.stderr)"), result.status)
  }

  private func finding(_ check: String, _ rows: [[String: Any]]) throws -> [String: Any] {
    try #require(rows.first { $0["check"] as? String == check }, "\(check)")
  }

  @Test("a machine is looked at in all places, and its troubles are found with their fixes")
  func troubles() async throws {
    let machine = try await TestMachine.boot(name: "doc\(ProcessInfo.processInfo.processIdentifier)")
    do {
      try await look(machine)
    } catch {
      try await machine.down()
      throw error
    }
    try await machine.down()
  }

  private func look(_ machine: TestMachine) async throws {
    let (well, status) = try await findings(machine)
    for check in [
      "systemd", "bus", "journal", "journal-rights", "control-groups", "upkeep-run", "catalog", "disk",
      "failed-units", "supervised-units",
    ] {
      let severity = try finding(check, well)["severity"] as? String
      #expect(severity != "problem", "\(check)")
    }
    let upkeepRun = try finding("upkeep-run", well)["severity"] as? String
    #expect(status == 0 && upkeepRun == "ok")
    let version = try finding("systemd", well)["fact"] as? String
    #expect(version?.contains("runs") == true)

    try await machine.install(unit: "doc-fails.service", "[Service]\nExecStart=/bin/false\n")
    try await machine.install(
      unit: "doc-loops.service",
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=1h\n")
    try await machine.install(
      unit: "doc-needs.service",
      "[Unit]\nRequires=doc-gone.service\n[Service]\nExecStart=/bin/sleep infinity\nTypo=1\n")
    try await machine.systemctl("start", "--no-block", "doc-fails.service", "doc-loops.service")
    try await machine.waitUntil("doc-fails.service") { $0["ActiveState"] == "failed" }
    try await machine.waitUntil("doc-loops.service") { $0["SubState"] == "auto-restart" }
    // It has to stay in memory, for its file to be stale.
    try await machine.install(unit: "doc-stale.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.systemctl("start", "doc-stale.service")
    try await machine.install(
      unit: "doc-user.service",
      "[Unit]\nWants=doc-needs.service\n[Service]\nExecStart=/bin/true\nRemainAfterExit=yes\nType=oneshot\n")
    try await machine.daemonReload()
    try await machine.systemctl("start", "doc-user.service")
    try await machine.write("/etc/systemd/system/doc-stale.service", "[Service]\nExecStart=/bin/sleep 9999\n")

    let (ill, code) = try await findings(machine)
    #expect(code == 1)
    #expect(try finding("failed-units", ill)["severity"] as? String == "problem")
    #expect(try finding("failed-units", ill)["fix"] as? String == "upkeep status doc-fails.service")
    #expect(try finding("restart-loops", ill)["units"] as? [String] == ["doc-loops.service"])
    #expect(try finding("stale-units", ill)["units"] as? [String] == ["doc-stale.service"])
    let required = try finding("required-units", ill)
    #expect((required["units"] as? [String])?.contains("doc-gone.service") == true)
    let wrong = try finding("own-units", ill)["units"] as? [String]
    #expect(wrong?.contains("doc-needs.service") == true)

    let text = try await machine.runDirectly(["upkeep", "doctor"])
    #expect(text.status == 1 && text.stdout.contains("upkeep status doc-fails.service"))
    #expect(text.stdout.contains(" problems, ") && !text.stdout.contains("\u{1b}"))
    let quiet = try await machine.runDirectly(["upkeep", "doctor", "--quiet"])
    #expect(quiet.status == 1)
    #expect(quiet.stdout.contains("doc-loops.service") && !quiet.stdout.contains("doc-stale.service"))
  }

  @Test("without root and without systemd it works and says what that means")
  func humble() async throws {
    let machine = try await TestMachine.shared()
    let (rows, _) = try await findings(
      machine, ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"])
    #expect(try finding("bus", rows)["severity"] as? String == "ok")
    let rights = try finding("journal-rights", rows)
    #expect(rights["severity"] as? String == "warning")
    #expect((rights["fix"] as? String)?.hasPrefix("sudo usermod -aG systemd-journal ") == true)

    // Its own manager runs only in a session.
    let (own, failed) = try await findings(
      machine,
      ["env", "-u", "XDG_RUNTIME_DIR", "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"],
      "--user")
    let reason = "your own manager does not answer: XDG_RUNTIME_DIR is not set, as it is after a login"
    #expect(try failed == 1 && finding("bus", own)["fact"] as? String == reason)
    let page = try await machine.runDirectly([
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "upkeep", "status", "dbus.service",
    ])
    #expect(
      page.stdout.contains("Files: only root and the user of the process may count them"), "\(page)")
    #expect(page.stderr.hasPrefix("upkeep: of the log you see only your own entries"), "\(page)")

    // An empty /run in a namespace of its own looks like a machine without systemd.
    let (none, status) = try await findings(
      machine, ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /run && exec \"$@\"", "sh"])
    #expect(status == 1)
    let systemd = try finding("systemd", none)
    #expect(systemd["severity"] as? String == "problem")
    #expect((systemd["fact"] as? String)?.contains("was not booted with systemd") == true)
    #expect(!none.contains { $0["check"] as? String == "bus" })
  }

  @Test("link makes a unit file known that stands elsewhere, and says no for one that needs none")
  func link() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["mkdir", "-p", "/srv/link-app"])
    try await machine.write(
      "/srv/link-app/linked.service",
      "[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n")
    let link = try await machine.runDirectly(["upkeep", "link", "/srv/link-app/linked.service"])
    #expect(link.succeeded && link.stdout.contains("/etc/systemd/system/linked.service"))
    let target = try await machine.require(["readlink", "/etc/systemd/system/linked.service"])
    #expect(target.stdout == "/srv/link-app/linked.service\n")
    #expect(try await machine.runDirectly(["upkeep", "start", "linked"]).succeeded)
    let again = try await machine.runDirectly(["upkeep", "link", "/srv/link-app/linked.service"])
    #expect(again.succeeded && again.stdout.isEmpty)
    #expect(try await machine.show("linked.service", ["UnitFileState"])["UnitFileState"] == "linked")

    // Where /lib is a link, only one of the two names is a folder of systemd's.
    let known = try #require(try await machine.show("dbus.service", ["FragmentPath"])["FragmentPath"])
    let inside = try await machine.runDirectly(["upkeep", "link", known])
    #expect(!inside.succeeded || inside.stdout.isEmpty, "\(inside.stdout)")
    let none = try await machine.runDirectly(["upkeep", "link", "/srv/link-app/none.service"])
    #expect(!none.succeeded && none.stderr.contains("none.service"))
    #expect(try await machine.runDirectly(["upkeep", "link", "linked.service"]).status == 64)
    let relative = try await machine.runDirectly(
      ["sh", "-c", "cd /srv/link-app && upkeep disable linked && upkeep link ./linked.service -o json"])
    #expect(relative.succeeded && relative.stdout.contains("\"target\":\"/srv/link-app/linked.service\""))
    try await machine.require(["upkeep", "disable", "--now", "linked.service"])
  }

  @Test("values stand directly behind the letters of options, as in journalctl and systemctl")
  func joinedValues() async throws {
    let machine = try await TestMachine.shared()
    let status = try await machine.runDirectly(["upkeep", "status", "-n0", "dbus"])
    #expect(status.succeeded && status.stdout.contains("dbus.service"))
    let show = try await machine.runDirectly(["upkeep", "show", "dbus", "-pId"])
    #expect(show.stdout == "Id=dbus.service\n")
    let logs = try await machine.runDirectly(["upkeep", "logs", "-n1", "-pinfo", "-ocat", "-b0"])
    #expect(logs.succeeded && logs.stdout.split(separator: "\n").count >= 1)
    let list = try await machine.runDirectly(["upkeep", "list", "-ttimer", "-ojson"])
    #expect(list.succeeded && list.stdout.hasPrefix("[{\"unit\":"))
  }

  @Test("a host that cannot be reached through ssh is an error that says what to try")
  func unreachableHost() async throws {
    let machine = try await TestMachine.shared()
    let list = try await machine.runDirectly(["upkeep", "list", "-Hroot@127.0.0.1:1"])
    #expect(list.status == 1 && list.stdout.isEmpty)
    #expect(list.stderr.contains("cannot reach systemd on root@127.0.0.1:1"))
    if try await machine.runDirectly(["test", "-x", "/usr/bin/ssh"]).succeeded {
      #expect(list.stderr.contains("Connection refused"))
      #expect(list.stderr.contains("systemd-stdio-bridge"))
    }
    let without = try await machine.runDirectly([
      "env", "PATH=/nonexistent", TestMachine.upkeep, "list", "-Hroot@127.0.0.1:1",
    ])
    #expect(without.status == 1 && without.stdout.isEmpty)
    #expect(
      without.stderr.hasSuffix("root@127.0.0.1:1: there is no ssh program; openssh-client has it\n"),
      "\(without)")
  }

  @Test("an exit status that only init scripts give a meaning is told as a number")
  func plainStatus() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "pre-three.service",
      "[Service]\nExecStartPre=/bin/sh -c 'exit 3'\nExecStart=/bin/sleep infinity\n")
    try await machine.systemctl("start", "pre-three.service")
    try await machine.waitUntil("pre-three.service") { $0["ActiveState"] == "failed" }
    let status = try await machine.runDirectly(["upkeep", "status", "pre-three", "-n0"])
    #expect(status.stdout.contains("/bin/sh of ExecStartPre= exited with status 3\n"))
    #expect(!status.stdout.contains("NOTIMPLEMENTED"))
  }
}
