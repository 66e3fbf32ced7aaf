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
  let startTime: Duration
  var ledgers: [RepairLedger]
  var counters: [LogCounter]
  // A cause that may still be there when the rule has rested.
  var persisting: RepairTrigger?
  // Causes that came while something else was repaired, one for each rule.
  var waiting: [Int: RepairTrigger] = [:]
  // What was held back already, so that it is told once.
  var toldHindrance: String?
  var isOver = false

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
}
