/// Time spans as `systemd.time(7)` writes them: `90`, `1min 30s`, `1.5h`, `infinity`.
public enum TimeSpan {
  private static let units: [(word: String, value: UInt64)] = [
    ("seconds", second), ("second", second), ("sec", second), ("s", second),
    ("minutes", 60 * second), ("minute", 60 * second), ("min", 60 * second),
    ("months", month), ("month", month), ("M", month),
    ("msec", 1000), ("ms", 1000), ("m", 60 * second),
    ("hours", hour), ("hour", hour), ("hr", hour), ("h", hour),
    ("days", 24 * hour), ("day", 24 * hour), ("d", 24 * hour),
    ("weeks", 168 * hour), ("week", 168 * hour), ("w", 168 * hour),
    ("years", year), ("year", year), ("y", year),
    ("usec", 1), ("us", 1), ("\u{b5}s", 1), ("\u{3bc}s", 1),
  ]

  private static let second: UInt64 = 1_000_000
  private static let hour: UInt64 = 3600 * second
  private static let month: UInt64 = 2_629_800 * second
  private static let year: UInt64 = 31_557_600 * second

  /// The span that a text says, to the microsecond; nil for `infinity`. A number without a unit is in seconds.
  ///
  /// Several parts add up. Signs, unknown units, and spans of 2^64 microseconds and more are errors.
  public static func parse(_ text: String) throws(ValueError) -> Duration? {
    try microseconds(text, bareUnit: second).map(duration)
  }

  /// The shortest form that systemd reads back as the same span: `1min 30s`, `200ms`, `1.5s`, `0`.
  ///
  /// What is below a microsecond is cut off; a negative span is written with a `-`, which systemd does not read.
  public static func format(_ span: Duration) -> String {
    let parts = span.components
    let rest = parts.attoseconds.magnitude / 1_000_000_000_000
    let sign = parts.seconds < 0 || parts.attoseconds < 0 ? "-" : ""
    var words: [String] = []
    var seconds = parts.seconds.magnitude
    for (name, length) in [("y", year), ("month", month), ("w", 168 * hour), ("d", 24 * hour), ("h", hour)]
      + [("min", 60 * second)]
    {
      let size = length / second
      // systemd refuses the last whole number of a unit below 2^64 microseconds: smaller units say it then.
      let count = min(seconds / size, UInt64.max / length - 1)
      if count > 0 { words.append("\(count)\(name)") }
      seconds -= count * size
    }
    if seconds > 0 {
      words.append("\(decimal(seconds, rest, digits: 6))s")
    } else if rest >= 1000 {
      words.append("\(decimal(rest / 1000, rest % 1000, digits: 3))ms")
    } else if rest > 0 {
      words.append("\(rest)us")
    }
    return words.isEmpty ? "0" : sign + words.joined(separator: " ")
  }

  // MARK: Steps

  /// The span in microseconds, nil for `infinity`; the unit of a bare number is given in microseconds.
  static func microseconds(_ text: String, bareUnit: UInt64) throws(ValueError) -> UInt64? {
    var scanner = ValueScanner(text)
    scanner.skipWhitespace()
    if scanner.take("infinity") {
      scanner.skipWhitespace()
      guard scanner.isAtEnd else { throw scanner.error("'infinity' stands alone") }
      return nil
    }
    guard !scanner.isAtEnd else { throw scanner.error("the time span is empty; write for example '30s'") }
    var total: UInt64 = 0
    while !scanner.isAtEnd {
      let part = try part(&scanner, bareUnit)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow, sum < .max else { throw scanner.error("the time span '\(text)' is too long") }
      total = sum
      scanner.skipWhitespace()
    }
    return total
  }

  private static func part(_ scanner: inout ValueScanner, _ bareUnit: UInt64) throws(ValueError) -> UInt64 {
    let begin = scanner
    if scanner.peek == ASCII.dash { throw begin.error("a time span cannot be negative") }
    _ = scanner.take(UInt8(ascii: "+"))
    let whole = scanner.takeDigits()
    var fraction: ArraySlice<UInt8> = []
    if scanner.take(ASCII.dot) {
      fraction = scanner.takeDigits()
      guard !fraction.isEmpty else { throw scanner.error("there are no digits behind the decimal point") }
    } else if whole.isEmpty {
      throw begin.error(
        "'\(begin.bytes.text)' is no time span; write for example '30s', '1min 30s' or 'infinity'")
    }
    let afterNumber = scanner.index
    scanner.skipWhitespace()
    let unit = scanner.takeFirst(of: units)
    guard unit != nil || scanner.isAtEnd || scanner.index > afterNumber else {
      throw scanner.error(
        "'\(scanner.bytes[afterNumber...].text)' is no unit of time; "
          + "units are us, ms, s, min, h, d, w, month and y")
    }
    let factor = unit ?? bareUnit
    // systemd reads the number as a signed one, and refuses the last whole unit below 2^64 as well.
    guard let number = whole.isEmpty ? 0 : UInt64(decimal: whole), number <= Int64.max, number < .max / factor
    else { throw begin.error("the time span is too long") }
    var (total, overflow) = number.multipliedReportingOverflow(by: factor)
    var place = factor / 10
    for digit in fraction where place > 0 {
      let (sum, carry) = total.addingReportingOverflow(UInt64(digit - 0x30) * place)
      overflow = overflow || carry
      total = sum
      place /= 10
    }
    guard !overflow else { throw begin.error("the time span is too long") }
    return total
  }

  static func duration(_ microseconds: UInt64) -> Duration {
    // Through the components, as half of the range does not fit in an Int64 of microseconds.
    Duration(
      secondsComponent: Int64(microseconds / second),
      attosecondsComponent: Int64(microseconds % second) * 1_000_000_000_000)
  }

  private static func decimal(_ whole: UInt64, _ fraction: UInt64, digits: Int) -> String {
    guard fraction > 0 else { return String(whole) }
    var text = String(fraction)
    text = String(repeating: "0", count: digits - text.count) + text
    while text.last == "0" { text.removeLast() }
    return "\(whole).\(text)"
  }
}
