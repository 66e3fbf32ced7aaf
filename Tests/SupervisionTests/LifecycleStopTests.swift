import Supervision
import Testing

@Suite("Stops and replacements")
struct LifecycleStopTests {
  @Test("a service that ignores SIGTERM is killed after its stop time-out")
  func timeout() {
    var script = Script(.with { $0.stopTimeout = .seconds(7) })
    script.start(ready: true)
    let actions = script.take(.stop(.smooth))
    #expect(actions.suffix(3) == ["arm stop 7s", "extend 17s", "signalMain 15"])
    #expect(
      script.take(.timerFired(.stop), after: .seconds(7)) == ["record killed", "arm stop 5s", "killTree"])
    #expect(script.take(.exited(.killed)) == ["record ended", "signalTree 9"])
    #expect(script.take(.treeEmptied).last == "finish 0")
  }

  @Test("a stop time-out of infinity arms nothing")
  func noTimeout() {
    var script = Script(.with { $0.stopTimeout = nil })
    script.start(ready: true)
    #expect(script.take(.stop(.smooth)).suffix(2) == ["disarm stop", "signalMain 15"])
  }

  @Test("what survives SIGKILL is left to systemd when the service stops")
  func unkillable() {
    var script = Script()
    script.start(ready: true)
    script.take(.stop(.smooth))
    script.take(.timerFired(.stop), after: .seconds(90))
    #expect(
      script.take(.timerFired(.stop), after: .seconds(5))
        == ["disarm stop", "disarm backOff", "record stopped", "finish 0"])
    #expect(script.take(.exited(.killed)) == [])
  }

  @Test("what survives SIGKILL is killed again before another instance may start")
  func unkillableAtRestart() {
    var script = Script()
    script.start(ready: true)
    script.take(.judged(.livenessFailed("timeout")))
    // It may go on for days: every attempt is made, and the first, second, fourth ... is told.
    for attempt in 1...8 {
      let told = [1, 2, 4, 8].contains(attempt) ? ["record killed"] : []
      #expect(script.take(.timerFired(.stop)) == told + ["arm stop 5s", "killTree"])
    }
    #expect(script.take(.exited(.killed)) == ["record ended", "signalTree 9"])
    #expect(script.take(.treeEmptied).contains("spawn"))
  }

  @Test("a stop does not ask again what was killed already")
  func stopAfterKill() {
    var script = Script()
    script.start(ready: true)
    script.take(.judged(.livenessFailed("timeout")))
    script.take(.timerFired(.stop))
    #expect(script.take(.stop(.smooth)).suffix(3) == ["record killed", "arm stop 5s", "killTree"])
    #expect(script.take(.timerFired(.stop)).last == "finish 0")
  }

  @Test("SIGINT stops at once, a second one kills")
  func interrupts() {
    var script = Script()
    script.start(ready: true)
    #expect(script.take(.stop(.immediate)).suffix(3) == ["arm stop 2s", "extend 12s", "signalMain 15"])
    #expect(script.take(.stop(.immediate)) == ["record killed", "arm stop 5s", "killTree"])
    #expect(script.take(.stop(.immediate)) == [])
    script.take(.exited(.killed))
    #expect(script.take(.treeEmptied).last == "finish 0")
  }

  @Test("SIGINT hurries a smooth stop, and the next one kills")
  func hurry() {
    var script = Script()
    script.start(ready: true)
    script.take(.stop(.smooth))
    #expect(script.take(.stop(.immediate)) == ["arm stop 2s", "extend 12s"])
    #expect(script.take(.stop(.smooth)) == [])
    #expect(script.take(.stop(.immediate)).contains("killTree"))
  }

  @Test(
    "an immediate stop waits no longer than a smooth one would",
    arguments: [(Duration.seconds(1), "arm stop 1s"), (.seconds(60), "arm stop 2s")])
  func immediateLimit(timeout: Duration, armed: String) {
    var script = Script(.with { $0.stopTimeout = timeout })
    script.start(ready: true)
    #expect(script.take(.stop(.immediate)).contains(armed))
  }

  @Test("another kill signal asks the service and its leftovers")
  func killSignal() {
    var script = Script(.with { $0.killSignal = 3 })
    script.start(ready: true)
    #expect(script.take(.stop(.smooth)).last == "signalMain 3")
    #expect(script.take(.exited(.exited(0))).last == "signalTree 3")
  }

  // Each place that has something to stop ends with one finish.
  @Test("a stop ends the service from every place in its life", arguments: Situation.allCases)
  func stopAnywhere(situation: Situation) {
    guard ![.terminated, .failed, .stoppingWithMain, .stoppingLeftovers].contains(situation) else { return }
    var script = situation.script
    var actions = script.take(.stop(.smooth))
    if script.life.pid != nil { actions += script.take(.exited(.terminated)) }
    actions += script.take(.treeEmptied)
    #expect(actions.filter { $0 == "notifyStopping" }.count == 1)
    #expect(actions.filter { $0.hasPrefix("finish") } == ["finish 0"])
    #expect(!actions.contains("spawn"))
    #expect(script.life.state == .terminated)
  }

  @Test("a liveness failure ends the instance, its leftovers, and starts the next one")
  func replacement() {
    var script = Script()
    script.start(ready: true)
    let judged = script.take(.judged(.livenessFailed("refused")))
    #expect(judged.contains("signalMain 15"))
    #expect(!script.life.deservesWatchdogPing)
    #expect(script.take(.exited(.terminated)) == ["record ended", "signalTree 15"])
    #expect(script.take(.treeEmptied) == ["disarm stop", "disarm backOff", "spawn"])
    #expect(script.life.lastEnd?.reason == .judged(.livenessFailed("refused")))
    #expect(script.take(.spawned(pid: 101)).contains("resume"))
    // systemd was told once that the unit is up; it does not hear of it again.
    #expect(!script.take(.becameReady).contains("notifyReady"))
  }

  @Test("a judged service whose restart is forbidden ends with a failure, whatever code it leaves with")
  func judgedWithoutRestart() {
    var script = Script(.with { $0.restart = .no })
    script.start(ready: true)
    script.take(.judged(.livenessFailed("refused")))
    #expect(script.crash(.exited(0)).last == "finish 1")
    #expect(script.life.state == .failed)
  }

  @Test(
    "the shorter of stop and abort time-out limits a replacement",
    arguments: [
      (Duration.seconds(90), Duration.seconds(10), "arm stop 10s"),
      (.seconds(3), .seconds(10), "arm stop 3s"), (nil, .seconds(10), "arm stop 10s"),
      (.seconds(90), nil, "disarm stop"),
    ] as [(Duration?, Duration?, String)])
  func abortTimeout(stop: Duration?, abort: Duration?, armed: String) {
    var script = Script(
      .with {
        $0.stopTimeout = stop
        $0.abortTimeout = abort
      })
    script.start(ready: true)
    #expect(script.take(.judged(.watchdogTriggered)).contains(armed))
  }

  @Test("a tree that is empty before its main process was reaped starts nothing yet")
  func emptyBeforeReaped() {
    var script = Script()
    script.start(ready: true)
    script.take(.judged(.watchdogTriggered))
    #expect(script.take(.treeEmptied) == [])
    #expect(script.take(.exited(.killed)) == ["record ended", "signalTree 15"])
    #expect(script.take(.treeEmptied).contains("spawn"))
  }

  @Test("only an instance that runs and was not judged is vouched for", arguments: Situation.allCases)
  func watchdog(situation: Situation) {
    let life = situation.script.life
    let running: [Situation] = [.spawning, .starting, .ready, .unhealthy]
    #expect(life.deservesWatchdogPing == running.contains(situation))
  }
}
