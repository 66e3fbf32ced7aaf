import Testing

@Suite("A service recovers", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct RecoveryTests {
  @Test("from SIGKILL at once, and the unit stays active")
  func killed() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-kill", on: machine, steps: "tcp:18101", policy: "ReadinessProbe=tcp://127.0.0.1:18101")
    try await service.start()
    let first = try await service.child()
    let before = try await service.waitUntil { $0["StatusText"] == "ready" }
    try await machine.signal("KILL", first)

    let ended = try await service.event("ended")
    #expect(ended.fields["CHILD_PID"] == "\(first)")
    #expect(ended.fields["EXIT_SIGNAL_NAME"] == "SIGKILL")
    #expect(ended.fields["EXIT_SIGNAL"] == "9")
    #expect(ended.fields["CORE_DUMPED"] == "no")
    #expect(ended.messageID == "581c2c61f1044de7bc786569b4ecc416")
    #expect(ended.fields["PRIORITY"] == "4")
    #expect(Int(ended.fields["RUN_TIME_USEC"] ?? "") ?? 0 > 0)
    let second = try await service.child(2)
    #expect(second != first)
    try await service.event("ready", 2)
    let after = try await service.waitUntil {
      $0["StatusText"]?.hasPrefix("ready, restarted 1 time, last: SIGKILL at ") == true
    }
    #expect(after["ActiveState"] == "active")
    #expect(after["NRestarts"] == "0")
    #expect(after["MainPID"] == before["MainPID"])
    #expect(try await service.moves() == ["started", "ready", "ended", "started", "ready"])
    try await service.stop()
  }

  @Test("from an exit, whose status is told")
  func exited() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService("recover-exit", on: machine, steps: "wait:GATE exit:23")
    try await service.start()
    try await service.open()
    let ended = try await service.event("ended")
    #expect(ended.fields["EXIT_STATUS"] == "23")
    #expect(ended.message.contains("exit 23"))
    try await service.status(containing: "restarted 1 time, last: exit 23 at ")
    try await service.stop()
  }

  @Test("from a crash with a core dump, which is told")
  func dumpedCore() async throws {
    let machine = try await TestMachine.quiet()
    try await machine.require(["mkdir", "-p", "/run/recover-core"])
    let service = try await TestService(
      "recover-core", on: machine, steps: "wait:GATE kill:ABRT",
      service: "LimitCORE=infinity\nWorkingDirectory=/run/recover-core")
    try await service.start()
    try await service.open()
    let ended = try await service.event("ended")
    #expect(ended.fields["EXIT_SIGNAL_NAME"] == "SIGABRT")
    // Where the host's kernel pipes core dumps into a program, it decides about them.
    let pattern = try await machine.require(["cat", "/proc/sys/kernel/core_pattern"]).stdout
    if !pattern.hasPrefix("|"), !pattern.hasPrefix("/") {
      #expect(ended.fields["CORE_DUMPED"] == "yes")
      #expect(ended.message.contains("SIGABRT (core dumped)"))
    }
    _ = try await service.child(2)
    try await service.stop()
  }

  @Test("from hanging, which its liveness probe finds")
  func hangingIsFoundByLiveness() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-hang", on: machine, steps: "http:18102", service: "WatchdogSec=20s",
      policy: """
        ReadinessProbe=http://127.0.0.1:18102/
        LivenessProbe=http://127.0.0.1:18102/
        ProbeIntervalSec=300ms
        FailureThreshold=4
        TimeoutAbortSec=1s
        """)
    try await service.start()
    let first = try await service.child()
    try await machine.signal("STOP", first)
    #expect(
      try await service.event("judged").message.hasPrefix(
        "Ending main process \(first): liveness probe failed"))
    _ = try await service.child(2)
    try await service.event("ready", 2)
    let after = try await service.waitUntil {
      $0["StatusText"]?.hasPrefix("ready, restarted 1 time, last: liveness probe failed") == true
    }
    #expect(after["NRestarts"] == "0")
    #expect(try await !service.exists(first))
    try await service.stop()
  }

  @Test("from hanging, which its missing heartbeat shows")
  func hangingIsFoundByHeartbeat() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-heartbeat", on: machine, steps: "env:WATCHDOG_USEC beat:0.3 notify:READY=1",
      service: "WatchdogSec=3s", policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.line("WATCHDOG_USEC=3000000")
    let first = try await service.child()
    try await machine.signal("STOP", first)
    #expect(try await service.event("judged").message == "Ending main process \(first): no heartbeat for 3s")
    try await service.event("ready", 2)
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("ready, restarted 1 time") == true }
    #expect(after["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("when it says itself that it is broken")
  func triggersItsWatchdog() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-trigger", on: machine, steps: "wait:GATE notify:WATCHDOG=trigger", service: "WatchdogSec=20s")
    try await service.start()
    try await service.open()
    #expect(try await service.event("judged").message.contains("WATCHDOG=trigger"))
    _ = try await service.child(2)
    #expect(try await service.waitUntil { $0["ActiveState"] == "active" }["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("from a hanging upkeep-run, by systemd's watchdog")
  func hangingRunner() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-runner", on: machine, steps: "ignore:TERM",
      service: "WatchdogSec=3s\nRestart=always\nRestartSec=0\nTimeoutAbortSec=1s\nTimeoutStopSec=1s")
    try await service.start()
    let first = try await service.child()
    try await service.signalRunner("STOP")
    try await service.line("Watchdog timeout")
    let after = try await service.waitUntil { $0["NRestarts"] == "1" && $0["ActiveState"] == "active" }
    #expect(after["StatusText"] == "ready")
    #expect(try await !service.exists(first))
    try await service.stop()
  }

  @Test("after a wait longer than the watchdog's time, which does not act meanwhile")
  func watchdogWaitsToo() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-wait", on: machine, steps: "stamp:begun sleep:2.5 say:later wait:GATE stamp:ends exit:1",
      service: "WatchdogSec=2s",
      policy: "RestartFirstDelaySec=4s")
    try await service.start()
    try await service.open()
    #expect(try await service.event("backingOff").message.hasPrefix("Next attempt in 4s after exit 1"))
    try await service.status(containing: "backing off 4s after exit 1, attempt 1 of 10, next at ")
    let stamps = [try await service.line("ends"), try await service.line("begun", 2)].map(\.stamp)
    #expect(stamps[1] - stamps[0] >= 4_000_000)
    // More than a watchdog time later it is still the same upkeep-run: the watchdog is back, and fed.
    try await service.line("later", 2)
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("ready, restarted 1 time") == true }
    #expect(after["NRestarts"] == "0")
    #expect(try await machine.show(service.unit, ["WatchdogUSec"]) == ["WatchdogUSec": "2s"])
    try await service.stop()
  }

  @Test("before the end of its wait when SIGCONT says so")
  func kick() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "recover-kick", on: machine, steps: "", service: "WatchdogSec=3s", policy: "RestartFirstDelaySec=10min")
    try await service.start()
    try await machine.signal("KILL", try await service.child())
    try await service.status(containing: "backing off 10min after SIGKILL")
    try await service.signalRunner("CONT")
    _ = try await service.child(2)
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("ready") == true }
    #expect(after["NRestarts"] == "0")
    try await service.stop()
  }
}

extension String {
  /// The microseconds at the end of a line that `subject stamp:WORD` said.
  var stamp: Int { Int(split(separator: " ").last ?? "") ?? 0 }
}
