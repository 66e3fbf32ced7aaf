/// When a service is restarted: at once at first, then after growing waits, up to a limit.
///
/// The waits are `first`, `delay`, `delay` x `factor`, ... up to `maximum`, with jitter on request. The row begins
/// anew, and earlier restarts are forgotten, after the service was healthy for `healthyReset`.
public struct BackOff: Sendable, Hashable {
  /// The numbers of a policy.
  public struct Settings: Sendable, Hashable {
    /// The wait before the first restart.
    public var first: Duration = .zero
    /// The wait before the second restart.
    public var delay: Duration = .seconds(2)
    /// What each further wait is multiplied by; at least 1.
    public var factor: Double = 2
    /// The longest wait as the policy gives it; nil for 30 s, or ``delay`` if that is longer.
    public var longestWait: Duration?
    /// The longest wait.
    public var maximum: Duration {
      get { longestWait ?? max(.seconds(30), delay) }
      set { longestWait = newValue }
    }
    /// How far a wait may differ from its value to either side, as a fraction of it: 0 to 1.
    public var jitter: Double = 0
    /// How many restarts are made within ``limitInterval``; 0 for no limit.
    public var limit: Int = 10
    /// The window in which restarts are counted; nil for ever.
    public var limitInterval: Duration? = .seconds(600)
    /// How long the service has to be healthy until earlier restarts are forgotten.
    public var healthyReset: Duration = .seconds(60)

    /// The defaults.
    public init() {}
  }

  /// What to do about an instance that is over.
  public enum Decision: Sendable, Hashable {
    /// Start the next one after this wait; it is this attempt in the window.
    case restart(after: Duration, attempt: Int)
    /// The limit is reached: no restart is due.
    case limitReached(restarts: Int)
  }

  /// The policy's numbers; a reload replaces them and keeps the row.
  public var settings: Settings
  /// Restarts in the row since the last reset.
  public private(set) var position = 0
  // Bounded: entries outside the window are dropped at every decision, and there are at most `limit` within it.
  private var window: [ContinuousClock.Instant] = []

  /// A row at its beginning.
  public init(_ settings: Settings) { self.settings = settings }

  /// Decides about an instance that ended at `now`.
  ///
  /// - Parameters:
  ///   - now: the present.
  ///   - healthySince: since when the instance was healthy without a break when it ended; nil if it was not.
  ///   - random: a number from 0 to 1 that places the wait within its jitter; 0.5 is the middle.
  /// - Returns: the wait before the next instance, or that the limit is reached.
  public mutating func decide(
    at now: ContinuousClock.Instant, healthySince: ContinuousClock.Instant?, random: Double
  ) -> Decision {
    if let healthySince, now - healthySince >= settings.healthyReset { reset() }
    if let interval = settings.limitInterval { window.removeAll { now - $0 >= interval } }
    if settings.limit > 0, window.count >= settings.limit { return .limitReached(restarts: window.count) }
    if settings.limit > 0 { window.append(now) }
    let wait = jittered(wait(at: position), random)
    position = min(position, Int.max - 1) + 1
    return .restart(after: wait, attempt: settings.limit > 0 ? window.count : position)
  }

  /// Begins the row anew.
  public mutating func reset() {
    position = 0
    window = []
  }

  /// The wait at a position of the row, without jitter.
  public func wait(at position: Int) -> Duration {
    guard position > 0 else { return settings.first }
    guard settings.delay > .zero, settings.delay < settings.maximum else {
      return min(settings.delay, settings.maximum)
    }
    // Compared before it is multiplied: a Duration that overflows traps, a Double does not.
    let growth = Self.power(max(settings.factor, 1), position - 1)
    return growth < settings.maximum / settings.delay ? settings.delay * growth : settings.maximum
  }

  /// `base` to the power of `exponent` by squaring; infinite if it is too large.
  private static func power(_ base: Double, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, base, exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  private func jittered(_ wait: Duration, _ random: Double) -> Duration {
    guard settings.jitter > 0 else { return wait }
    return max(wait * (1 + settings.jitter * (2 * random - 1)), .zero)
  }
}
