/// Sizes in bytes as systemd writes them: `4096`, `64K`, `1.5G`, `infinity`.
public enum ByteSize {
  private static let units: [(word: String, value: Int)] = [
    ("E", 60), ("P", 50), ("T", 40), ("G", 30), ("M", 20), ("K", 10), ("B", 0),
  ]

  /// The number of bytes that a text says, with K, M, G, T, P and E to the base 1024; nil for `infinity`.
  ///
  /// Several parts add up when each has a smaller unit than the one before. Signs, other letters, and sizes of 2^64
  /// and more are errors.
  public static func parse(_ text: String) throws(ValueError) -> UInt64? {
    if text == "infinity" { return nil }
    var scanner = ValueScanner(text)
    scanner.skipWhitespace()
    var total: UInt64 = 0
    var allowed = units[...]
    repeat {
      let begin = scanner
      let whole = scanner.takeDigits()
      guard !whole.isEmpty else {
        throw begin.error("'\(text)' is no size; write for example '512K', '1.5G' or 'infinity'")
      }
      let fraction = scanner.take(ASCII.dot) ? scanner.takeDigits() : []
      scanner.skipWhitespace()
      let shift = try unit(&scanner, &allowed)
      guard let number = UInt64(decimal: whole), number <= UInt64.max >> UInt64(shift) else {
        throw begin.error("the size '\(text)' is too large")
      }
      let part = (number << UInt64(shift)) + Self.fraction(fraction, shift)
      let (sum, overflow) = total.addingReportingOverflow(part)
      guard !overflow else { throw begin.error("the size '\(text)' is too large") }
      total = sum
      scanner.skipWhitespace()
    } while !scanner.isAtEnd
    return total
  }

  /// A number of bytes with the largest unit that says it without a fraction, such as `512M` or `4097`.
  public static func format(_ bytes: UInt64) -> String {
    for (word, shift) in units.dropLast() where bytes > 0 && bytes & ((1 << UInt64(shift)) - 1) == 0 {
      return "\(bytes >> UInt64(shift))\(word)"
    }
    return String(bytes)
  }

  // MARK: Steps

  private static func unit(
    _ scanner: inout ValueScanner, _ allowed: inout ArraySlice<(word: String, value: Int)>
  ) throws(ValueError) -> Int {
    if scanner.isAtEnd || scanner.peek?.isDigit == true, !allowed.isEmpty {
      allowed = []
      return 0
    }
    for index in allowed.indices where scanner.take(allowed[index].word) {
      let shift = allowed[index].value
      allowed = allowed[(index + 1)...]
      return shift
    }
    throw scanner.error(
      allowed.count == units.count
        ? "'\(scanner.bytes[scanner.index...].text)' is no unit of size; units are K, M, G, T, P and E"
        : "the parts of a size have to get smaller, as in '1G 500M'")
  }

  /// The bytes that the digits behind the point say, cut off to a whole number.
  private static func fraction(_ digits: ArraySlice<UInt8>, _ shift: Int) -> UInt64 {
    // 17 digits say more than the 53 bits that systemd's own double keeps.
    var numerator: UInt64 = 0
    var denominator: UInt64 = 1
    for digit in digits.prefix(17) {
      numerator = numerator * 10 + UInt64(digit - 0x30)
      denominator *= 10
    }
    let product = numerator.multipliedFullWidth(by: 1 << UInt64(shift))
    return denominator.dividingFullWidth((product.high, product.low)).quotient
  }
}
