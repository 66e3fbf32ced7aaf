import Foundation
import Testing

/// `upkeep maintenance`, and what it means to a running service.
@Suite("upkeep maintenance", .onMachine, .withMachine, .timeLimit(.minutes(10)))
struct MaintenanceTests {
  private static func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly([TestMachine.upkeep] + arguments)
  }

  /// A service that is repaired by a command when it says that it is broken, at each word through its gate.
  private static func service(_ name: String, on machine: TestMachine) async throws -> TestService {
    try await TestService(
      name, on: machine, steps: nil,
      service: """
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'while :; do read x <GATE && echo broken; done'
        """,
      policy: """
        [X-Upkeep-Repair mend]
        LogMatch=broken
        Action=command /bin/sh -c 'echo mended >>/run/\(name).log'
        VerifySec=10ms
        CooldownSec=0
        Attempts=20
        """)
  }

  @Test("holds repairs back until it is ended, also over a restart of the unit, and is told once")
  func holdsBack() async throws {
    let machine = try await TestMachine.shared()
    let service = try await Self.service("mt-hold", on: machine)
    try await service.start()
    try await service.open()
    try await service.event("repaired")

    let begun = try await Self.upkeep(machine, "maintenance", "mt-hold", "30m", "--reason", "new disk")
    #expect(begun.succeeded && begun.stdout.hasPrefix("mt-hold.service: maintenance until "), "\(begun)")
    try await service.open()
    let held = try await service.event("repairHeldBack")
    #expect(held.message.hasSuffix(": maintenance: new disk"))
    try await machine.require(["systemctl", "restart", service.unit])
    try await service.open()
    try await service.event("repairHeldBack", 2)
    try await service.open()
    try await service.line("broken", 4)

    let ended = try await Self.upkeep(machine, "maintenance", "--end", "mt-hold.service")
    #expect(ended.succeeded && ended.stdout == "mt-hold.service: maintenance ended\n")
    try await service.open()
    try await service.event("repaired", 2)
    #expect(try await service.events().count { $0 == "repairHeldBack" } == 2)
    #expect(try await machine.require(["cat", "/run/mt-hold.log"]).stdout == "mended\nmended\n")

    try await machine.require(["journalctl", "--sync"])
    let told = try await Self.upkeep(
      machine, "events", "mt-hold", "--kind", "maintenanceBegan", "--kind", "maintenance-ended", "-o", "json")
    let objects = try told.stdout.split(separator: "\n").map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    #expect(objects.compactMap { $0["event"] as? String } == ["maintenanceBegan", "maintenanceEnded"])
    #expect(objects.compactMap { $0["unit"] as? String } == ["mt-hold.service", "mt-hold.service"])
    #expect((objects.first?["fields"] as? [String: String])?["AUTHOR"] == "root")
    #expect((objects.last?["message"] as? String) == "Maintenance ended early: new disk")
    try await service.stop()
  }

  @Test("ends by itself, which the service's own upkeep-run tells")
  func endsByItself() async throws {
    let machine = try await TestMachine.shared()
    let service = try await Self.service("mt-end", on: machine)
    try await service.start()
    #expect(try await Self.upkeep(machine, "maintenance", "mt-end", "1s", "--reason", "a moment").succeeded)
    let end = try await service.event("maintenanceEnded")
    #expect(end.message == "Maintenance over: a moment" && end.fields["_COMM"] == "upkeep-run")
    #expect(!(try await Self.upkeep(machine, "maintenance")).stdout.contains("mt-end"))
    try await service.open()
    try await service.event("repaired")
    #expect(!(try await service.events()).contains("repairHeldBack"))
    let none = try await Self.upkeep(machine, "maintenance", "--end", "mt-end")
    #expect(none.status == 7 && none.stderr == "upkeep: mt-end.service is not in maintenance\n")
    try await service.stop()
  }

  @Test("is listed, and shown in list and status, escaped and as objects")
  func shown() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService("mt-shown", on: machine, steps: "notify:READY=1")
    try await service.start()
    let reason = "Platte „sdb“ \u{202e}getauscht"
    let begun = try await Self.upkeep(
      machine, "maintenance", "mt-shown", "--until", "+2h", "--reason", reason)
    #expect(begun.succeeded, "\(begun)")
    let table = try await Self.upkeep(machine, "maintenance").stdout
    #expect(table.contains("mt-shown.service") && table.contains("1h 59min") && table.contains("root"))
    #expect(table.contains("Platte „sdb“ \\u{202e}getauscht"))
    let objects = try JSONSerialization.jsonObject(
      with: Data(try await Self.upkeep(machine, "maintenance", "-o", "json").stdout.utf8))
    let own = (objects as? [[String: Any]])?.first { $0["unit"] as? String == "mt-shown.service" }
    #expect((own?["maintenance"] as? [String: Any])?["reason"] as? String == reason)
    let status = try await Self.upkeep(machine, "status", "mt-shown", "-n", "0").stdout
    #expect(status.contains("Maintenance: until ") && status.contains("(root)"))
    let list = try await Self.upkeep(machine, "list", "mt-shown*").stdout
    #expect(list.contains("MAINTENANCE") && list.contains("until "))
    #expect(try await Self.upkeep(machine, "maintenance", "--end", "mt-shown").succeeded)
    #expect(!(try await Self.upkeep(machine, "list", "mt-shown*")).stdout.contains("MAINTENANCE"))
    try await service.stop()
  }

  @Test("is believed of root alone: no file of another user, no link, nothing too large or broken")
  func hostile() async throws {
    let machine = try await TestMachine.shared()
    let service = try await Self.service("mt-hostile", on: machine)
    try await service.start()
    #expect(try await Self.upkeep(machine, "maintenance", "mt-hostile", "1h", "--reason", "x").succeeded)
    let file = "/var/lib/upkeep/maintenance/mt-hostile.service"
    let spoils = [
      "chown nobody \(file)", "chown root \(file); chmod 666 \(file)",
      "chmod 644 \(file); mv \(file) /run/mt-real; ln -s /run/mt-real \(file)",
      "rm \(file); mkfifo \(file)", "rm \(file); { cat /run/mt-real; head -c 5000 /dev/zero; } >\(file)",
      "echo nonsense >\(file)",
    ]
    for (index, spoil) in spoils.enumerated() {
      try await machine.require(["sh", "-c", spoil])
      #expect(!(try await Self.upkeep(machine, "maintenance")).stdout.contains("mt-hostile"), "\(spoil)")
      try await service.open()
      try await service.event("repaired", index + 1)
    }
    try await service.line("Cannot use the maintenance: ")
    try await machine.require(["rm", file])
    try await service.stop()
  }

  @Test("refuses what it cannot do, with the fix")
  func refused() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService("mt-refused", on: machine, steps: "notify:READY=1")
    try await service.start()
    for (arguments, status, words) in [
      (["mt-refused"], 64, "Say why"),
      (["mt-refused", "1h", "--until", "22:00", "--reason", "x"], 64, "exclude"),
      (["--end"], 64, "Name the unit"), (["--end", "mt-refused", "1h"], 64, "--end ends it now"),
      (["mt-refused", "2months", "--reason", "x"], 2, "31 days"),
      (["mt-refused", "soon", "--reason", "x"], 2, "soon"),
      (["mt-refused", "--until", "1 hour ago", "--reason", "x"], 2, "ends after it begins"),
      (["mt-refused", "1h", "--reason", "two\nlines"], 2, "one line"), (["a/b", "--reason", "x"], 2, "a/b"),
      (["no-such", "--reason", "x"], 5, "there is no unit no-such.service"),
    ] as [([String], Int32, String)] {
      let result = try await machine.runDirectly([TestMachine.upkeep, "maintenance"] + arguments)
      #expect(result.status == status && result.stderr.contains(words), "\(arguments): \(result)")
    }
    let stranger = try await machine.run(
      [TestMachine.upkeep, "maintenance", "mt-refused", "--reason", "x"], properties: ["User=svc"])
    #expect(stranger.status == 4 && stranger.stderr.contains("run it with sudo"), "\(stranger)")
    let plain = try await Self.upkeep(machine, "maintenance", "systemd-journald", "1s", "--reason", "x")
    #expect(plain.succeeded && plain.stderr.contains("does not run under upkeep-run"))
    try await service.stop()
  }
}
