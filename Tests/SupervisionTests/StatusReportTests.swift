import Supervision
import Testing

@Suite("Status report")
struct StatusReportTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let state: StatusReport.State
    var reason: String?
    var waitingFor: String?
    var restarts = 0
    var lastCause: String?
    var lastTime: String?
    var delay: String?
    var attempt: String?
    var nextAttempt: String?
    var own: String?
    var probes: String?
    var testDescription: String { text }
  }

  static let rows: [Row] = [
    Row(text: "starting", state: .starting),
    Row(
      text: "starting, waiting for readiness probe tcp://h:1", state: .starting,
      waitingFor: "readiness probe tcp://h:1"),
    Row(text: "ready", state: .ready),
    Row(
      text:
        "ready; probes: 100% of 6 in 1min (0.2/2/9.5ms), 99.8% of 60 in 10min (2/4/12ms), every 2.5s to 20s "
        + "within 100ms; 3 clients; 4 idle", state: .ready, own: "3 clients; 4 idle",
      probes: "probes: 100% of 6 in 1min (0.2/2/9.5ms), 99.8% of 60 in 10min (2/4/12ms), every 2.5s to 20s "
        + "within 100ms"),
    Row(
      text: "ready, restarted 1 time, last: exit 1 at 14:03:22; probes: 0% of 6 in 1min", state: .ready,
      restarts: 1, lastCause: "exit 1", lastTime: "14:03:22", probes: "probes: 0% of 6 in 1min"),
    Row(
      text: "not ready: 503; probes: every 1s within 1s", state: .notReady, reason: "503",
      probes: "probes: every 1s within 1s"),
    Row(
      text: "ready; repairing x; probes: 0% of 6 in 1min; busy", state: .ready, own: "repairing x; busy",
      probes: "probes: 0% of 6 in 1min"),
    Row(
      text: "ready; repairing x; probes: 0% of 6 in 1min", state: .ready, own: "repairing x",
      probes: "probes: 0% of 6 in 1min"),
    // The service's own words.
    Row(text: "ready; probes: fine", state: .ready, own: "probes: fine"),
    Row(
      text: "ready; probes: 100% of 6 in 1min (1/2ms)", state: .ready,
      own: "probes: 100% of 6 in 1min (1/2ms)"),
    Row(text: "ready; probes: 101% of 6 in 1min", state: .ready, own: "probes: 101% of 6 in 1min"),
    Row(text: "ready; probes: ", state: .ready, own: "probes: "),
    Row(text: "ready; 3 clients; 4 idle", state: .ready, own: "3 clients; 4 idle"),
    Row(
      text: "ready, restarted 1 time, last: exit 1 at 14:03:22", state: .ready, restarts: 1,
      lastCause: "exit 1", lastTime: "14:03:22"),
    Row(
      text: "ready, restarted 12 times, last: SIGSEGV (core dumped) at 2026-11-23 14:03:22; busy",
      state: .ready,
      restarts: 12, lastCause: "SIGSEGV (core dumped)", lastTime: "2026-11-23 14:03:22", own: "busy"),
    Row(
      text: "ready, restarted 2 times, last: liveness probe failed: looked at it; gone at 14:00:00; ok",
      state: .ready, restarts: 2, lastCause: "liveness probe failed: looked at it; gone",
      lastTime: "14:00:00",
      own: "ok"),
    Row(
      text: "not ready: 503, restarted 1 time, last: exit 1 at 14:03:22", state: .notReady, reason: "503",
      restarts: 1, lastCause: "exit 1", lastTime: "14:03:22"),
    Row(text: "restarting after no heartbeat for 30s", state: .restarting, reason: "no heartbeat for 30s"),
    Row(text: "ended: exit 0", state: .ending, reason: "exit 0"),
    Row(text: "ending", state: .ending),
    Row(
      text: "backing off 8s after exit 1, attempt 4 of 5, next at 14:03:22", state: .backingOff,
      reason: "exit 1",
      delay: "8s", attempt: "attempt 4 of 5", nextAttempt: "14:03:22"),
    Row(
      text: "backing off 5min after exit 1, limit of 1 reached, next at 2026-11-23 14:03:22",
      state: .backingOff,
      reason: "exit 1", delay: "5min", attempt: "limit of 1 reached", nextAttempt: "2026-11-23 14:03:22"),
    Row(text: "backing off 1min 30s", state: .backingOff, delay: "1min 30s"),
    Row(
      text: "failed: exit 1, limit of 10 reached", state: .failed, reason: "exit 1",
      attempt: "limit of 10 reached"),
    Row(text: "failed: exit 3", state: .failed, reason: "exit 3"),
    Row(text: "failed", state: .failed),
    Row(text: "stopping", state: .stopping),
    Row(
      text: "stopping, killed what did not stop in time", state: .stopping,
      reason: "killed what did not stop in time"),
    Row(
      text: "stopping before it was ready, waiting for readiness probe tcp://h:1", state: .stopping,
      reason: "it was not ready yet", waitingFor: "readiness probe tcp://h:1"),
    Row(text: "stopped", state: .stopped),
  ]

  @Test("the status line is taken apart", arguments: rows)
  func parts(row: Row) throws {
    let report = try #require(StatusReport(row.text))
    #expect(report.state == row.state)
    #expect(report.reason == row.reason)
    #expect(report.waitingFor == row.waitingFor)
    #expect(report.restarts == row.restarts)
    #expect(report.lastCause == row.lastCause)
    #expect(report.lastTime == row.lastTime)
    #expect(report.delay == row.delay)
    #expect(report.attempt == row.attempt)
    #expect(report.nextAttempt == row.nextAttempt)
    #expect(report.own == row.own)
    #expect(report.probes?.text == row.probes)
  }

  @Test("every line that a service under upkeep-run can show is understood", arguments: StatusTextTests.rows)
  func ours(row: StatusTextTests.Row) {
    #expect(StatusReport(row.text) != nil)
  }

  @Test(
    "other programs' lines are none of ours",
    arguments: ["", "readying", "Processing 3 requests", "Ready", "backing"])
  func foreign(text: String) {
    #expect(StatusReport(text) == nil)
  }
}
