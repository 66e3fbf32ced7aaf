import UnitFiles

/// The repairs of one service: a pure machine that takes in what happens and answers with what has to be done.
///
/// There is one repair at a time. It walks through its rule's actions; after each the service has to be well for
/// ``RepairRule/verifyTime``, or the next action follows.
public struct RepairMachine: Sendable {
  /// A repair under way.
  struct Repair: Sendable, Hashable {
    var trigger: RepairTrigger
    var began: ContinuousClock.Instant
    var attempt: Int
    /// The index of the present action.
    var step = 0
    /// What was tried so far, with what came of it.
    var history: [String] = []
    /// Whether the next instance waits.
    var isHolding = false
    /// Whether what comes before the next instance says nothing.
    var awaitsInstance = false
  }

  enum Phase: Sendable, Hashable {
    /// An action is being carried out.
    case acting
    /// The service is not well yet.
    case settling
    /// The service is well, and has to stay so.
    case verifying
  }

  /// The longest time until a service that is started again has to be ready, if its policy says none.
  public static let startAllowance: Duration = .seconds(90)

  /// The rules.
  public let rules: [RepairRule]
  /// Whether the service is ready; the caller keeps it up to date.
  public var isReady = false
  /// The marks that are passed now; the caller keeps them up to date while there are rules with marks.
  public var passedMarks: Set<ResourceMark> = []
  /// Why nothing may be repaired now, such as a maintenance; nil if it may. The caller keeps it up to date.
  public var hindrance: String?

  var repair: Repair?
  var phase = Phase.acting
  private let startTime: Duration
  private var ledgers: [RepairLedger]
  private var counters: [LogCounter]
  // A cause that may still be there when the rule has rested.
  private var persisting: RepairTrigger?
  // Causes that came while something else was repaired, one for each rule.
  private var waiting: [Int: RepairTrigger] = [:]
  // What was held back already, so that it is told once.
  private var toldHindrance: String?
  private var isOver = false

  /// Rules of a policy.
  ///
  /// - Parameters:
  ///   - rules: the rules.
  ///   - startTime: how long an instance may take to become ready.
  ///   - earlier: a machine whose rules may be the same; what those have tried counts on.
  public init(_ rules: [RepairRule], startTime: Duration? = nil, earlier: RepairMachine? = nil) {
    self.rules = rules
    self.startTime = startTime ?? Self.startAllowance
    ledgers = rules.map { rule in
      let index = earlier?.rules.firstIndex { $0.name == rule.name }
      return index.flatMap { earlier?.ledgers[$0] } ?? RepairLedger()
    }
    counters = rules.map { _ in LogCounter() }
  }

  // MARK: Answers

  /// Whether the next instance has to wait for the present action.
  public var isHolding: Bool { repair?.isHolding ?? false }

  /// What is being repaired, in a few words for a status line; nil if nothing is.
  public var activity: String? {
    guard let repair else { return nil }
    let rule = rules[repair.trigger.rule]
    switch phase {
    case .acting: return "repairing \(rule.name): \(rule.actions[repair.step])"
    case .settling, .verifying: return "verifying repair \(rule.name)"
    }
  }

  /// Whether a repair takes the place of what would follow from this trigger, at once.
  public func takes(_ trigger: RepairTrigger?, at now: ContinuousClock.Instant) -> Bool {
    guard let trigger, !isOver, hindrance == nil else { return false }
    let actions = rules[trigger.rule].actions
    // An alert helps nobody but those who read it.
    if let repair {
      return repair.trigger.rule == trigger.rule && phase != .acting && !repair.awaitsInstance
        && actions.dropFirst(repair.step + 1).contains { $0 != .alert }
    }
    return actions.contains { $0 != .alert } && !ledgers[trigger.rule].isResting(at: now)
      && hasAttempts(trigger.rule, at: now)
  }

  // MARK: Events

  /// A line in which a pattern of this rule was found.
  ///
  /// - Parameters:
  ///   - rule: the rule's index.
  ///   - lines: the lines before it and the line itself, in order.
  ///   - now: when.
  /// - Returns: what has to be done.
  public mutating func lineCounted(
    _ rule: Int, lines: () -> [String], at now: ContinuousClock.Instant
  ) -> [RepairStep] {
    // What the repair itself writes is no new cause.
    if repair?.trigger.rule == rule, phase == .acting { return [] }
    guard let cause = counters[rule].hit(rules[rule].log, at: now) else { return [] }
    return handle(
      .triggered(RepairTrigger(rule: rule, kind: .log, cause: cause, evidence: lines())), at: now)
  }

  /// A line in which no pattern of this rule was found, which ends a row of others.
  public mutating func lineMissed(_ rule: Int) { counters[rule].miss() }

  /// Takes in what happened at `now` and answers with what has to be done, in this order.
  public mutating func handle(_ event: RepairEvent, at now: ContinuousClock.Instant) -> [RepairStep] {
    guard !isOver else { return [] }
    switch event {
    case .triggered(let trigger): return triggered(trigger, at: now)
    case .acted(let failure): return repair == nil || phase != .acting ? [] : acted(failure, at: now)
    case .instanceStarted: return instanceStarted()
    case .ready: return becameReady()
    case .unwell(let reason):
      guard let repair, phase != .acting, !repair.awaitsInstance else { return [] }
      return notHelped(reason, at: now)
    case .timerFired(.verify): return verifyTimeIsOver(at: now)
    case .timerFired(.retry):
      guard let trigger = persisting, !isReady else { return [] }
      persisting = nil
      return triggered(trigger, at: now)
    case .stop: return stop(at: now)
    }
  }

  // MARK: The beginning

  private func hasAttempts(_ rule: Int, at now: ContinuousClock.Instant) -> Bool {
    ledgers[rule].attempts(of: rules[rule], at: now) < rules[rule].attempts
  }

  private mutating func triggered(_ trigger: RepairTrigger, at now: ContinuousClock.Instant) -> [RepairStep] {
    if var repair {
      guard repair.trigger.rule == trigger.rule else {
        // What was seen before a new instance belongs to the old one.
        if !trigger.holdsInstance { waiting[trigger.rule] = trigger }
        return []
      }
      guard phase != .acting, !repair.awaitsInstance else { return [] }
      repair.isHolding = trigger.holdsInstance
      self.repair = repair
      return notHelped(trigger.cause, at: now)
    }
    if let hindrance {
      guard toldHindrance != hindrance else { return [] }
      toldHindrance = hindrance
      return [
        .record(
          event(
            .repairHeldBack, "No repair \(rules[trigger.rule].name) (\(trigger.cause)): \(hindrance)", trigger
          ))
      ]
    }
    toldHindrance = nil
    if let end = ledgers[trigger.rule].restsUntil, now < end { return persist(trigger, until: end - now) }
    guard hasAttempts(trigger.rule, at: now) else { return exhausted(trigger) }
    ledgers[trigger.rule].begin(rules[trigger.rule], at: now)
    let attempt = ledgers[trigger.rule].attempts(of: rules[trigger.rule], at: now)
    var repair = Repair(trigger: trigger, began: now, attempt: attempt)
    repair.isHolding = trigger.holdsInstance
    self.repair = repair
    let rule = rules[trigger.rule]
    let message = "Repair \(rule.name) begins, attempt \(attempt) of \(rule.attempts): \(trigger.cause)"
    return [.disarm(.retry), .record(event(.repairing, message, trigger))] + act(at: now)
  }

  /// A cause that is a state will still be there later; one that was a moment will come again.
  private mutating func persist(_ trigger: RepairTrigger, until wait: Duration) -> [RepairStep] {
    guard trigger.kind == .readiness else { return [] }
    persisting = trigger
    return [.arm(.retry, wait)]
  }

  private mutating func exhausted(_ trigger: RepairTrigger) -> [RepairStep] {
    let rule = rules[trigger.rule]
    guard !ledgers[trigger.rule].exhaustionIsTold else { return [] }
    ledgers[trigger.rule].exhaustionIsTold = true
    let count = "\(rule.attempts) \(rule.attempts == 1 ? "repair" : "repairs")"
    let message =
      "\(count) of rule \(rule.name) within \(TimeSpan.format(rule.attemptsInterval)), no more: \(trigger.cause)"
    let record = RepairStep.record(event(.repairExhausted, message, trigger))
    switch rule.onExhausted {
    case .alert: return [record]
    case .fail: return [record] + giveUp(message)
    }
  }

  // MARK: Actions

  mutating func act(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var repair else { return [] }
    let rule = rules[repair.trigger.rule]
    guard repair.step < rule.actions.count else { return finish(at: now) }
    phase = .acting
    let action = rule.actions[repair.step]
    switch action {
    case .restart:
      if repair.isHolding { return verify(at: now) }
      repair.awaitsInstance = true
      self.repair = repair
      phase = .settling
      return [.restart("repair \(rule.name): \(repair.trigger.cause)")]
    case .alert:
      let record = RepairStep.record(event(.alert, "\(rule.name): \(repair.trigger.cause)", repair.trigger))
      repair.step += 1
      self.repair = repair
      return [record] + act(at: now)
    case .fail:
      let reason = "repair \(rule.name): \(repair.trigger.cause)"
      // Nothing is started any more.
      repair.isHolding = false
      self.repair = repair
      return finish(at: now) + giveUp(reason)
    case .reload, .signal, .command, .clean, .unit:
      return [.perform(action, timeout: rule.actionTimeout, facts: facts(repair))]
    }
  }

  private mutating func acted(_ failure: String?, at now: ContinuousClock.Instant) -> [RepairStep] {
    if let failure { return notHelped(failure, at: now) }
    guard let repair, rules[repair.trigger.rule].verifyTime > .zero else { return succeed(at: now) }
    return verify(at: now)
  }

  private mutating func giveUp(_ reason: String) -> [RepairStep] {
    isOver = true
    return [.disarm(.retry), .fail(reason)]
  }

  // MARK: Verifying

  private mutating func verify(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var repair else { return [] }
    let rule = rules[repair.trigger.rule]
    var steps: [RepairStep] = []
    if repair.isHolding {
      repair.isHolding = false
      repair.awaitsInstance = true
      steps.append(.release)
    }
    self.repair = repair
    phase = .settling
    if rule.verifyTime == .zero { return steps + succeed(at: now) }
    if repair.awaitsInstance { return steps }
    if [.startup, .liveness].contains(repair.trigger.kind) { steps.append(.resumeProbes) }
    guard isReady else { return steps + [.arm(.verify, rule.verifyTime)] }
    phase = .verifying
    return steps + [.arm(.verify, rule.verifyTime)]
  }

  private mutating func instanceStarted() -> [RepairStep] {
    isReady = false
    for index in counters.indices { counters[index].clear() }
    waiting = [:]
    guard var current = repair, phase != .acting else { return [] }
    current.awaitsInstance = false
    repair = current
    phase = .settling
    return [.arm(.verify, startTime)]
  }

  private mutating func becameReady() -> [RepairStep] {
    isReady = true
    persisting = nil
    guard let repair, phase == .settling, !repair.awaitsInstance else { return [] }
    phase = .verifying
    return [.arm(.verify, rules[repair.trigger.rule].verifyTime)]
  }

  private mutating func verifyTimeIsOver(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair, phase != .acting, !repair.awaitsInstance else { return [] }
    if phase == .settling { return notHelped("the service is not ready", at: now) }
    let passed = rules[repair.trigger.rule].marks.first { passedMarks.contains($0) }
    if let passed { return notHelped(passed.description, at: now) }
    return succeed(at: now)
  }

  private mutating func notHelped(_ reason: String, at now: ContinuousClock.Instant) -> [RepairStep] {
    guard var current = repair else { return [] }
    let rule = rules[current.trigger.rule]
    if current.step < rule.actions.count {
      current.history.append("\(rule.actions[current.step]): \(reason)")
    }
    current.step += 1
    repair = current
    return [.disarm(.verify)] + act(at: now)
  }

  // MARK: The end

  private mutating func succeed(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair else { return [] }
    let rule = rules[repair.trigger.rule]
    let action = rule.actions[repair.step]
    var fields = fields(repair, at: now)
    fields[.repairAction] = action.description
    fields[.repairVerdict] = rule.verifyTime > .zero ? "repaired" : "unverified"
    let took = TimeSpan.format((now - repair.began).rounded)
    let message = "Repaired by \(action) in \(took): \(rule.name), \(repair.trigger.cause)"
    return [.record(ServiceEvent(.repaired, message, fields: fields))] + end(repair, at: now)
  }

  /// No action is left.
  private mutating func finish(at now: ContinuousClock.Instant) -> [RepairStep] {
    guard let repair else { return [] }
    let rule = rules[repair.trigger.rule]
    // A rule that does nothing but to call somebody has nothing to be judged by.
    guard !repair.history.isEmpty else { return end(repair, at: now, persisting: true) }
    var fields = fields(repair, at: now)
    fields[.repairVerdict] = "not-repaired"
    let message =
      "Not repaired: \(rule.name), \(repair.trigger.cause) (\(repair.history.joined(separator: "; ")))"
    return [.record(ServiceEvent(.notRepaired, message, fields: fields))]
      + end(repair, at: now, persisting: true)
  }

  private mutating func end(
    _ repair: Repair, at now: ContinuousClock.Instant, persisting: Bool = false
  ) -> [RepairStep] {
    self.repair = nil
    phase = .acting
    let rule = rules[repair.trigger.rule]
    ledgers[repair.trigger.rule].rest(rule, at: now)
    var steps: [RepairStep] = [.disarm(.verify)]
    if repair.isHolding { steps.append(.release) }
    if persisting {
      switch repair.trigger.kind {
      case .startup: steps.append(.judge(.startup, repair.trigger.detail))
      case .liveness: steps.append(.judge(.liveness, repair.trigger.detail))
      case .readiness where !isReady: steps += persist(repair.trigger, until: max(rule.cooldown, .seconds(1)))
      case .readiness, .log, .exit, .outOfMemory, .resource, .restartLimit: break
      }
    }
    guard let next = waiting.keys.min(), let trigger = waiting.removeValue(forKey: next) else { return steps }
    return steps + triggered(trigger, at: now)
  }

  private mutating func stop(at now: ContinuousClock.Instant) -> [RepairStep] {
    isOver = true
    guard let repair else { return [.disarm(.retry)] }
    var fields = fields(repair, at: now)
    fields[.repairVerdict] = "interrupted"
    let name = rules[repair.trigger.rule].name
    let record = ServiceEvent(
      .notRepaired, "Repair \(name) was ended by the stop of the service", priority: 6, fields: fields)
    let cancel: [RepairStep] = phase == .acting ? [.cancel] : []
    self.repair = nil
    waiting = [:]
    return cancel + [.disarm(.verify), .disarm(.retry), .record(record)]
  }
}
