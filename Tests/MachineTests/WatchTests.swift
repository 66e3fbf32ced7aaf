import Foundation
import Testing

/// `upkeep watch` on a real manager.
@Suite("upkeep watch", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct WatchTests {
  /// Starts `upkeep watch` as a unit whose lines are in the journal, and waits until it watches.
  private static func watch(
    _ unit: String, _ arguments: [String], on machine: TestMachine, user: String = "root"
  )
    async throws
  {
    try await machine.require(
      [
        "systemd-run", "-q", "--unit=\(unit)", "-p", "User=\(user)", TestMachine.upkeep, "watch", "-o",
        "json",
      ]
        + arguments)
    try await machine.waitForJournal("\(unit).service", containing: "\"event\":\"connected\"")
  }

  private static func objects(_ unit: String, on machine: TestMachine) async throws -> [[String: Any]] {
    try await machine.journal("\(unit).service").compactMap { entry in
      try? JSONSerialization.jsonObject(with: Data(entry.message.utf8)) as? [String: Any]
    }
  }

  /// `ActiveState/SubState` of the states after the changes of a unit.
  private static func states(_ objects: [[String: Any]], of unit: String) -> [String] {
    objects.filter { $0["event"] as? String == "state" && $0["unit"] as? String == unit }.compactMap {
      object in
      guard let to = object["to"] as? [String: Any] else { return "unloaded" }
      return "\(to["active"] ?? "")/\(to["sub"] ?? "")"
    }
  }

  @Test("tells each change with its reason, what upkeep-run says, and nothing of other units")
  func changes() async throws {
    let machine = try await TestMachine.shared()
    try await Self.watch("x-watch", ["w-a*"], on: machine)
    let service = try await TestService(
      "w-a", on: machine, steps: "notify:READY=1 wait:GATE exit:3", policy: "Restart=no")
    try await service.start()
    try await service.event("ready")
    try await machine.require(["systemd-run", "-q", "--wait", "--unit=w-other", "true"])
    try await service.open()
    try await machine.waitForJournal("x-watch.service", containing: "\"active\":\"failed\"")
    try await machine.waitForJournal("x-watch.service", containing: "\"event\":\"ended\"")
    let seen = try await Self.objects("x-watch", on: machine)
    let states = Self.states(seen, of: "w-a.service")
    #expect(states.contains("activating/start") && states.contains("active/running"))
    #expect(states.last == "failed/failed")
    // What is late has no moment of its own.
    let times = seen.filter { $0["event"] as? String == "state" && $0["late"] as? Bool == false }
      .compactMap { $0["time"] as? String }
    #expect(times.count > 1 && times == times.sorted(), "\(seen)")
    let failure = try #require(seen.last { ($0["to"] as? [String: Any])?["active"] as? String == "failed" })
    #expect(failure["reason"] as? String == "exit status 3" && failure["late"] as? Bool == false)
    let kinds = seen.compactMap { $0["event"] as? String }
    #expect(kinds.contains("ready") && kinds.contains("ended"))
    #expect(seen.allSatisfy { ($0["unit"] as? String ?? "w-a.service") == "w-a.service" })
    try await machine.require(["systemctl", "stop", "x-watch"])
  }

  @Test("goes on when dbus starts anew, systemd executes itself anew or reads its units anew")
  func restarts() async throws {
    let machine = try await TestMachine.boot(name: "w\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.require(["systemctl", "start", "dbus.service"])
    for (unit, user) in [("w-root", "root"), ("w-user", "svc")] {
      try await Self.watch(unit, ["w-b.service"], on: machine, user: user)
    }
    try await machine.install(unit: "w-b.service", "[Service]\nExecStart=sleep infinity\n")
    try await machine.daemonReload()
    let steps = [
      ["systemctl", "restart", "dbus.service"], ["systemctl", "daemon-reexec"],
      ["systemctl", "daemon-reload"],
    ]
    for (index, step) in steps.enumerated() {
      try await machine.require(step)
      let verb = index.isMultiple(of: 2) ? "start" : "stop"
      try await machine.require(["systemctl", verb, "w-b"])
      for unit in ["w-root", "w-user"] {
        let wanted =
          verb == "start" ? "\"active\":\"active\"" : "\"to\":{\"load\":\"loaded\",\"active\":\"inactive\""
        try await machine.waitForJournal("\(unit).service", number: index / 2 + 1) { entry in
          entry.message.contains("\"to\":")
            && (verb == "start"
              ? entry.message.contains("\"sub\":\"running\"},\"reason\"")
              : entry.message.contains(wanted) || entry.message.contains("\"to\":null"))
        }
      }
      if verb == "start", index == 2 { try await machine.require(["systemctl", "stop", "w-b"]) }
    }
    try await machine.down()
  }

  @Test("says in one sentence why it cannot")
  func noUnit() async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([TestMachine.upkeep, "watch", "a\u{1b}/b"])
    #expect(result.status == 2 && !result.stderr.contains("\u{1b}"), "\(result)")
  }
}
