import Foundation
import Testing

/// A way to send heartbeats every 200 ms, and the probe that listens to it.
struct HeartbeatKind: Sendable, CustomTestStringConvertible {
  let name: String
  let probe: String
  let step: String
  var testDescription: String { name }

  static let all = [
    HeartbeatKind(
      name: "file", probe: "LivenessProbe=heartbeat:file:%t/beat-file/alive",
      step: "beat-file:/run/beat-file/alive=0.2"),
    HeartbeatKind(
      name: "fifo", probe: "LivenessProbe=heartbeat:fifo:%t/beat-fifo/alive",
      step: "beat-fifo:/run/beat-fifo/alive=0.2"),
    HeartbeatKind(name: "notify", probe: "LivenessProbe=heartbeat:notify", step: "beat:0.2"),
    // HeartbeatSec= alone.
    HeartbeatKind(name: "implied", probe: "", step: "beat:0.2"),
  ]
}

@Suite("Heartbeats of a service", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct HeartbeatTests {
  @Test("tell when it is frozen, within the interval and a second", arguments: HeartbeatKind.all)
  func frozen(_ kind: HeartbeatKind) async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "beat-\(kind.name)", on: machine, steps: "env:WATCHDOG_USEC \(kind.step) sleep:3 say:alive",
      service: "RuntimeDirectory=beat-\(kind.name)\nUser=nobody",
      policy: "\(kind.probe)\nHeartbeatSec=2s\nTimeoutAbortSec=500ms")
    try await service.start()
    try await service.line(
      kind.probe.contains("/") ? "WATCHDOG_USEC=(unset)" : "WATCHDOG_USEC=2000000")
    let first = try await service.child()
    // Several intervals with heartbeats: nothing happens.
    try await service.line("alive")
    #expect(try await service.moves() == ["started", "ready"])
    let uptime = try await machine.require(["sh", "-c", "kill -STOP \(first); cut -d' ' -f1 /proc/uptime"])
    let frozen = (Double(uptime.stdout.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0) * 1_000_000
    let judged = try await service.event("judged")
    #expect(judged.message == "Ending main process \(first): no heartbeat for 2s")
    let took = Double(judged.monotonic) - frozen
    #expect(took > 1_700_000 && took < 3_000_000, "\(took)")
    try await service.event("ready", 2)
    // The next instance beats and is left alone.
    try await service.line("alive", 2)
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("ready, restarted 1 time") == true }
    #expect(after["StatusText"]?.contains("last: no heartbeat for 2s at ") == true)
    #expect(after["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("decide about its readiness, and it runs on when they stop")
  func readiness() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "beat-ready", on: machine, steps: "wait:GATE beat-fifo:/run/beat-ready/alive=0.2",
      service: "RuntimeDirectory=beat-ready",
      policy: "ReadinessProbe=heartbeat:fifo:/run/beat-ready/alive\nHeartbeatSec=1s")
    try await service.startLater()
    try await service.status(containing: "waiting for readiness probe heartbeat:fifo:/run/beat-ready/alive")
    try await service.open()
    try await service.event("ready")
    let child = try await service.child()
    try await machine.signal("STOP", child)
    #expect(try await service.event("unready").message == "No longer ready: no heartbeat for 1s")
    try await machine.signal("CONT", child)
    try await service.event("ready", 2)
    #expect(try await service.child() == child)
    try await service.stop()
  }

  @Test("are believed while the wall clock is set to and fro, and missed all the same")
  func clockJumps() async throws {
    let machine = try await TestMachine.quiet()
    let path = "/run/beat-clock/alive"
    // The clock is the host's, so what moves here is the file's time: as if each stamp came from another clock.
    let service = try await TestService(
      "beat-clock", on: machine,
      steps: nil,
      service: """
        RuntimeDirectory=beat-clock
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'for year in 1980 2037 1999 2030 1985 2036 1990 2031; do \
        touch -d $year-01-01 \(path); sleep 0.5; done; echo over; exec sleep 1000'
        """,
      policy: "LivenessProbe=heartbeat:file:\(path)\nHeartbeatSec=1s\nTimeoutAbortSec=500ms")
    try await service.start()
    try await service.line("over")
    #expect(try await service.moves() == ["started", "ready"])
    #expect(try await service.event("judged").message.hasSuffix("no heartbeat for 1s"))
    try await service.stop()
  }

  @Test("of a hostile writer do not keep upkeep-run from its work")
  func flood() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "beat-flood", on: machine, steps: nil,
      service: """
        RuntimeDirectory=beat-flood
        WatchdogSec=4s
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'yes >/run/beat-flood/alive & sleep 3; echo flooded; wait'
        """,
      policy: "LivenessProbe=heartbeat:fifo:/run/beat-flood/alive\nHeartbeatSec=1s")
    try await service.start()
    try await service.line("flooded")
    let runner = try #require(try await machine.show(service.unit, ["MainPID"])["MainPID"])
    // utime and stime, in hundredths of a second.
    let times = try await machine.require(["sh", "-c", "cut -d' ' -f14,15 /proc/\(runner)/stat"]).stdout
    let ticks = times.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.reduce(0, +)
    #expect(ticks < 60, "\(times)")
    #expect(try await service.moves() == ["started", "ready"])
    try await service.stop()
    #expect(try await machine.processTree(service.unit) == [])
  }
}
