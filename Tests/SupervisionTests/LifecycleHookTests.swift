import Supervision
import Testing
import UnitFiles

extension Policy {
  /// A policy with a command `/KEY` at each of these moments, that restarts after 4 s.
  fileprivate static func hooked(
    _ moments: [HookMoment] = HookMoment.allCases, _ change: (inout Policy) -> Void = { _ in }
  )
    throws -> Policy
  {
    var policy = Policy.with { $0.backOff.first = .seconds(4) }
    for moment in moments { policy.hooks[moment] = [try HookCommand.parse("/\(moment.key)")] }
    change(&policy)
    return policy
  }
}

extension Script {
  /// Lets events happen and tells the calls of commands among what follows from them.
  fileprivate mutating func calls(_ events: LifecycleEvent...) -> [String] {
    events.flatMap { take($0) }.filter { $0.hasPrefix("On") || $0 == "endHooks" }
  }
}

@Suite("Commands at moments of a service's life")
struct LifecycleHookTests {
  @Test("an instance is started when its OnStart= commands are through, and systemd is asked for the time")
  func start() throws {
    var script = Script(try .hooked([.start]))
    #expect(script.take(.start) == ["disarm backOff", "suspend 15s", "extend 15s", "OnStart /OnStart"])
    #expect(script.life.state == .starting && script.life.pid == nil)
    #expect(script.take(.prepared) == ["spawn"])
    #expect(script.take(.spawned(pid: 100)) == ["record started", "resume", "startProbes"])
    script.take(.becameReady)
    script.crash()
    // The next instance has its own, which are told why.
    #expect(
      script.take(.timerFired(.backOff)) == ["disarm backOff", "suspend 15s", "OnStart /OnStart: exit 1"])
  }

  @Test("a failure of OnStart= is a failed start: the next attempt waits, before the first instance too")
  func startFails() throws {
    var script = Script(try .hooked([.start]))
    script.take(.start)
    let failed = LifecycleEvent.spawnFailed(
      exitCode: 1, reason: "OnStart= /OnStart: exit 3", isTransient: true)
    #expect(
      script.take(failed) == [
        "record startFailed", "record backingOff", "arm backOff 4s", "suspend 9s", "extend 9s",
      ])
    #expect(script.status().hasPrefix("backing off 4s after start failure: OnStart= /OnStart: exit 3"))
    var never = Script(try .hooked([.start]) { $0.restart = .no })
    never.take(.start)
    #expect(never.take(failed) == ["record startFailed", "finish 1"])
  }

  @Test("a stop ends the commands that an instance waits for, and no instance is started any more")
  func stopBeforeStart() throws {
    var script = Script(try .hooked([.start, .stop]))
    script.take(.start)
    let actions = script.take(.stop(.smooth))
    #expect(actions.contains("endHooks") && actions.last == "signalTree 15")
    #expect(!actions.contains("OnStop /OnStop"))
    #expect(script.take(.prepared) == [])
    #expect(script.take(.treeEmptied).last == "finish 0")
  }

  @Test("each moment has its commands, told why, and trouble is told once until it is over")
  func moments() throws {
    var script = Script(try .hooked([.ready, .unhealthy, .recovered]))
    #expect(script.calls(.start, .spawned(pid: 100)) == [])
    #expect(script.calls(.becameReady) == ["OnReady /OnReady"])
    #expect(script.calls(.lostReadiness("503")) == ["OnUnhealthy /OnUnhealthy: 503"])
    #expect(script.calls(.becameReady) == ["OnRecovered /OnRecovered"])
    #expect(script.calls(.lostReadiness("504")) == ["OnUnhealthy /OnUnhealthy: 504"])
    // Judged while it is unhealthy already, replaced, and well again as a new instance.
    #expect(script.calls(.judged(.livenessFailed("timeout")), .exited(.terminated), .treeEmptied) == [])
    #expect(script.calls(.timerFired(.backOff), .spawned(pid: 101)) == [])
    #expect(script.calls(.becameReady) == ["OnReady /OnReady", "OnRecovered /OnRecovered"])
    #expect(
      script.calls(.judged(.livenessFailed("timeout"))) == [
        "OnUnhealthy /OnUnhealthy: liveness probe failed: timeout"
      ])
  }

  @Test("a crash is no illness: the new instance is ready, not recovered")
  func crash() throws {
    var script = Script(try .hooked([.ready, .unhealthy, .recovered]))
    script.start(ready: true)
    #expect(script.calls(.exited(.crashed), .treeEmptied, .timerFired(.backOff), .spawned(pid: 101)) == [])
    #expect(script.calls(.becameReady) == ["OnReady /OnReady"])
  }

  @Test("a running service is asked to stop when its OnStop= commands are through")
  func stop() throws {
    var script = Script(try .hooked([.stop]))
    script.start(ready: true)
    let actions = script.take(.stop(.smooth))
    #expect(
      actions == [
        "notifyStopping", "stopProbes", "disarm start", "disarm backOff", "endHooks", "record stopping",
        "extend 15s", "OnStop /OnStop",
      ])
    #expect(script.take(.stop(.smooth)) == [])
    #expect(script.take(.prepared) == ["arm stop 1min 30s", "signalMain 15"])
    #expect(script.take(.prepared) == [])
    #expect(script.take(.exited(.terminated)) == ["record ended", "signalTree 15"])
  }

  @Test("whoever is in a hurry does not wait for OnStop=")
  func hurry() throws {
    for (urgency, asked) in [
      (StopUrgency.immediate, ["endHooks", "arm stop 2s", "signalMain 15"]),
      (.kill, ["endHooks", "record killed", "arm stop 5s", "killTree"]),
    ] {
      var script = Script(try .hooked([.stop]))
      script.start(ready: true)
      script.take(.stop(.smooth))
      #expect(script.take(.stop(urgency)) == asked)
      #expect(script.take(.prepared) == [])
      var sudden = Script(try .hooked([.stop]))
      sudden.start(ready: true)
      #expect(!sudden.take(.stop(urgency)).contains("OnStop /OnStop"))
    }
  }

  @Test("a service that ends before it is asked to has its leftovers ended, and OnStop= goes on")
  func exitsEarly() throws {
    var script = Script(try .hooked([.stop]))
    script.start(ready: true)
    script.take(.stop(.smooth))
    #expect(script.take(.exited(.exited(0))) == ["record ended", "arm stop 1min 30s", "signalTree 15"])
    #expect(script.take(.treeEmptied) == ["disarm stop", "disarm backOff", "record stopped", "finish 0"])
  }

  @Test("without an instance there is nothing to stop, and what is being ended is not asked again")
  func nothingToStop() throws {
    var waiting = Script(try .hooked([.stop]))
    waiting.start(ready: true)
    waiting.crash()
    #expect(waiting.calls(.stop(.smooth)) == ["endHooks"])
    var ending = Script(try .hooked([.stop]))
    ending.start(ready: true)
    ending.take(.judged(.watchdogTriggered))
    #expect(ending.calls(.stop(.smooth)) == ["endHooks"])
  }

  @Test(
    "a service that is given up has its OnFailed= commands before the end, and systemd is asked for the time")
  func failed() throws {
    var script = Script(try .hooked([.failed]) { $0.restart = .no })
    script.start(ready: true)
    script.take(.exited(.exited(5)))
    #expect(
      script.take(.treeEmptied) == [
        "disarm stop", "record stopped", "suspend 15s", "OnFailed /OnFailed: exit 5", "finish 5",
      ])
    var clean = Script(try .hooked([.failed]) { $0.restart = .no })
    clean.start(ready: true)
    clean.take(.exited(.exited(0)))
    #expect(clean.calls(.treeEmptied) == [])

    var limited = Script(try .hooked([.failed]) { $0.backOff.limit = 1 })
    limited.start(ready: true)
    limited.crash()
    limited.take(.timerFired(.backOff))
    limited.take(.spawned(pid: 101))
    limited.take(.exited(.exited(7)))
    #expect(
      limited.calls(.treeEmptied) == ["OnFailed /OnFailed: restart limit of 1 reached after exit 7"])
  }

  @Test("a command is an absolute path and its words, with - to ignore its failure")
  func parsing() throws {
    let command = try HookCommand.parse(#"-/usr/bin/notify 'two words' "%x" $HOME;"#)
    #expect(command.ignoresFailure && command.program == "/usr/bin/notify")
    #expect(
      command.arguments.map { String(decoding: $0, as: UTF8.self) } == [
        "/usr/bin/notify", "two words", "%x", "$HOME;",
      ])
    for wrong in ["", "-", "notify me", "--/bin/true", "/bin/echo 'open"] {
      #expect(throws: ValueError.self) { try HookCommand.parse(wrong) }
    }
  }

  @Test("facts are in the environment, and foreign text in them has no NUL")
  func variables() throws {
    var script = Script(try .hooked([.unhealthy]))
    script.start(ready: true)
    script.now += .seconds(1)
    let actions = script.life.handle(.lostReadiness("a\0b"), at: script.now)
    let call = try #require(
      actions.compactMap { if case .runHooks(let call) = $0 { call } else { nil } }.first)
    #expect(
      call.variables(unit: "web.service") == [
        "UPKEEP_EVENT": "unhealthy", "UPKEEP_REASON": "ab", "UPKEEP_RESTARTS": "0",
        "UPKEEP_UNIT": "web.service",
        "MAINPID": "100",
      ])
  }
}
