import Supervision
import Testing
import UnitFiles

@Suite("Restarts")
struct LifecycleRestartTests {
  /// The waits and the ends of crash after crash, without ever becoming ready.
  private func crashes(_ script: inout Script, count: Int) -> [String] {
    (1...count).map { pid in
      if script.life.state == .backingOff { script.take(.timerFired(.backOff)) }
      script.take(.spawned(pid: Int32(pid)))
      let actions = script.crash(.exited(7))
      return actions.last { $0 == "spawn" || $0.hasPrefix("arm backOff") || $0.hasPrefix("finish") } ?? "none"
    }
  }

  @Test("a service starts, becomes ready and stops")
  func happyLife() {
    var script = Script()
    #expect(script.take(.start) == ["disarm backOff", "spawn"])
    #expect(script.take(.spawned(pid: 100)) == ["record started", "resume", "startProbes"])
    #expect(script.life.pid == 100)
    #expect(!script.life.hasBeenReady)
    #expect(script.take(.becameReady) == ["disarm start", "notifyReady", "record ready"])
    #expect(script.life.hasBeenReady)
    #expect(script.take(.stop(.smooth), after: .seconds(3600)).first == "notifyStopping")
    #expect(script.take(.exited(.terminated)) == ["record ended", "signalTree 15"])
    #expect(script.life.pid == nil)
    #expect(script.take(.treeEmptied).last == "finish 0")
    #expect(script.life.state == .terminated)
    #expect(script.life.restarts == 0)
  }

  @Test(
    "crash after crash: at once, 2, 4, 8, 16, 30, 30 s and so on, then the limit and the child's own code")
  func crashLoop() {
    var script = Script()
    script.take(.start)
    let waits = ["2s", "4s", "8s", "16s", "30s", "30s", "30s", "30s", "30s"].map { "arm backOff \($0)" }
    #expect(crashes(&script, count: 11) == ["spawn"] + waits + ["finish 7"])
    #expect(script.life.state == .failed)
    #expect(script.life.restarts == 10)
  }

  @Test("the limit is recorded before the service fails")
  func limitRecord() {
    var script = Script(.with { $0.backOff.limit = 1 })
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    #expect(script.crash(.exited(0)) == ["disarm stop", "record stopped", "finish 0"])

    script = Script(
      .with {
        $0.backOff.limit = 1
        $0.restart = .always
      })
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    // What failed is the service, even where its last instance did not: systemd has to see that.
    #expect(script.crash(.exited(0)) == ["disarm stop", "record limitReached", "finish 1"])
  }

  @Test("retry-slowly goes on with long waits, and tells the limit once")
  func retrySlowly() {
    var script = Script(
      .with {
        $0.backOff.limit = 2
        // The waits stay long even where the window has emptied during one of them.
        $0.backOff.limitInterval = .seconds(60)
        $0.onRestartLimit = .retrySlowly
        $0.restartSlow = .seconds(300)
      })
    script.take(.start)
    #expect(
      crashes(&script, count: 5)
        == ["spawn", "arm backOff 2s", "arm backOff 5min", "arm backOff 5min", "arm backOff 5min"])
    script.take(.timerFired(.backOff))
    script.take(.spawned(pid: 9))
    #expect(!script.crash().contains("record limitReached"))
    #expect(script.life.state == .backingOff)
  }

  @Test("every instance after the first counts as a restart and is recorded with its number")
  func restartCount() {
    var script = Script()
    script.start(ready: true)
    script.crash()
    let actions = script.life.handle(.spawned(pid: 101), at: script.now)
    guard case .record(let event) = actions.first else {
      Issue.record("no record")
      return
    }
    #expect(event.message == "Started main process 101, restart 1")
    #expect(event.fields == [.childPID: "101", .restarts: "1"])
  }

  // Each crash at the given times of health; the waits that follow.
  @Test(
    "the row begins anew after the service was healthy for long enough",
    arguments: [(59, "arm backOff 2s"), (60, "spawn")])
  func healthyReset(seconds: Int, next: String) {
    var script = Script()
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    #expect(script.crash(after: .seconds(seconds)).contains(next))
  }

  @Test("being up without being ready is no health")
  func upIsNotHealthy() {
    var script = Script()
    script.start()
    script.crash()
    script.take(.spawned(pid: 101))
    #expect(script.crash(after: .seconds(3600)).contains("arm backOff 2s"))
  }

  @Test("the time in which leftovers are ended is no health")
  func cleanUpIsNotHealthy() {
    var script = Script()
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    script.take(.exited(.exited(1)))
    script.take(.timerFired(.stop), after: .seconds(90))
    #expect(script.take(.treeEmptied).contains("arm backOff 2s"))
  }

  static let probed = Policy.with { policy in
    policy.targets = [.liveness: [.unix(path: "/x")], .readiness: [.unix(path: "/x")]]
  }

  // The defaults need 3 x 10 s + 1 s to tell that a service is broken.
  @Test(
    "health before a liveness failure counts, less the time that the probe needs to see it",
    arguments: [(90, "arm backOff 2s"), (91, "spawn")])
  func healthBeforeLivenessFailure(seconds: Int, next: String) {
    var script = Script(Self.probed)
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    script.take(.judged(.livenessFailed("timeout")), after: .seconds(seconds))
    #expect(script.crash(.terminated).contains(next))
  }

  @Test("health before a lost readiness counts", arguments: [(90, "arm backOff 2s"), (91, "spawn")])
  func healthBeforeUnready(seconds: Int, next: String) {
    var script = Script(Self.probed)
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    script.take(.lostReadiness("503"), after: .seconds(seconds))
    #expect(script.crash(after: .seconds(3600)).contains(next))
  }

  @Test("the longest time of health counts, not the last")
  func longestHealth() {
    var script = Script()
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    script.take(.lostReadiness("503"), after: .seconds(3600))
    script.take(.becameReady)
    #expect(script.crash(after: .seconds(1)).contains("spawn"))
  }

  @Test("a service that lost its heartbeat right after the start was not healthy")
  func heartbeatLostEarly() {
    var script = Script()
    script.start(ready: true)
    script.crash()
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    script.take(.judged(.heartbeatLost(.seconds(120))), after: .seconds(120))
    #expect(script.crash(.terminated).contains("arm backOff 2s"))
  }

  @Test("kick ends the wait at once and the row goes on")
  func kick() {
    var script = Script()
    script.start()
    script.crash()
    script.take(.spawned(pid: 101))
    script.crash()
    #expect(script.life.nextAttempt == script.now + .seconds(2))
    #expect(script.take(.kick, after: .seconds(1)) == ["disarm backOff", "spawn"])
    #expect(script.life.nextAttempt == nil)
    script.take(.spawned(pid: 102))
    #expect(script.crash().contains("arm backOff 4s"))
  }

  @Test("jitter takes its number from outside")
  func jitter() {
    var script = Script(.with { $0.backOff.jitter = 0.5 })
    script.random = 1
    script.start()
    script.crash()
    script.take(.spawned(pid: 101))
    #expect(script.crash().contains("arm backOff 3s"))
  }

  static let ends: [(Policy.Restart, ExitCause, finish: String?)] = [
    (.no, .exited(0), "finish 0"), (.no, .exited(3), "finish 3"), (.no, .killed, "finish 137"),
    (.no, .terminated, "finish 143"), (.onFailure, .exited(0), "finish 0"),
    (.onFailure, .terminated, "finish 143"),
    (.onFailure, .signaled(number: 1, name: "SIGHUP", coreDumped: false), "finish 129"),
    (.onFailure, .signaled(number: 2, name: "SIGINT", coreDumped: false), "finish 130"),
    (.onFailure, .signaled(number: 13, name: "SIGPIPE", coreDumped: false), "finish 141"),
    (.onFailure, .exited(1), nil), (.onFailure, .killed, nil), (.onFailure, .crashed, nil),
    (.always, .exited(0), nil), (.always, .exited(1), nil), (.always, .terminated, nil),
  ]

  @Test("Restart= decides which ends are followed by another instance", arguments: ends)
  func restartPolicy(restart: Policy.Restart, cause: ExitCause, finish: String?) {
    var script = Script(.with { $0.restart = restart })
    script.start(ready: true)
    let actions = script.crash(cause)
    #expect(actions.last == finish ?? "spawn")
    let isClean = ![.exited(1), .exited(3), .killed, .crashed].contains(cause)
    #expect(script.life.state == (finish == nil ? .starting : isClean ? .terminated : .failed))
  }

  static let sets: [(prevent: String, force: String, success: String, ExitCause, last: String)] = [
    ("3", "", "", .exited(3), "finish 3"), ("3", "", "", .exited(4), "spawn"),
    ("SIGKILL", "", "", .killed, "finish 137"), ("SIGKILL", "", "", .exited(9), "spawn"),
    ("", "0", "", .exited(0), "spawn"), ("", "SIGTERM", "", .terminated, "spawn"),
    ("5", "5", "", .exited(5), "finish 5"), ("", "", "143", .exited(143), "finish 143"),
    ("", "", "SIGKILL", .killed, "finish 137"), ("", "", "", .exited(143), "spawn"),
    ("", "6", "6", .exited(6), "spawn"),
  ]

  @Test("the status sets come before Restart=, Prevent before Force", arguments: sets)
  func statusSets(prevent: String, force: String, success: String, cause: ExitCause, last: String) throws {
    var policy = Policy()
    policy.restartPreventExitStatus = try .parse(prevent)
    policy.restartForceExitStatus = try .parse(force)
    policy.successExitStatus = try .parse(success)
    var script = Script(policy)
    script.start(ready: true)
    #expect(script.crash(cause).last == last)
    if !success.isEmpty, last != "spawn" { #expect(script.life.state == .terminated) }
  }

  @Test("a new policy holds from the next decision on")
  func reload() {
    var script = Script()
    script.start()
    script.crash()
    script.take(.spawned(pid: 101))
    script.life.policy.backOff.delay = .seconds(7)
    script.life.policy.stopTimeout = .seconds(3)
    script.life.policy.killSignal = 2
    #expect(script.take(.exited(.exited(1))).contains("signalTree 2"))
    #expect(script.take(.treeEmptied).contains("arm backOff 7s"))
    script.take(.kick)
    script.take(.spawned(pid: 102))
    #expect(script.take(.stop(.smooth)).contains("arm stop 3s"))
  }

  @Test("a new policy may forbid the restart that an old one would have made")
  func reloadForbids() {
    var script = Script()
    script.start(ready: true)
    script.life.policy.restart = .no
    #expect(script.crash().last == "finish 1")
  }
}
