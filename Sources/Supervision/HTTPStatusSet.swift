/// A set of HTTP statuses, such as `200 204 300-399`.
public struct HTTPStatusSet: Sendable, Hashable {
  /// The ranges, in the order written.
  public let ranges: [ClosedRange<Int>]

  /// The kubelet's: 200 to 399.
  public static let standard = HTTPStatusSet(200...399)

  /// The set of one range.
  public init(_ range: ClosedRange<Int>) { ranges = [range] }

  init(_ ranges: [ClosedRange<Int>]) { self.ranges = ranges }

  /// Whether `status` is among them.
  public func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }
}
