/// Prints a new unit file or drop-in line by line.
///
/// Values are texts as they stand behind `=`; `UnitValue` makes them. What is printed is read back, by `UnitFile` and
/// by systemd, as the same assignments in the same order.
public struct UnitFileBuilder: Sendable {
  /// What has been printed so far.
  public private(set) var bytes: [UInt8] = []

  private var hasSection = false

  /// Makes an empty file.
  public init() {}

  /// What has been printed so far, as text.
  public var text: String { bytes.text }

  /// The file, read; the path serves the positions only.
  public func file(path: String) -> UnitFile { UnitFile(parsing: bytes, path: path) }

  /// Begins a section, behind a blank line unless the file is empty or has one there already.
  ///
  /// A name with quotes, backslashes or control characters is refused.
  public mutating func section(_ name: String) throws(ValueError) {
    try UnitSyntax.check(section: name)
    if !bytes.isEmpty { blankLine() }
    append(Array("[\(name)]".utf8))
    hasSection = true
  }

  /// Prints `key=value`; the empty value resets what was set before.
  ///
  /// Refused are keys and values that would not be read back as they are, and an assignment before any section.
  public mutating func assign(_ key: String, _ value: String) throws(ValueError) {
    guard hasSection else { throw ValueError(message: "\(key)= would stand before any section") }
    append(try UnitSyntax.line(key: key, value: value))
  }

  /// Prints a comment, with a `# ` before each of its lines.
  public mutating func comment(_ text: String) {
    for line in UnitSyntax.comment(text) { append(line) }
  }

  /// Prints a blank line, unless the last one is blank.
  public mutating func blankLine() {
    guard bytes.suffix(2) != [ASCII.newline, ASCII.newline] else { return }
    bytes.append(ASCII.newline)
  }

  private mutating func append(_ line: [UInt8]) {
    bytes += line
    bytes.append(ASCII.newline)
  }
}
