import Testing

/// How systemd is told to end the unit's processes, and whether it leaves the unit's control group to us.
struct KillSetting: Sendable, CustomTestStringConvertible {
  let mode: String
  let delegate: Bool

  var testDescription: String { "KillMode=\(mode), Delegate=\(delegate ? "yes" : "no")" }
  var lines: String { "KillMode=\(mode)\nDelegate=\(delegate ? "yes" : "no")" }

  static let all = ["control-group", "mixed", "process"].flatMap { mode in
    [KillSetting(mode: mode, delegate: false), KillSetting(mode: mode, delegate: true)]
  }
}

@Suite("Stopping a service", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct StopTests {
  @Test("ends a grandchild that double-forked away and ignores SIGTERM", arguments: KillSetting.all)
  func endsStrays(_ setting: KillSetting) async throws {
    let machine = try await TestMachine.quiet()
    let name = "stop-\(setting.mode)-\(setting.delegate)"
    let service = try await TestService(
      name, on: machine, steps: "stray:stray notify:READY=1",
      service: "\(setting.lines)\nTimeoutStopSec=1s", policy: "ReadinessProbe=notify")
    try await service.start()
    let stray = String(try await service.line("stray ").split(separator: " ").last ?? "")
    let child = try await service.child()
    for pid in ["\(child)", stray] {
      let group = try await machine.require(["grep", "^0::", "/proc/\(pid)/cgroup"]).stdout
      #expect(group.hasSuffix("/\(service.unit)\(setting.delegate ? "/service" : "")\n"))
    }
    try await service.stop()
    #expect(try await !service.exists(stray))
    #expect(try await !service.exists(child))
    let end = try await service.waitUntil { $0["ActiveState"] == "inactive" }
    #expect(end["Result"] == "success")
    let events = try await service.events()
    #expect(events == ["started", "ready", "stopping", "ended", "killed", "stopped"])
  }

  @Test("kills a service that ignores SIGTERM when its time is over")
  func killsAfterTimeout() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-ignored", on: machine, steps: "ignore:TERM notify:READY=1", service: "TimeoutStopSec=1s",
      policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.stop()
    let stopping = try await service.event("stopping")
    let killed = try await service.event("killed")
    #expect(killed.monotonic - stopping.monotonic >= 900_000)
    #expect(try await service.event("ended").fields["EXIT_SIGNAL_NAME"] == "SIGKILL")
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
  }

  @Test("uses the signal and the time that the service was given")
  func usesKillSignal() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-signal", on: machine, steps: "on:INT ignore:TERM notify:READY=1",
      service: "KillMode=mixed\nKillSignal=SIGTERM\nTimeoutStopSec=30s",
      policy: "ReadinessProbe=notify\nKillSignal=SIGINT\nTimeoutStopSec=500ms")
    try await service.start()
    try await service.stop()
    try await service.line("got INT")
    try await service.event("killed")
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
  }

  @Test("ends the wait before a restart at once")
  func stopsBackingOff() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-backing-off", on: machine, steps: "exit:1", policy: "RestartFirstDelaySec=10min")
    try await service.startLater()
    try await service.event("backingOff")
    try await service.stop()
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
    #expect(try await service.event("stopped").message == "Stopped")
  }

  @Test("reaches a service that is stopped itself")
  func continuesStopped() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-stopped", on: machine, steps: "on:CONT tcp:18201",
      service: "TimeoutStopSec=15s", policy: "ReadinessProbe=tcp://127.0.0.1:18201")
    try await service.start()
    try await machine.signal("STOP", try await service.child())
    try await service.stop()
    #expect(try await !service.events().contains("killed"))
  }

  @Test(
    "is not needed for what a crash leaves behind: it is ended before the restart, and its port is free",
    arguments: [false, true])
  func endsLeftovers(delegate: Bool) async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-leftover-\(delegate)", on: machine,
      steps: "stray-tcp:\(delegate ? 18203 : 18202) wait:GATE exit:1",
      service: "Delegate=\(delegate ? "yes" : "no")\nKillMode=mixed")
    try await service.start()
    try await service.line("bound")
    try await service.open()
    try await service.event("ended")
    try await service.line("bound", 2)
    #expect(try await machine.processTree(service.unit).count == 3)
    try await service.stop()
    #expect(try await !service.events().contains("killed"))
  }

  @Test("leaves nothing in a delegated control group, whose processes are told apart from upkeep-run")
  func leavesNoControlGroup() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "stop-delegated", on: machine, steps: "stray:stray", service: "Delegate=yes\nTimeoutStopSec=1s")
    try await service.start()
    try await service.line("stray ")
    let group = try await machine.show(service.unit, ["ControlGroup"])["ControlGroup"] ?? ""
    let runner = try await machine.require(["cat", "/sys/fs/cgroup\(group)/cgroup.procs"]).stdout
    #expect(runner == "\(try await service.waitUntil { _ in true }["MainPID"] ?? "")\n")
    #expect(
      try await machine.require(["cat", "/sys/fs/cgroup\(group)/service/cgroup.procs"]).stdout
        .split(separator: "\n").count == 2)
    try await service.stop()
    #expect(try await !machine.runDirectly(["test", "-e", "/sys/fs/cgroup\(group)"]).succeeded)
  }
}
