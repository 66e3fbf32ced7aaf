/// An amount of processor time for people.
public enum ProcessorTime {
  /// Three digits and a unit: `0`, `350us`, `12ms`, `3.4s`, `58s`, and from a minute on two units: `2min 5s`, `3h 12min`.
  public static func text(microseconds: UInt64) -> String {
    switch microseconds {
    case 0: "0"
    case ..<1000: "\(microseconds)us"
    case ..<1_000_000: "\(microseconds / 1000)ms"
    case ..<10_000_000: "\(microseconds / 1_000_000).\(microseconds / 100_000 % 10)s"
    default: Timestamp.span(seconds: microseconds / 1_000_000)
    }
  }
}
