import Testing

@Suite("A crash loop", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct BackOffTests {
  @Test("waits as its policy says, and at the limit fails with the service's own exit code")
  func waitsAndFails() async throws {
    let machine = try await TestMachine.quiet()
    try await machine.install(
      unit: "loop-fail-alert@.service", "[Service]\nType=oneshot\nExecStart=/bin/echo alert for %i\n")
    let service = try await TestService(
      "loop-fail", on: machine, steps: "stamp:begun stamp:ends exit:7",
      policy: """
        RestartDelaySec=500ms
        RestartDelayMaxSec=1s
        RestartLimit=4
        """, unit: "OnFailure=loop-fail-alert@%N.service")
    try await service.startLater()
    try await service.event("limitReached")
    let end = try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(end["Result"] == "exit-code")
    #expect(end["StatusText"] == "failed: exit 7, limit of 4 reached")
    #expect(end["NRestarts"] == "0")
    #expect(try await machine.show(service.unit)["ExecMainStatus"] == "7")
    try await machine.waitForJournal("loop-fail-alert@loop-fail.service", containing: "alert for loop-fail")

    let entries = try await machine.journal(service.unit)
    #expect(entries.delays == [500_000, 1_000_000, 1_000_000])
    #expect(
      entries.filter { $0.event == "backingOff" }.map(\.message) == [
        "Next attempt in 500ms after exit 7, attempt 2 of 4",
        "Next attempt in 1s after exit 7, attempt 3 of 4",
        "Next attempt in 1s after exit 7, attempt 4 of 4",
      ])
    #expect(entries.last { $0.event != nil }?.message == "Restart limit of 4 reached after exit 7")
    // The service's own clock: what it saw is never shorter than the wait.
    let begun = entries.map(\.message).filter { $0.hasPrefix("begun") }.map(\.stamp)
    let ends = entries.map(\.message).filter { $0.hasPrefix("ends") }.map(\.stamp)
    try #require(begun.count == 5 && ends.count == 5)
    for (index, wait) in [0, 500_000, 1_000_000, 1_000_000].enumerated() {
      #expect(begun[index + 1] - ends[index] >= wait)
    }
  }

  @Test("waits 0, 2, 4, 8, 16, 30, 30, 30, 30, 30 seconds by default, and no longer than it is let")
  func defaultRow() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService("loop-default", on: machine, steps: "exit:1")
    try await service.startLater()
    let row = [2, 4, 8, 16, 30, 30, 30, 30, 30]
    for number in row.indices {
      try await service.event("backingOff", number + 1)
      try await service.signalRunner("CONT")
    }
    try await service.event("limitReached")
    #expect(try await machine.journal(service.unit).delays == row.map { $0 * 1_000_000 })
    let end = try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(end["StatusText"] == "failed: exit 1, limit of 10 reached")
  }

  @Test("goes on slowly after the limit when the policy says so")
  func retriesSlowly() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "loop-slow", on: machine, steps: "exit:3",
      policy: """
        RestartLimit=1
        OnRestartLimit=retry-slowly
        RestartSlowSec=700ms
        """)
    try await service.startLater()
    try await service.event("limitReached")
    try await service.status(containing: "backing off 700ms after exit 3, limit of 1 reached")
    _ = try await service.child(4)
    let after = try await service.waitUntil { $0["ActiveState"] == "active" }
    #expect(after["NRestarts"] == "0")
    try await service.stop()
    let entries = try await machine.journal(service.unit)
    #expect(Set(entries.delays) == [700_000])
    #expect(entries.count { $0.event == "limitReached" } == 1)
    #expect(try await service.waitUntil { _ in true }["Result"] == "success")
  }

  @Test("begins anew after the service was healthy for long enough")
  func healthResets() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "loop-healthy", on: machine, steps: "wait:GATE exit:1",
      policy: "RestartHealthySec=300ms\nRestartDelaySec=10min")
    try await service.start()
    for instance in 1...4 {
      let started = try await service.event("started", instance)
      // Any event of the machine later than that will do; the service's own clock is the journal's.
      try await machine.require([
        "sh", "-c", "until test $(cut -d. -f1 /proc/uptime) -gt $0; do sleep 0.1; done",
        "\(started.monotonic / 1_000_000 + 1)",
      ])
      try await service.open()
      try await service.event("ended", instance)
    }
    _ = try await service.child(5)
    #expect(try await machine.journal(service.unit).delays == [])
    try await service.stop()
  }

  @Test(
    "of a service that may not be restarted ends with its own exit code or signal",
    arguments: [
      ("exit:9", "9"), ("kill:KILL", "137"), ("exit:0", "0"),
    ])
  func noRestart(step: String, code: String) async throws {
    let machine = try await TestMachine.quiet()
    let name = "loop-none-\(code)"
    let service = try await TestService(
      name, on: machine, steps: "notify:STATUS=mine wait:GATE \(step)", policy: "Restart=no")
    try await service.start()
    try await service.status(containing: "ready; mine")
    try await service.open()
    let end = try await service.waitUntil { ["failed", "inactive"].contains($0["ActiveState"]) }
    #expect(end["ActiveState"] == (code == "0" ? "inactive" : "failed"))
    #expect(try await machine.show(service.unit)["ExecMainStatus"] == code)
    #expect(try await service.moves() == ["started", "ready", "ended", "stopped"])
  }
}

extension [JournalEntry] {
  /// The planned waits in microseconds, in order; a restart at once has none.
  fileprivate var delays: [Int] {
    filter { $0.event == "backingOff" }.compactMap { Int($0.fields["DELAY_USEC"] ?? "") }
  }
}
