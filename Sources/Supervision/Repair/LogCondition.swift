public import UnitFiles

/// A pattern of a rule, with the place where it stands.
public struct LogPattern: Sendable, Hashable {
  /// The regular expression, byte for byte as in the file.
  public var text: String
  /// Where it stands; nil if it came from no file.
  public var position: Position?

  /// Makes a pattern.
  public init(_ text: String, position: Position? = nil) {
    self.text = text
    self.position = position
  }
}

/// Which lines of which logs set a rule off, and how many of them.
public struct LogCondition: Sendable, Hashable {
  /// How many patterns a rule may have.
  public static let mostPatterns = 64
  /// The longest pattern, in bytes.
  public static let longestPattern = 4096
  /// The most lines that a rule may count.
  public static let mostLines = 1000

  /// A line counts if any of these is found in it.
  public var matches: [LogPattern] = []
  /// A line does not count if any of these is found in it.
  public var excludes: [LogPattern] = []
  /// Files whose lines are looked at, as patterns of paths.
  public var files: [String] = []
  /// Units whose journal is looked at.
  public var units: [String] = []
  /// How many lines within ``interval`` set the rule off.
  public var count = 1
  /// The window in which lines are counted.
  public var interval: Duration = .seconds(60)
  /// How many lines in a row, with none between that does not count; nil if they need not be in a row.
  public var consecutive: Int?

  /// A condition without patterns.
  public init() {}

  /// Whether the service's own output is looked at: the rule, as long as nothing else is named.
  public var readsOutput: Bool { !matches.isEmpty && files.isEmpty && units.isEmpty }
}
