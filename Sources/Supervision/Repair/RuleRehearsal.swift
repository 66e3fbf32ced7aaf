import UnitFiles

/// What repair rules would do about lines of a log, told without doing it: every action is taken to succeed.
public struct RuleRehearsal: Sendable {
  /// Something that would happen.
  public struct Act: Sendable, Hashable {
    /// When, in the log's own time.
    public var time: Duration
    /// What, in a sentence.
    public var text: String
    /// Whether a rule is set off by it.
    public var isBeginning: Bool
  }

  private var machine: RepairMachine
  // The log's times are told as distances from here.
  private let origin = ContinuousClock.now
  private var verifiedAt: ContinuousClock.Instant?

  /// A rehearsal of these rules, for a service that is ready.
  public init(_ rules: [RepairRule]) {
    machine = RepairMachine(rules)
    machine.isReady = true
  }

  /// A line that counts for a rule.
  ///
  /// - Parameters:
  ///   - rule: the rule's index.
  ///   - lines: the lines up to it.
  ///   - time: its time, in the log's own.
  /// - Returns: what happens until then and through it, in order.
  public mutating func count(_ rule: Int, lines: () -> [String], at time: Duration) -> [Act] {
    let now = origin + time
    var acts = pass(until: now)
    carryOut(machine.lineCounted(rule, lines: lines, at: now), now, &acts)
    return acts
  }

  /// A line that does not count for a rule.
  public mutating func miss(_ rule: Int) { machine.lineMissed(rule) }

  /// The end of the log.
  public mutating func end() -> [Act] { verifiedAt.map { pass(until: $0) } ?? [] }

  // MARK: Steps

  private mutating func pass(until now: ContinuousClock.Instant) -> [Act] {
    guard let due = verifiedAt, due <= now else { return [] }
    verifiedAt = nil
    var acts: [Act] = []
    carryOut(machine.handle(.timerFired(.verify), at: due), due, &acts)
    return acts
  }

  private mutating func carryOut(
    _ steps: [RepairStep], _ now: ContinuousClock.Instant, _ acts: inout [Act]
  ) {
    func tell(_ text: String, isBeginning: Bool = false) {
      acts.append(Act(time: now - origin, text: text, isBeginning: isBeginning))
    }
    for step in steps {
      switch step {
      case .record(let event): tell(event.message, isBeginning: event.kind == .repairing)
      case .perform(let action, _, _):
        tell("Would \(action)")
        carryOut(machine.handle(.acted(failure: nil), at: now), now, &acts)
      case .restart:
        tell("Would restart the service")
        carryOut(machine.handle(.instanceStarted, at: now), now, &acts)
        carryOut(machine.handle(.ready, at: now), now, &acts)
      case .fail: tell("Would end the service with a failure")
      case .arm(.verify, let time): verifiedAt = now + time
      case .disarm(.verify): verifiedAt = nil
      case .arm(.retry, _), .disarm(.retry), .cancel, .release, .resumeProbes, .judge: continue
      }
    }
  }
}
