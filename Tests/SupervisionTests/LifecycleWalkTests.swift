import Supervision
import TestSupport
import Testing

/// What a careful caller believes of the world while it carries out the actions.
private struct World {
  var hasMain = false
  var hasTree = false
  var armed: Set<LifecycleTimer> = []
  var finishes = 0
  var spawnIsAsked = false
  /// Whose examination has not come back.
  var examined: Int32?

  /// Carries out one action; returns what it would have broken.
  mutating func carryOut(_ action: LifecycleAction) -> String? {
    if finishes > 0 { return "\(action.words) after the end" }
    switch action {
    case .spawn:
      if hasMain || hasTree { return "an instance beside another" }
      if spawnIsAsked { return "two instances asked for at once" }
      if armed.contains(.stop) { return "a stop timer outlives its instance" }
      if armed.contains(.backOff) { return "a wait goes on beside an instance" }
      spawnIsAsked = true
    case .arm(let timer, let time):
      if time < .zero { return "\(timer) armed for \(time)" }
      armed.insert(timer)
    case .disarm(let timer): armed.remove(timer)
    case .finish(let code):
      if !(0...255).contains(code) { return "exit code \(code)" }
      finishes += 1
    case .record(let event):
      if event.message.isEmpty { return "an event without words" }
    case .examine(let pid):
      if !hasMain { return "nothing is examined" }
      examined = pid
    case .runCommand(let words, let reason):
      if words.isEmpty || reason.isEmpty { return "a command without words" }
    case .startProbes, .stopProbes, .signalMain, .signalTree, .killTree, .notifyReady, .notifyStopping,
      .extendTimeout, .suspendWatchdog, .resumeWatchdog, .reportCrash, .repairLimit, .runHooks, .endHooks:
      break
    }
    return nil
  }
}

@Suite("Random walks through a service's life")
struct LifecycleWalkTests {
  private static let policies: [Policy] = [
    Policy(),
    .with { $0.restart = .no },
    .with {
      $0.restart = .always
      $0.backOff.limit = 0
      $0.backOff.delay = .zero
    },
    .with {
      $0.backOff.limit = 2
      $0.onRestartLimit = .retrySlowly
      $0.startTimeout = .seconds(5)
    },
    .with {
      $0.softWatchdog = true
      $0.onUnready = .restart
    },
    .with { $0.onUnready = .command([Array("/bin/true".utf8)]) },
    .with {
      $0.stopTimeout = nil
      $0.abortTimeout = nil
      $0.backOff.jitter = 1
    },
  ]

  @Test("no order of events that can happen breaks a rule", arguments: 0..<400 as Range<UInt64>)
  func possibleEvents(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var script = Script(Self.policies[Int(seed) % Self.policies.count])
    var world = World()
    var pid: Int32 = 100
    var event = LifecycleEvent.start
    for step in 0..<200 {
      let before = script.life.state
      script.random = Double.random(in: 0...1, using: &generator)
      script.now += .milliseconds(Int.random(in: 0...40_000, using: &generator))
      for action in script.life.handle(event, at: script.now, random: script.random) {
        if let fault = world.carryOut(action) {
          Issue.record("seed \(seed), step \(step), \(before) x \(event): \(fault)")
          return
        }
        if case .record(let event) = action, event.kind == .unexpected {
          Issue.record("seed \(seed), step \(step), \(before): \(event.message)")
          return
        }
      }
      #expect(script.life.state.isFinal == (world.finishes > 0))
      #expect((script.life.state == .backingOff) == world.armed.contains(.backOff))
      #expect((script.life.state == .backingOff) == (script.life.nextAttempt != nil))
      #expect(!world.armed.contains(.start) || script.life.state == .starting)
      guard world.finishes == 0 else { return }

      if world.spawnIsAsked {
        world.spawnIsAsked = false
        if Int.random(in: 0..<5, using: &generator) == 0 {
          event = .spawnFailed(
            exitCode: 203, reason: "no such file", isTransient: Bool.random(using: &generator))
        } else {
          pid += 1
          (world.hasMain, world.hasTree) = (true, true)
          event = .spawned(pid: pid)
        }
        continue
      }
      event = next(&world, script.life.state, &generator)
    }
  }

  /// An event that can happen in this world, and what it does to the world.
  private func next(
    _ world: inout World, _ state: LifecycleState, _ generator: inout SeededGenerator
  ) -> LifecycleEvent {
    var events: [LifecycleEvent] = [.kick]
    if world.hasMain {
      events += [.exited(.exited(1)), .exited(.exited(0)), .exited(.killed), .exited(.terminated)]
      events += [.becameReady, .lostReadiness("503"), .judged(.livenessFailed("timeout"))]
      events.append(.judged(.heartbeatLost(.seconds(30))))
    } else if world.hasTree {
      events += [.treeEmptied, .treeEmptied]
    } else if state == .stopping || state == .ending {
      // It was asked for.
      events = [.treeEmptied]
    }
    events += world.armed.map { .timerFired($0) }
    if let pid = world.examined { events.append(.examined(pid: pid)) }
    if Int.random(in: 0..<30, using: &generator) == 0 {
      events += [.stop(.smooth), .stop(.immediate), .stop(.kill)]
    }
    let event = events.randomElement(using: &generator) ?? .kick
    switch event {
    case .exited: world.hasMain = false
    case .examined: world.examined = nil
    case .treeEmptied: world.hasTree = false
    case .timerFired(let timer): world.armed.remove(timer)
    default: break
    }
    return event
  }

  @Test(
    "no order of events at all starts a second instance or ends twice", arguments: 0..<400 as Range<UInt64>)
  func anyEvents(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var script = Script(Self.policies[Int(seed) % Self.policies.count])
    var hasMain = false
    var finishes = 0
    for step in 0..<300 {
      let event = (Stimulus.allCases.randomElement(using: &generator) ?? .kick).event
      let before = script.life
      let actions = script.take(event, after: .seconds(Int.random(in: 0...40, using: &generator)))
      if finishes > 0 {
        #expect(actions.allSatisfy { $0 == "record unexpected" }, "seed \(seed), step \(step)")
      }
      if actions == ["record unexpected"] || actions.isEmpty {
        #expect(
          script.life.state == before.state && script.life.pid == before.pid, "seed \(seed), step \(step)")
      }
      if case .spawned = event, actions.first == "record started" { hasMain = true }
      if case .exited = event, actions.contains("record ended") { hasMain = false }
      #expect(
        !(hasMain && actions.contains("spawn")), "seed \(seed), step \(step): \(before.state) x \(event)")
      #expect(script.life.state.isFinal || (script.life.pid != nil) == hasMain, "seed \(seed), step \(step)")
      finishes += actions.filter { $0.hasPrefix("finish") }.count
      #expect(finishes <= 1, "seed \(seed), step \(step)")
    }
  }
}
