/// How often a probe is made and how long it may take, by what was found so far (`ProbeAdaptive=`).
///
/// Two promises hold whatever is measured. A failure is never found later than with the plain interval: what is lost
/// by looking less often at a service that was well for long is won back by looking more often after the first doubt.
/// And an instance whose answers take no longer than the plain time-out is never judged: only the first attempt after
/// a success has less time.
public struct ProbePace: Sendable, Hashable {
  /// After how many successes in a row the interval begins to grow.
  public static let longHealth = 10
  /// By what part of the plain interval it grows with each success after that: this is the divisor.
  public static let growthSteps = 10
  /// The longest interval as a multiple of the plain one, for thresholds that allow it.
  public static let slowest = 2
  /// The interval after a doubt as a part of the plain one: this is the divisor.
  public static let quickening = 4
  /// The shortest interval after a doubt, unless the plain one is shorter.
  public static let leastInterval = Duration.milliseconds(100)
  /// How many successes in a row end a doubt.
  public static let calm = 3
  /// The shortest time-out, unless the plain one is shorter.
  public static let leastTimeout = Duration.milliseconds(100)

  private let settings: ProbeSettings
  // Successes and doubts in a row; one of them is 0.
  private var successes = 0
  private var doubts = 0
  private var isCalm = true
  private var trip: RoundTrip?

  /// The pace of a probe of which nothing is known.
  public init(_ settings: ProbeSettings) { self.settings = settings }

  /// Takes in what an attempt found, and how long it took.
  public mutating func take(_ outcome: ProbeOutcome, took: Duration) {
    switch outcome {
    case .unknown: break
    case .healthy:
      successes = min(successes, Int.max - 1) + 1
      doubts = 0
      if successes >= Self.calm { isCalm = true }
      trip = trip.map { $0.next(took) } ?? RoundTrip(first: took)
    case .unhealthy:
      successes = 0
      doubts = min(doubts, Int.max - 1) + 1
      isCalm = false
    }
  }

  /// The time from the beginning of one attempt to the beginning of the next.
  public var interval: Duration {
    let plain = settings.interval
    guard settings.isAdaptive else { return plain }
    guard isCalm else { return quickInterval }
    let steps = max(successes - Self.longHealth, 0)
    let grown = plain + plain * min(steps, Self.growthSteps * Self.slowest) / Self.growthSteps
    return min(grown, longestInterval)
  }

  /// How long an attempt may take.
  public var timeout: Duration {
    let plain = settings.timeout
    // With a threshold of 1 the first failure judges, so it has to have had its time.
    guard settings.isAdaptive, settings.failureThreshold > 1, doubts == 0, let trip else { return plain }
    return min(plain, max(trip.timeout, Self.leastTimeout))
  }

  private var quickInterval: Duration {
    min(settings.interval, max(settings.interval / Self.quickening, Self.leastInterval))
  }

  /// As long as the doubts that flip the verdict, at their quick pace, are over when they would be at the plain one. An
  /// attempt that takes its whole time holds up the next one either way.
  private var longestInterval: Duration {
    let plain = settings.interval
    let won = max(plain, settings.timeout) - max(quickInterval, settings.timeout)
    // More than a few doubts win more than is ever spent.
    return min(plain * Self.slowest, plain + won * min(settings.failureThreshold - 1, 8))
  }
}

/// A round trip as TCP measures it: smoothed, with its mean deviation; see RFC 6298, section 2.
struct RoundTrip: Sendable, Hashable {
  /// The clock's grain, below which a deviation says nothing.
  static let grain = Duration.milliseconds(1)

  /// The smoothed time.
  private(set) var smoothed: Duration
  /// The smoothed deviation from it.
  private(set) var deviation: Duration

  /// Begins with a first measurement.
  init(first time: Duration) {
    smoothed = time
    deviation = time / 2
  }

  /// What another measurement makes of it.
  func next(_ time: Duration) -> RoundTrip {
    var next = self
    let error = smoothed > time ? smoothed - time : time - smoothed
    next.deviation = deviation * 3 / 4 + error / 4
    next.smoothed = smoothed * 7 / 8 + time / 8
    return next
  }

  /// What an answer may take until it is overdue.
  var timeout: Duration { smoothed + max(deviation * 4, Self.grain) }
}
