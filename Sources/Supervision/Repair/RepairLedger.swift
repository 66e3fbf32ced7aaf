/// What one rule has tried lately, and until when it sets off nothing.
public struct RepairLedger: Sendable, Hashable {
  /// The most repairs that a rule may be allowed.
  public static let mostAttempts = 100

  private var attempts: [ContinuousClock.Instant] = []
  /// When the rule may set off a repair again; nil if it may.
  public private(set) var restsUntil: ContinuousClock.Instant?
  /// Whether it was told that the attempts are used up.
  var exhaustionIsTold = false

  /// A rule that has tried nothing.
  public init() {}

  /// Whether the rule sets off nothing at `now` because a repair has just been tried.
  public func isResting(at now: ContinuousClock.Instant) -> Bool { restsUntil.map { now < $0 } ?? false }

  /// How many repairs were tried within the rule's window before `now`.
  public func attempts(of rule: RepairRule, at now: ContinuousClock.Instant) -> Int {
    attempts.count { now - $0 < rule.attemptsInterval }
  }

  /// Notes a repair that begins.
  mutating func begin(_ rule: RepairRule, at now: ContinuousClock.Instant) {
    attempts.removeAll { now - $0 >= rule.attemptsInterval }
    attempts.append(now)
    attempts = attempts.suffix(Self.mostAttempts)
    exhaustionIsTold = false
  }

  /// Notes that a repair is over.
  mutating func rest(_ rule: RepairRule, at now: ContinuousClock.Instant) {
    restsUntil = rule.cooldown > .zero ? now + rule.cooldown : nil
  }
}
