/// What a probe has found within the last minute, ten minutes and hour, in bounded memory.
///
/// Each window is a ring of ``slots`` parts, the newest of which is being filled: it reaches back for at least eleven
/// twelfths of its length, and for all of it at most. Attempts that could not be made are not counted.
public struct ProbeStatistics: Sendable, Hashable {
  /// The lengths of the windows.
  public static let windows: [Duration] = [.seconds(60), .seconds(600), .seconds(3600)]
  /// In how many parts a window moves on.
  static let slots = 12

  /// What was found within one window.
  public struct Summary: Sendable, Hashable {
    /// The window's length.
    public let window: Duration
    /// Attempts that told something.
    public var attempts = 0
    /// Those that found the service healthy.
    public var successes = 0
    /// How long the healthy answers took.
    public var latencies = LatencyHistogram()

    /// Nothing was found yet.
    public init(window: Duration) { self.window = window }

    /// Adds what another probe found in the same window.
    public mutating func add(_ other: Summary) {
      attempts += other.attempts
      successes += other.successes
      latencies.add(other.latencies)
    }
  }

  private struct Slot: Sendable, Hashable {
    var number: Int64 = -1
    var attempts: UInt32 = 0
    var successes: UInt32 = 0
    var latencies = LatencyHistogram()
  }

  // Made when the first attempt is counted.
  private var rings: [[Slot]] = []

  /// Nothing was found yet.
  public init() {}

  /// Counts an attempt that ended at `now`, on a clock that only goes forward.
  public mutating func take(_ outcome: ProbeOutcome, took: Duration, at now: Duration) {
    let isHealthy: Bool
    switch outcome {
    case .unknown: return
    case .healthy: isHealthy = true
    case .unhealthy: isHealthy = false
    }
    if rings.isEmpty { rings = Self.windows.map { _ in Array(repeating: Slot(), count: Self.slots) } }
    for (index, window) in Self.windows.enumerated() {
      let number = Self.number(now, window)
      let place = Int(number % Int64(Self.slots))
      if rings[index][place].number != number {
        rings[index][place] = Slot()
        rings[index][place].number = number
      }
      rings[index][place].attempts += 1
      guard isHealthy else { continue }
      rings[index][place].successes += 1
      rings[index][place].latencies.add(took)
    }
  }

  /// What was found within each window, the shortest first.
  public func summaries(at now: Duration) -> [Summary] {
    Self.windows.enumerated().map { index, window in
      var summary = Summary(window: window)
      guard !rings.isEmpty else { return summary }
      let newest = Self.number(now, window)
      for slot in rings[index] where slot.number > newest - Int64(Self.slots) && slot.number <= newest {
        summary.attempts += Int(slot.attempts)
        summary.successes += Int(slot.successes)
        summary.latencies.add(slot.latencies)
      }
      return summary
    }
  }

  /// The number of the part of a window that an instant falls into.
  private static func number(_ now: Duration, _ window: Duration) -> Int64 {
    now.wholeMicroseconds / (window.wholeMicroseconds / Int64(slots))
  }
}
