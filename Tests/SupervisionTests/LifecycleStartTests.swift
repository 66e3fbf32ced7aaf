import Supervision
import Testing

@Suite("Starts")
struct LifecycleStartTests {
  private static func failure(_ code: Int32, isTransient: Bool = false) -> LifecycleEvent {
    .spawnFailed(exitCode: code, reason: "no such file", isTransient: isTransient)
  }

  @Test(
    "a command that never ran and cannot run fails at once", arguments: [200, 203, 205, 216, 217] as [Int32])
  func firstSpawnFails(code: Int32) {
    var script = Script()
    script.take(.start)
    #expect(script.take(Self.failure(code)) == ["record startFailed", "finish \(code)"])
    #expect(script.life.state == .failed)
  }

  @Test("a first start that failed for lack of something is tried again")
  func transientFailure() {
    var script = Script()
    script.take(.start)
    // Never without a wait: nothing but the event loop lets signals in between two attempts.
    #expect(script.take(Self.failure(205, isTransient: true)).contains("arm backOff 100ms"))
    script.take(.timerFired(.backOff))
    #expect(script.take(Self.failure(205, isTransient: true)).contains("arm backOff 2s"))
  }

  @Test("a command that ran before may be missing for a while")
  func laterSpawnFails() {
    var script = Script()
    script.start(ready: true)
    #expect(script.crash().contains("spawn"))
    #expect(
      script.take(Self.failure(203))
        == ["record startFailed", "record backingOff", "arm backOff 2s", "suspend 7s"])
    #expect(script.life.lastEnd?.reason == .notStarted(exitCode: 203, reason: "no such file"))
    script.take(.timerFired(.backOff))
    #expect(script.take(.spawned(pid: 101)).contains("resume"))
  }

  @Test("a start that keeps failing reaches the limit and ends with systemd's code")
  func spawnFailuresReachTheLimit() {
    var script = Script(.with { $0.backOff.limit = 2 })
    script.start()
    script.crash()
    script.take(Self.failure(203))
    script.take(.timerFired(.backOff))
    #expect(script.take(Self.failure(203)) == ["record startFailed", "record limitReached", "finish 203"])
  }

  @Test("without restarts no failed start is tried again", arguments: [true, false])
  func spawnFailureWithoutRestart(isTransient: Bool) {
    var script = Script(.with { $0.restart = .no })
    script.take(.start)
    #expect(script.take(Self.failure(205, isTransient: isTransient)).last == "finish 205")
  }

  @Test("an instance that is not ready within its start time-out is replaced")
  func startTimeout() {
    var script = Script(.with { $0.startTimeout = .seconds(20) })
    script.take(.start)
    #expect(
      script.take(.spawned(pid: 100))
        == ["record started", "resume", "arm start 20s", "extend 25s", "startProbes"])
    #expect(script.take(.timerFired(.start), after: .seconds(20)).contains("signalMain 15"))
    #expect(script.crash(.terminated).contains("spawn"))
    #expect(script.life.lastEnd?.reason == .judged(.startTimedOut(.seconds(20))))
    #expect(script.take(.spawned(pid: 101)).contains("arm start 20s"))
  }

  @Test("once the unit is active its start time-out extends nothing at systemd")
  func laterStartTimeout() {
    var script = Script(.with { $0.startTimeout = .seconds(20) })
    script.start(ready: true)
    script.crash()
    #expect(
      script.take(.spawned(pid: 101)) == ["record started", "resume", "arm start 20s", "startProbes"])
  }

  @Test("systemd's own start time-out limits only the instances that systemd does not")
  func restartStartTimeout() {
    var script = Script(.with { $0.restartStartTimeout = .seconds(90) })
    script.take(.start)
    #expect(!script.take(.spawned(pid: 100)).contains { $0.hasPrefix("arm start") })
    script.take(.becameReady)
    script.crash()
    #expect(script.take(.spawned(pid: 101)).contains("arm start 1min 30s"))
  }

  // 5 s + 2 x 10 s + 1 s.
  static let probed = Policy.with {
    $0.targets = [.startup: [.unix(path: "/x")]]
    try? PolicyKey.named("ProbeInitialDelaySec")?.set("5s", in: &$0)
  }

  @Test("startup probes extend what systemd allows and judge by themselves")
  func startupProbes() {
    var script = Script(Self.probed)
    script.take(.start)
    #expect(script.take(.spawned(pid: 100)) == ["record started", "resume", "extend 31s", "startProbes"])
    let judged = script.take(.judged(.startupFailed("refused")))
    #expect(judged.contains("record judged"))
  }

  @Test("the start time-out of a later instance begins behind its startup probes")
  func startupProbesOfLaterInstances() {
    var policy = Self.probed
    policy.restartStartTimeout = .seconds(90)
    #expect(policy.startAllowance(isFirst: true) == nil)
    #expect(policy.startAllowance(isFirst: false) == .seconds(116))
    policy.startTimeout = .seconds(7)
    #expect(policy.startAllowance(isFirst: true) == .seconds(7))
    #expect(policy.startAllowance(isFirst: false) == .seconds(7))
  }

  @Test("a probe that takes longer than its interval gets the time it needs")
  func slowProbes() {
    let settings = ProbeSettings(
      kind: .startup, target: .unix(path: "/x"), interval: .seconds(1), timeout: .seconds(20),
      initialDelay: .seconds(3), failureThreshold: 4)
    #expect(settings.startBudget == .seconds(83))
  }

  @Test("while systemd waits for the first READY=1 every planned wait is announced")
  func extensions() {
    var script = Script(.with { $0.backOff.first = .seconds(60) })
    script.start()
    #expect(script.take(.exited(.exited(1))).contains("extend 1min 40s"))
    #expect(script.take(.treeEmptied).contains("extend 1min 5s"))
    script.take(.timerFired(.backOff))
    script.take(.spawned(pid: 101))
    script.take(.becameReady)
    let actions = script.take(.exited(.exited(1))) + script.take(.treeEmptied)
    #expect(!actions.contains { $0.hasPrefix("extend") })
    #expect(actions.filter { $0.hasPrefix("suspend") } == ["suspend 1min 40s", "suspend 7s"])
  }

  @Test("how long a start took is recorded")
  func startTime() {
    var script = Script()
    script.start()
    script.now += .milliseconds(1500)
    let actions = script.life.handle(.becameReady, at: script.now)
    guard case .record(let event) = actions.last else {
      Issue.record("no record")
      return
    }
    #expect(event.message == "Ready after 1.5s")
    #expect(event.fields == [.startTime: "1500000"])
  }
}
