import Testing

/// A way to ask whether a service is ready, and the step that makes `subject` say yes.
struct Readiness: Sendable, CustomTestStringConvertible {
  let name: String
  let probe: String
  let step: String
  /// What the status says it waits for.
  let awaited: String

  var testDescription: String { name }

  static let all = [
    Readiness(
      name: "http", probe: "http://127.0.0.1:18001/health", step: "http:18001",
      awaited: "readiness probe http://127.0.0.1:18001/health"),
    Readiness(
      name: "tcp", probe: "tcp://127.0.0.1:18002", step: "tcp:18002",
      awaited: "readiness probe tcp://127.0.0.1:18002"),
    Readiness(
      name: "unix", probe: "unix:/run/ready-unix.socket", step: "unix:/run/ready-unix.socket",
      awaited: "readiness probe unix:/run/ready-unix.socket"),
    Readiness(
      name: "abstract", probe: "unix:@ready-abstract", step: "unix:@ready-abstract",
      awaited: "readiness probe unix:@ready-abstract"),
    Readiness(
      name: "exec", probe: "exec:/usr/bin/test -e /run/ready-exec.done", step: "touch:/run/ready-exec.done",
      awaited: "readiness probe exec:/usr/bin/test"),
    Readiness(
      name: "notify", probe: "notify", step: "notify:READY=1", awaited: "the service's own READY=1"),
  ]
}

@Suite("A service becomes ready", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct ReadinessTests {
  @Test(
    "only after its probe has passed, and what is ordered after it starts only then", arguments: Readiness.all
  )
  func waitsForProbe(_ readiness: Readiness) async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "ready-\(readiness.name)", on: machine, steps: "say:begun wait:GATE \(readiness.step)",
      policy: "ReadinessProbe=\(readiness.probe)")
    let dependent = "ready-\(readiness.name)-dependent.service"
    try await machine.install(
      unit: dependent,
      """
      [Unit]
      Requires=\(service.unit)
      After=\(service.unit)
      [Service]
      Type=oneshot
      RemainAfterExit=yes
      ExecStart=/bin/true
      """)
    try await machine.require(["systemctl", "start", "--no-block", dependent])
    try await service.line("begun")
    let waiting = try await service.waitUntil {
      $0["StatusText"]?.hasPrefix("starting, waiting for \(readiness.awaited)") == true
    }
    #expect(waiting["ActiveState"] == "activating")
    #expect(try await machine.show(dependent)["ActiveState"] == "inactive")
    #expect(try await service.moves() == ["started"])

    try await service.open()
    try await service.event("ready")
    let active = try await service.waitUntil { $0["StatusText"] == "ready" }
    #expect(active["ActiveState"] == "active")
    #expect(active["NRestarts"] == "0")
    try await machine.waitForJournal(dependent, containing: "Finished")
    // By systemd's clock for both: journald stamps what it reads, and reads one sender after the other.
    func moment(_ unit: String, _ property: String) async throws -> Int {
      try #require(try await machine.show(unit, [property])[property].flatMap { Int($0) })
    }
    let entered = try await moment(service.unit, "ActiveEnterTimestampMonotonic")
    #expect(entered > 0)
    #expect(try await moment(dependent, "InactiveExitTimestampMonotonic") >= entered)
    try await service.stop()
    #expect(try await service.moves() == ["started", "ready", "stopping", "ended", "stopped"])
  }

  @Test("at once when nothing is asked")
  func readyAtOnce() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService("ready-at-once", on: machine, steps: "")
    try await service.start()
    #expect(try await service.event("ready").message.hasPrefix("Ready after"))
    try await service.stop()
  }

  @Test("never, and then systemd's start time-out ends it and the reason is told")
  func neverReady() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "never-ready", on: machine, steps: "", service: "TimeoutStartSec=5s",
      policy: "ReadinessProbe=tcp://127.0.0.1:18003")
    try await service.startLater()
    let end = try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(end["Result"] == "timeout")
    let reason = "before it was ready, waiting for readiness probe tcp://127.0.0.1:18003 (connection refused)"
    #expect(end["StatusText"] == "stopped \(reason)")
    #expect(try await service.event("stopping").message == "Stopping \(reason)")
    #expect(try await machine.processTree(service.unit) == [])
  }

  @Test("later than systemd's start time-out when a startup probe allows for it")
  func startIsExtended() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "slow-start", on: machine, steps: "sleep:3 tcp:18004", service: "TimeoutStartSec=2s",
      policy: """
        StartupProbe=tcp://127.0.0.1:18004
        StartupProbeIntervalSec=200ms
        StartupProbeFailureThreshold=1000
        """)
    try await service.start()
    let took = Int(try await service.event("ready").fields["START_USEC"] ?? "") ?? 0
    #expect(took >= 3_000_000)
    #expect(try await service.waitUntil { $0["StatusText"] == "ready" }["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("in its second instance when the first took longer than the policy allows")
  func tooSlowInstanceIsReplaced() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "too-slow", on: machine, steps: "wait:GATE notify:READY=1",
      policy: "ReadinessProbe=notify\nTimeoutStartSec=5s")
    try await service.startLater()
    #expect(try await service.event("judged").message.hasSuffix("not ready within 5s"))
    _ = try await service.child(2)
    try await service.open()
    try await service.event("ready")
    let active = try await service.waitUntil { $0["ActiveState"] == "active" }
    #expect(active["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("and is not ready while its probe fails, without being restarted")
  func losesReadiness() async throws {
    let machine = try await TestMachine.quiet()
    let flag = "/run/loses-readiness.flag"
    let service = try await TestService(
      "loses-readiness", on: machine, steps: "",
      policy: """
        ReadinessProbe=exec:/usr/bin/test ! -e \(flag)
        ProbeIntervalSec=100ms
        ProbeTimeoutSec=20s
        FailureThreshold=2
        """)
    try await service.start()
    try await machine.require(["touch", flag])
    #expect(try await service.event("unready").message.hasPrefix("No longer ready: "))
    let unready = try await service.waitUntil { $0["StatusText"]?.hasPrefix("not ready: ") == true }
    #expect(unready["ActiveState"] == "active")
    try await machine.require(["rm", flag])
    try await service.event("ready", 2)
    try await service.waitUntil { $0["StatusText"] == "ready" }
    try await service.stop()
    #expect(
      try await service.moves() == ["started", "ready", "unready", "ready", "stopping", "ended", "stopped"])
  }
}
