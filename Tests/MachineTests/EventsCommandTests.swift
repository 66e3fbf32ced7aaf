import Foundation
import Testing

/// `upkeep events` on real journals.
@Suite("upkeep events", .onMachine, .withMachine, .timeLimit(.minutes(10)))
struct EventsCommandTests {
  private static func events(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.require(["journalctl", "--sync"])
    return try await machine.runDirectly([TestMachine.upkeep, "events", "--plain"] + arguments)
  }

  private static func objects(_ text: String) throws -> [[String: Any]] {
    try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }
  }

  @Test("tells a service's life as sentences, a crash with its last lines, and takes the options of logs")
  func sentences() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "ev-life", on: machine, steps: nil,
      service: """
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'read x <GATE; echo oh no; \
        printf "%%b\\n" "\\\\033[31mred"; exit 3'
        """,
      policy: "RestartFirstDelaySec=1h")
    try await service.start()
    let pid = try await service.child()
    try await service.open()
    try await service.event("crashed")
    let text = try await Self.events(machine, "ev-life").stdout
    let lines = text.split(separator: "\n").map(String.init)
    let words = lines.map { line in
      line.firstRange(of: "ev-life.service ").map { line[$0.upperBound...] } ?? line[...]
    }
    #expect(words.count == 7, "\(text)")
    #expect(words[0] == "started: Started main process \(pid)")
    #expect(words[1].hasPrefix("ready: Ready after "))
    #expect(words[2].hasPrefix("ended: Main process \(pid) ended: exit 3, after "))
    #expect(words[3] == "backing off: Next attempt in 1h after exit 3, attempt 1 of 10")
    #expect(words[4].hasPrefix("crashed: Main process \(pid) crashed: exit 3, after "))
    #expect(words[5] == "    | oh no")
    #expect(words[6] == "    | \\x1b[31mred")

    let kinds = try await Self.events(machine, "ev-l*", "--kind", "ended", "--kind", "backing-off", "-r")
      .stdout
    #expect(kinds.split(separator: "\n").map { $0.contains(" backing off: ") } == [true, false])
    let last = try await Self.events(machine, "ev-life", "-n", "1", "-p", "info").stdout
    #expect(last.contains(" crashed: ") && last.split(separator: "\n").count == 3)
    #expect(try await Self.events(machine, "ev-life", "-p", "err").stderr == "upkeep: no events\n")
    let found = try await Self.events(machine, "ev-life", "--grep", "next attempt", "-b", "--since", "-1h")
      .stdout
    #expect(found.contains(" backing off: ") && found.split(separator: "\n").count == 1)

    let objects = try Self.objects(try await Self.events(machine, "ev-life", "-o", "json").stdout)
    #expect(
      objects.compactMap { $0["event"] as? String } == ["started", "ready", "ended", "backingOff", "crashed"])
    let crash = try #require(objects.last)
    #expect(crash["unit"] as? String == "ev-life.service" && crash["priority"] as? Int == 4)
    let fields = try #require(crash["fields"] as? [String: String])
    #expect(fields["EXIT_STATUS"] == "3" && fields["CHILD_PID"] == "\(pid)")
    #expect(fields["OUTPUT"] == "oh no\n\u{1b}[31mred")
    #expect((crash["time"] as? String)?.hasSuffix("Z") == true)
    try await service.stop()
  }

  @Test("shows nothing that anybody else wrote, be it in the service's own unit")
  func forged() async throws {
    let machine = try await TestMachine.shared()
    let entry = "MESSAGE=I am not ready\nMESSAGE_ID=0a913ddc27a94e31baf65a4172f58349\nUPKEEP_EVENT=ready\n"
    try await machine.write(
      "/run/ev-forged.entry", entry + "UNIT=ev-victim.service\n_SYSTEMD_UNIT=ev-victim.service\n")
    let forge = "logger --journald </run/ev-forged.entry; sleep 0.1; journalctl --sync"
    let victim = try await TestService(
      "ev-victim", on: machine, steps: nil,
      service: "ExecStart=\(TestMachine.runner) -- /bin/sh -c '\(forge); echo forged it; sleep infinity'")
    try await victim.start()
    try await victim.line("forged it")
    try await machine.write("/run/ev-forger.sh", forge)
    try await machine.require([
      "systemd-run", "-q", "--wait", "--collect", "--unit=ev-forger", "sh", "/run/ev-forger.sh",
    ])
    let own = try await Self.events(machine, "ev-victim").stdout
    #expect(own.contains(" started: ") && !own.contains("I am not ready"))
    #expect(!(try await Self.events(machine)).stdout.contains("I am not ready"))
    #expect(try await Self.events(machine, "ev-forger").stdout.isEmpty)
    // Both have arrived, and `logs` makes no marks of them either.
    let logs = try await machine.require([TestMachine.upkeep, "logs", "--plain", "--grep", "I am not ready"])
      .stdout
    #expect(logs.split(separator: "\n").count == 2 && !logs.contains(" ready --"))
    try await victim.stop()
  }

  @Test("follows what happens, of the units that are asked for, and says what is wrong with options")
  func follows() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require([
      "systemd-run", "-q", "--unit=ev-follower", TestMachine.upkeep, "events", "-f", "-o", "json",
      "ev-seen", "--since", "now",
    ])
    let unseen = try await TestService("ev-unseen", on: machine, steps: "notify:READY=1")
    try await unseen.start()
    let seen = try await TestService("ev-seen", on: machine, steps: "notify:READY=1")
    try await seen.start()
    try await machine.waitForJournal("ev-follower.service", containing: "\"event\":\"ready\"")
    let lines = try await machine.journal("ev-follower.service").map(\.message)
    #expect(lines.contains { $0.contains("ev-seen.service") })
    #expect(!lines.contains { $0.contains("ev-unseen.service") })
    for unit in ["ev-follower.service", seen.unit, unseen.unit] {
      try await machine.require(["systemctl", "stop", unit])
    }
    let wrong = try await Self.events(machine, "--kind", "nonsense")
    #expect(wrong.status == 64 && wrong.stderr.contains("nonsense"))
    #expect(try await Self.events(machine, "-f", "-r").status == 64)
    #expect(try await Self.events(machine, "a/b").status == 2)
  }
}
