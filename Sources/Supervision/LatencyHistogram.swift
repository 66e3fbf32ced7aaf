/// How long answers took, counted in classes: bounded memory for any number of them.
///
/// Classes grow by a fourth root of 2, so what is told of a time is within a tenth of it, from 0.1 ms to 100 s;
/// shorter and longer ones count as these.
public struct LatencyHistogram: Sendable, Hashable {
  /// The upper ends of the classes, in microseconds.
  static let ends: [Int64] = {
    var ends: [Int64] = []
    var end = 100.0
    while ends.last ?? 0 < 100_000_000 {
      ends.append(Int64(end.rounded()))
      end *= 1.189_207_115_002_721
    }
    return ends
  }()
  /// How many classes there are.
  static var size: Int { ends.count }

  private(set) var counts: [UInt32]

  /// An empty histogram.
  public init() { counts = Array(repeating: 0, count: Self.size) }

  /// Counts one time.
  public mutating func add(_ time: Duration) {
    let index = Self.index(of: time)
    counts[index] = min(counts[index], .max - 1) + 1
  }

  /// Counts all that another has counted.
  public mutating func add(_ other: LatencyHistogram) {
    for index in counts.indices {
      counts[index] =
        counts[index].addingReportingOverflow(other.counts[index]).overflow
        ? .max : counts[index] + other.counts[index]
    }
  }

  /// How many times were counted.
  public var total: Int { counts.reduce(0) { $0 + Int($1) } }

  /// The time that this part of all counted ones does not exceed, such as 0.95; nil if nothing was counted.
  public func quantile(_ part: Double) -> Duration? {
    let total = total
    guard total > 0 else { return nil }
    let rank = max(1, Int((Double(total) * part).rounded(.up)))
    var seen = 0
    for (index, count) in counts.enumerated() {
      seen += Int(count)
      if seen >= rank { return Self.middle(of: index) }
    }
    return nil
  }

  private static func index(of time: Duration) -> Int {
    let microseconds = time.wholeMicroseconds
    var (low, high) = (0, ends.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] >= microseconds { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The middle of a class, by ratio.
  private static func middle(of index: Int) -> Duration {
    guard index > 0 else { return .microseconds(ends[index]) }
    return .microseconds((Double(ends[index - 1]) * Double(ends[index])).squareRoot().rounded())
  }
}
