import Supervision
import Testing
import UnitFiles

/// Repairs under a fake clock: events go in, what has to be done comes out as short words.
private struct RepairScript {
  var machine: RepairMachine
  var now = ContinuousClock.now

  init(_ rules: RepairRule..., ready: Bool = true) {
    machine = RepairMachine(rules, startTime: .seconds(20))
    machine.isReady = ready
  }

  mutating func take(_ event: RepairEvent, after time: Duration = .zero) -> [String] {
    now += time
    return machine.handle(event, at: now).map(\.words)
  }

  mutating func trigger(
    _ rule: Int = 0, _ kind: RepairTrigger.Kind = .log, holds: Bool = false, after time: Duration = .zero
  ) -> [String] {
    take(.triggered(RepairTrigger(rule: rule, kind: kind, cause: "cause", holdsInstance: holds)), after: time)
  }
}

extension RepairStep {
  fileprivate var words: String {
    switch self {
    case .perform(let action, let timeout, _): "perform \(action) \(TimeSpan.format(timeout))"
    case .cancel: "cancel"
    case .restart: "restart"
    case .release: "release"
    case .resumeProbes: "resumeProbes"
    case .judge(let kind, _): "judge \(kind.rawValue)"
    case .fail: "fail"
    case .arm(let timer, let time): "arm \(timer) \(TimeSpan.format(time))"
    case .disarm(let timer): "disarm \(timer)"
    case .record(let event): "record \(event.kind.name)"
    }
  }
}

@Suite("Repairs")
struct RepairMachineTests {
  private static func rule(_ actions: RepairAction..., change: (inout RepairRule) -> Void = { _ in })
    -> RepairRule
  {
    var rule = RepairRule(name: "r")
    rule.actions = actions
    rule.log.matches = [LogPattern("x")]
    change(&rule)
    return rule
  }
  private static let begins = ["disarm retry", "record repairing"]
  private static let ends = ["disarm verify"]

  @Test("an action that helps is verified before the repair counts as one")
  func helps() {
    var script = RepairScript(Self.rule(.reload))
    #expect(script.trigger() == Self.begins + ["perform reload 1min"])
    #expect(script.machine.activity == "repairing r: reload")
    #expect(script.take(.acted(failure: nil)) == ["arm verify 30s"])
    #expect(script.machine.activity == "verifying repair r")
    #expect(script.take(.timerFired(.verify), after: .seconds(30)) == ["record repaired"] + Self.ends)
    #expect(script.machine.activity == nil)
  }

  @Test("the next action follows when the one before fails, does not help, or the cause comes back")
  func chain() {
    let command = RepairAction.command([Array("/bin/mend".utf8)])
    var script = RepairScript(Self.rule(command, .reload, .restart, .alert))
    _ = script.trigger()
    #expect(script.take(.acted(failure: "exit 1")) == ["disarm verify", "perform reload 1min"])
    _ = script.take(.acted(failure: nil))
    #expect(script.trigger(after: .seconds(3)) == ["disarm verify", "restart"])
    // The old instance's end is what was wanted.
    #expect(script.take(.unwell("SIGTERM")) == [])
    #expect(script.take(.instanceStarted) == ["arm verify 20s"])
    script.machine.isReady = false
    #expect(script.take(.ready) == ["arm verify 30s"])
    #expect(
      script.take(.unwell("exit 1"), after: .seconds(2))
        == ["disarm verify", "record alert", "record notRepaired"] + Self.ends)
  }

  @Test("a service that does not become ready in time was not repaired")
  func staysUnready() {
    var script = RepairScript(Self.rule(.restart))
    #expect(script.trigger() == Self.begins + ["restart"])
    script.machine.isReady = false
    _ = script.take(.instanceStarted)
    #expect(
      script.take(.timerFired(.verify), after: .seconds(20))
        == ["disarm verify", "record notRepaired"] + Self.ends)
  }

  @Test("without a time to verify an action that succeeds is believed")
  func unverified() {
    var script = RepairScript(Self.rule(.reload) { $0.verifyTime = .zero })
    _ = script.trigger()
    #expect(script.take(.acted(failure: nil)) == ["record repaired"] + Self.ends)
  }

  @Test("a rule rests after a repair, and its attempts within the window are counted")
  func restraint() {
    var script = RepairScript(
      Self.rule(.reload) {
        $0.attempts = 2
        $0.verifyTime = .zero
      })
    _ = script.trigger()
    _ = script.take(.acted(failure: nil))
    #expect(script.trigger(after: .seconds(59)) == [])
    #expect(script.trigger(after: .seconds(1)) == Self.begins + ["perform reload 1min"])
    _ = script.take(.acted(failure: nil))
    #expect(script.trigger(after: .seconds(61)) == ["record repairExhausted"])
    #expect(script.trigger(after: .seconds(61)) == [])
    #expect(script.trigger(after: .seconds(3600)) == Self.begins + ["perform reload 1min"])
  }

  @Test("used-up attempts end the service where the rule says so")
  func exhaustedFails() {
    var script = RepairScript(
      Self.rule(.reload) {
        $0.attempts = 1
        $0.verifyTime = .zero
        $0.cooldown = .zero
        $0.onExhausted = .fail
      })
    _ = script.trigger()
    _ = script.take(.acted(failure: nil))
    #expect(script.trigger() == ["record repairExhausted", "disarm retry", "fail"])
    #expect(script.trigger() == [])
  }

  @Test("the next instance waits for a repair after an end, and a restart then is nothing more")
  func holds() {
    var script = RepairScript(
      Self.rule(.command([Array("/bin/mend".utf8)]), .restart), ready: false)
    #expect(script.trigger(0, .exit, holds: true) == Self.begins + ["perform command /bin/mend 1min"])
    #expect(script.machine.isHolding)
    #expect(script.take(.acted(failure: nil)) == ["release"])
    #expect(!script.machine.isHolding)
    _ = script.take(.instanceStarted)
    #expect(script.take(.ready) == ["arm verify 30s"])
    script.machine.isReady = false
    // It ends the same way: the next action, before another instance.
    #expect(script.trigger(0, .exit, holds: true, after: .seconds(1)) == ["disarm verify", "release"])
    _ = script.take(.instanceStarted)
    _ = script.take(.ready)
    #expect(script.take(.timerFired(.verify)) == ["record repaired"] + Self.ends)
  }

  @Test("a liveness failure is taken over while the rule may act, and counts when nothing helped")
  func liveness() {
    let rule = Self.rule(.reload) {
      $0.probesFailed = [.liveness]
      $0.attempts = 1
    }
    var script = RepairScript(rule)
    let trigger = RepairTrigger.probe(.liveness, reason: "timeout", in: [rule])
    #expect(script.machine.takes(trigger, at: script.now))
    #expect(script.trigger(0, .liveness) == Self.begins + ["perform reload 1min"])
    #expect(script.take(.acted(failure: nil)) == ["resumeProbes", "arm verify 30s"])
    // No action is left that could help.
    #expect(!script.machine.takes(trigger, at: script.now))
    #expect(
      script.trigger(0, .liveness, after: .seconds(10))
        == ["disarm verify", "record notRepaired"] + Self.ends + ["judge liveness"])
    #expect(!script.machine.takes(trigger, at: script.now))
    #expect(RepairTrigger.probe(.startup, reason: "", in: [rule]) == nil)
  }

  @Test("what only calls somebody takes the place of nothing")
  func alertAlone() {
    let rule = Self.rule(.alert) { $0.onRestartLimit = true }
    var script = RepairScript(rule)
    let trigger = RepairTrigger.restartLimit(after: .ended(.exited(1)), in: [rule])
    #expect(trigger != nil && !script.machine.takes(trigger, at: script.now))
    #expect(script.trigger(0, .restartLimit) == Self.begins + ["record alert"] + Self.ends)
  }

  @Test("lost readiness is tried again after the rest while it lasts")
  func persists() {
    var script = RepairScript(Self.rule(.reload) { $0.probesFailed = [.readiness] }, ready: false)
    #expect(script.trigger(0, .readiness) == Self.begins + ["perform reload 1min"])
    _ = script.take(.acted(failure: nil))
    #expect(
      script.take(.timerFired(.verify), after: .seconds(30))
        == ["disarm verify", "record notRepaired"] + Self.ends + ["arm retry 1min"])
    #expect(
      script.take(.timerFired(.retry), after: .seconds(60)) == Self.begins + ["perform reload 1min"])
    _ = script.take(.acted(failure: nil))
    #expect(script.take(.ready, after: .seconds(1)) == ["arm verify 30s"])
    #expect(script.take(.timerFired(.verify), after: .seconds(30)) == ["record repaired"] + Self.ends)
    #expect(script.take(.timerFired(.retry)) == [])
  }

  @Test("a mark that is still passed at the end of the time was not repaired")
  func marks() {
    let mark = ResourceMark.memory(.part(0.8))
    var script = RepairScript(Self.rule(.reload, .alert) { $0.marks = [mark] })
    script.machine.passedMarks = [mark]
    _ = script.trigger(0, .resource)
    _ = script.take(.acted(failure: nil))
    #expect(
      script.take(.timerFired(.verify), after: .seconds(30))
        == ["disarm verify", "record alert", "record notRepaired"] + Self.ends)
    script.machine.passedMarks = []
    _ = script.trigger(0, .resource, after: .seconds(60))
    _ = script.take(.acted(failure: nil))
    #expect(script.take(.timerFired(.verify)) == ["record repaired"] + Self.ends)
  }

  @Test("there is one repair at a time; another rule waits, unless a new instance has made its cause old")
  func oneAtATime() {
    var script = RepairScript(Self.rule(.reload), Self.rule(.alert), Self.rule(.restart))
    _ = script.trigger(0)
    #expect(script.trigger(1) == [])
    _ = script.take(.acted(failure: nil))
    #expect(
      script.take(.timerFired(.verify), after: .seconds(30))
        == ["record repaired", "disarm verify"] + Self.begins + ["record alert"] + Self.ends)
    _ = script.trigger(2)
    #expect(script.trigger(0) == [])
    _ = script.take(.instanceStarted)
    #expect(script.take(.ready) == ["arm verify 30s"])
    #expect(script.take(.timerFired(.verify)) == ["record repaired"] + Self.ends)
  }

  @Test("nothing is repaired while it is hindered, which is told once")
  func hindered() {
    var script = RepairScript(Self.rule(.reload))
    script.machine.hindrance = "maintenance"
    #expect(script.trigger() == ["record repairHeldBack"])
    #expect(script.trigger() == [])
    script.machine.hindrance = nil
    #expect(script.trigger() == Self.begins + ["perform reload 1min"])
  }

  @Test("a stop of the service ends a repair at once, and none begins any more")
  func stop() {
    var script = RepairScript(Self.rule(.command([Array("/bin/mend".utf8)])))
    _ = script.trigger()
    #expect(script.take(.stop) == ["cancel", "disarm verify", "disarm retry", "record notRepaired"])
    #expect(script.take(.acted(failure: nil)) == [] && script.trigger() == [])
  }

  @Test("lines are counted within their window, or in a row")
  func lines() {
    var script = RepairScript(
      Self.rule(.reload) { $0.log.count = 3 },
      Self.rule(.reload) { $0.log.consecutive = 2 })
    func line(_ rule: Int, after time: Duration = .zero) -> Int {
      script.now += time
      return script.machine.lineCounted(rule, lines: { ["a", "b"] }, at: script.now).count
    }
    #expect([line(0), line(0, after: .seconds(61)), line(0, after: .seconds(30))] == [0, 0, 0])
    #expect(line(0, after: .seconds(20)) > 0)
    var other = RepairScript(Self.rule(.reload) { $0.log.consecutive = 2 })
    #expect(other.machine.lineCounted(0, lines: { [] }, at: other.now).isEmpty)
    other.machine.lineMissed(0)
    #expect(other.machine.lineCounted(0, lines: { [] }, at: other.now).isEmpty)
    #expect(!other.machine.lineCounted(0, lines: { [] }, at: other.now).isEmpty)
  }

  @Test("what a repair tells has the rule, the cause, the attempts, the time and the lines")
  func tells() throws {
    var script = RepairScript(Self.rule(.command([Array("/bin/mend".utf8)])))
    let trigger = RepairTrigger(
      rule: 0, kind: .log, cause: "a line of the log", evidence: ["before", "the line"])
    let steps = script.machine.handle(.triggered(trigger), at: script.now)
    let facts = steps.compactMap { step in
      if case .perform(_, _, let facts) = step { facts } else { nil }
    }
    #expect(
      facts == [
        [
          "UPKEEP_RULE": "r", "UPKEEP_TRIGGER": "log", "UPKEEP_CAUSE": "a line of the log",
          "UPKEEP_ATTEMPT": "1", "UPKEEP_LINE": "the line",
        ]
      ])
    _ = script.machine.handle(.acted(failure: nil), at: script.now)
    let end = script.machine.handle(.timerFired(.verify), at: script.now + .seconds(30))
    guard case .record(let event)? = end.first else { throw Missing() }
    #expect(event.message == "Repaired by command /bin/mend in 30s: r, a line of the log")
    #expect(
      event.fields == [
        .repairRule: "r", .repairTrigger: "log", .repairCause: "a line of the log",
        .repairEvidence: "before\nthe line", .repairAttempt: "1", .repairTime: "30000000",
        .repairAction: "command /bin/mend", .repairVerdict: "repaired",
      ])
  }

  private struct Missing: Error {}

  @Test("a reload of the policy keeps what a rule has tried")
  func reload() {
    var script = RepairScript(Self.rule(.reload) { $0.attempts = 1 })
    _ = script.trigger()
    script.machine = RepairMachine(
      [
        Self.rule(.restart) {
          $0.attempts = 1
          $0.cooldown = .zero
        }
      ], earlier: script.machine)
    #expect(script.trigger() == ["record repairExhausted"])
  }
}
