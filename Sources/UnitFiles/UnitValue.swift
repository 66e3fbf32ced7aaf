/// Writes real values as the text that stands behind `=` in a unit file.
///
/// Each function belongs to one way in which systemd reads values, and what it gives is read back by systemd as
/// exactly the value that went in. A value that systemd's syntax cannot say is an error, never a changed value.
/// Unless a function says otherwise, `%` is an ordinary character of the value and is written as `%%`.
public enum UnitValue {
  /// The longest value that is written, in bytes; the rest of systemd's line is left to the key.
  public static let maximumLength = UnitFile.maximumLineLength - 4096

  /// Whether a percent sign in a value is one, or begins a specifier such as `%i`.
  public enum Percent: Sendable, Hashable {
    /// It is a percent sign and is doubled.
    case literal
    /// It begins a specifier, or is doubled already, and stands as it is.
    case specifier
  }

  /// A value that takes the whole line, such as `Description=`, `SyslogIdentifier=`, `PIDFile=`, `User=` or
  /// `StandardOutput=file:/path`.
  ///
  /// Quotes and backslashes are ordinary characters there. Refused are an empty value, whitespace at either end, line
  /// ends, NUL, noncharacters, and a backslash at the end, which would swallow the next line.
  public static func line(_ value: String, percent: Percent = .literal) throws(ValueError) -> String {
    if let fault = lineFault(value) { throw ValueError(message: fault) }
    return try limited(escapePercent(value, percent))
  }

  /// An absolute path that takes the whole line, such as `WorkingDirectory=` or `RootDirectory=`.
  ///
  /// With `optional`, a `-` before it says that the path may be missing. Refused are what `line(_:percent:)` refuses,
  /// and paths that are relative, hold `..` or are longer than 4095 bytes.
  public static func path(
    _ path: String, optional: Bool = false, percent: Percent = .literal
  ) throws(ValueError) -> String {
    try checkAbsolute(path, percent)
    return (optional ? "-" : "") + (try line(path, percent: percent))
  }

  /// `yes` or `no`.
  public static func boolean(_ value: Bool) -> String { value ? "yes" : "no" }

  /// A time span, such as `1min 30s`; nil is `infinity`. A negative span is refused.
  ///
  /// What is below a microsecond is cut off.
  public static func timeSpan(_ span: Duration?) throws(ValueError) -> String {
    guard let span else { return "infinity" }
    guard span >= .zero else { throw ValueError(message: "a time span cannot be negative") }
    return TimeSpan.format(span)
  }

  /// A size in bytes with its largest unit to the base 1024, such as `512M`; nil is `infinity`.
  public static func size(_ bytes: UInt64?) -> String { bytes.map { ByteSize.format($0) } ?? "infinity" }

  // MARK: Steps

  static func escapePercent(_ value: String, _ percent: Percent) -> String {
    switch percent {
    case .literal: WordWriter.doubling(ASCII.percent, in: Array(value.utf8)).text
    case .specifier: value
    }
  }

  static func limited(_ text: String) throws(ValueError) -> String {
    guard text.utf8.count <= maximumLength else {
      throw ValueError(
        message:
          "the value is \(text.utf8.count) bytes long; a line of a unit file has room for \(maximumLength)")
    }
    return text
  }

  /// Why a text cannot stand as it is behind `=`, or nil when it can.
  static func lineFault(_ value: String) -> String? {
    let bytes = Array(value.utf8)
    guard let first = bytes.first, let last = bytes.last else {
      return "the value is empty, which would reset the setting"
    }
    if let fault = characterFault(bytes) { return fault }
    if first.isWhitespace || last.isWhitespace {
      return "'\(value)' begins or ends with whitespace, which systemd cuts off here"
    }
    let backslashes = bytes.reversed().prefix { $0 == ASCII.backslash }.count
    if !backslashes.isMultiple(of: 2) {
      return "'\(value)' ends with a backslash, which would join the next line to it"
    }
    return nil
  }

  /// Why bytes cannot stand in a line of a unit file, or nil when they can.
  static func characterFault(_ bytes: [UInt8]) -> String? {
    if bytes.contains(where: { $0 == ASCII.newline || $0 == ASCII.carriageReturn || $0 == 0 }) {
      return "the value holds a line end or a NUL, which no line of a unit file can hold"
    }
    if UTF8Text.firstInvalid(in: bytes[...]) != nil {
      return
        "the value '\(bytes.text)' is not valid UTF-8 or holds a noncharacter; systemd ignores such a line"
    }
    return nil
  }

  static func checkAbsolute(_ path: String, _ percent: Percent = .literal) throws(ValueError) {
    let beginsWithSpecifier = percent == .specifier && path.utf8.first == ASCII.percent
    guard path.utf8.first == ASCII.slash || beginsWithSpecifier else {
      throw ValueError(message: "the path '\(path)' is not absolute")
    }
    try checkComponents(path)
  }

  static func checkComponents(_ path: String) throws(ValueError) {
    guard path.utf8.count < 4096 else {
      throw ValueError(message: "the path is longer than 4095 bytes")
    }
    for component in path.utf8.split(separator: ASCII.slash) {
      if component.elementsEqual("..".utf8) {
        throw ValueError(message: "the path '\(path)' holds '..', which systemd refuses")
      }
      if component.count > 255 {
        throw ValueError(message: "the path has a component of more than 255 bytes")
      }
    }
  }
}
