import Supervision
import Testing

@Suite("Status text")
struct StatusTextTests {
  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    var missing = ""
    var own = ""
    var policy = Policy()
    var figures = ""
    let story: @Sendable (inout Script) -> Void
    var testDescription: String { text }
  }

  static let rows: [Row] = [
    Row(text: "starting") { _ in },
    Row(text: "starting") { $0.start() },
    Row(text: "starting, waiting for readiness probe tcp://h:1", missing: "readiness probe tcp://h:1") {
      $0.start()
    },
    Row(text: "ready") { $0.start(ready: true) },
    Row(text: "ready; probes: x; 3 clients", own: "3 clients", figures: "probes: x") {
      $0.start(ready: true)
    },
    Row(text: "not ready: 503; probes: x", figures: "probes: x") { script in
      script.start(ready: true)
      script.take(.lostReadiness("503"))
    },
    Row(text: "starting", figures: "probes: x") { $0.start() },
    Row(text: "ready; 3 clients", own: "3 clients") { $0.start(ready: true) },
    Row(text: "ready, restarted 1 time, last: exit 1 at T+1min") { script in
      script.start(ready: true)
      script.crash(after: .seconds(60))
      script.take(.spawned(pid: 101))
      script.take(.becameReady)
    },
    Row(text: "ready, restarted 2 times, last: SIGSEGV (core dumped) at T+1min 1s; busy", own: "busy") {
      script in
      script.start(ready: true)
      script.crash(after: .seconds(60))
      script.take(.spawned(pid: 101))
      script.crash(after: .seconds(1), .crashed)
      script.take(.timerFired(.backOff), after: .seconds(2))
      script.take(.spawned(pid: 102))
      script.take(.becameReady)
    },
    Row(text: "starting, restarted 1 time, last: liveness probe failed: refused at T+0") { script in
      script.start(ready: true)
      script.take(.judged(.livenessFailed("refused")))
      script.crash(.terminated)
      script.take(.spawned(pid: 101))
    },
    Row(text: "not ready: 503") { script in
      script.start(ready: true)
      script.take(.lostReadiness("503"))
    },
    Row(text: "restarting after no heartbeat for 30s") { script in
      script.start(ready: true)
      script.take(.judged(.heartbeatLost(.seconds(30))))
    },
    Row(text: "restarting after exit 1") { script in
      script.start(ready: true)
      script.take(.exited(.exited(1)))
    },
    Row(text: "ended: exit 0") { script in
      script.start(ready: true)
      script.take(.exited(.exited(0)))
    },
    Row(
      text: "backing off 8s after exit 1, attempt 4 of 5, next at T+14s",
      policy: .with { $0.backOff.limit = 5 }
    ) {
      script in
      script.start()
      for (pid, wait) in [(101, 0), (102, 2), (103, 4)] as [(Int32, Int)] {
        script.crash()
        if wait > 0 { script.take(.timerFired(.backOff), after: .seconds(wait)) }
        script.take(.spawned(pid: pid))
      }
      script.crash()
    },
    Row(
      text: "backing off 2s after start failure: no such file, next at T+2s",
      policy: .with { $0.backOff.limit = 0 }
    ) { script in
      script.start()
      script.crash()
      script.take(.spawnFailed(exitCode: 203, reason: "no such file", isTransient: false))
    },
    Row(
      text: "backing off 5min after exit 1, limit of 1 reached, next at T+5min",
      policy: .with {
        $0.backOff.limit = 1
        $0.onRestartLimit = .retrySlowly
      }
    ) { script in
      script.start()
      script.crash()
      script.take(.spawned(pid: 101))
      script.crash()
    },
    Row(text: "failed: exit 1, limit of 1 reached", policy: .with { $0.backOff.limit = 1 }) { script in
      script.start()
      script.crash()
      script.take(.spawned(pid: 101))
      script.crash()
    },
    Row(text: "failed: exit 3", own: "not shown", policy: .with { $0.restart = .no }) { script in
      script.start()
      script.crash(.exited(3))
    },
    Row(text: "failed: start failure: no such file") { script in
      script.take(.start)
      script.take(.spawnFailed(exitCode: 203, reason: "no such file", isTransient: false))
    },
    Row(text: "stopping") { script in
      script.start(ready: true)
      script.take(.stop(.smooth))
    },
    Row(text: "stopping, killed what did not stop in time") { script in
      script.start(ready: true)
      script.take(.stop(.smooth))
      script.take(.timerFired(.stop))
    },
    Row(
      text: "stopping before it was ready, waiting for readiness probe tcp://h:1",
      missing: "readiness probe tcp://h:1"
    ) { script in
      script.start()
      script.take(.stop(.smooth))
    },
    Row(text: "stopped before it was ready") { script in
      script.start()
      script.take(.stop(.smooth))
      script.crash(.terminated)
    },
    Row(text: "stopped") { script in script.take(.stop(.smooth)) },
    Row(text: "stopped") { script in
      script.start(ready: true)
      script.take(.stop(.smooth))
      script.crash(.terminated)
    },
  ]

  @Test("the status line tells a person the truth", arguments: rows)
  func text(row: Row) {
    var script = Script(row.policy)
    row.story(&script)
    script.life.figures = row.figures
    #expect(script.status(missing: row.missing, own: row.own) == row.text)
  }
}
