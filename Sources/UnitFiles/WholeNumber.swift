/// Whole numbers as systemd reads them: decimal, `0x1f`, `0o17`, `017` and `0b11`.
public enum WholeNumber {
  /// The number that a text says; a sign may stand before it.
  ///
  /// A leading zero alone means octal, as in C. Anything behind the digits, and numbers that do not fit into 64 bits, are
  /// errors.
  public static func parse(_ text: String) throws(ValueError) -> Int64 {
    guard let number = number(Array(text.utf8)[...]) else {
      throw ValueError(message: "'\(text)' is no whole number")
    }
    return number
  }

  /// The number that a text says, when it lies in the range; else an error that names the range.
  public static func parse(_ text: String, in range: ClosedRange<Int64>) throws(ValueError) -> Int64 {
    guard let number = number(Array(text.utf8)[...]), range.contains(number) else {
      throw ValueError(
        message: "'\(text)' is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  // MARK: Steps

  static func number(_ text: ArraySlice<UInt8>) -> Int64? {
    let (base, text) = withoutBase(text.drop { $0.isWhitespace })
    var digits = text.drop { $0.isWhitespace }
    let sign = digits.first
    let isSigned = sign == ASCII.dash || sign == UInt8(ascii: "+")
    if isSigned { digits = digits.dropFirst() }
    guard let magnitude = magnitude(digits, base) else { return nil }
    if sign == ASCII.dash { return magnitude <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil }
    return Int64(exactly: magnitude)
  }

  /// Takes away what only systemd knows; it comes before the sign, and the C library's own prefixes behind it.
  private static func withoutBase(_ text: ArraySlice<UInt8>) -> (base: UInt64, ArraySlice<UInt8>) {
    guard text.first == UInt8(ascii: "0"), let letter = text.dropFirst().first else { return (0, text) }
    switch letter | 0x20 {
    case UInt8(ascii: "b"): return (2, text.dropFirst(2))
    case UInt8(ascii: "o"): return (8, text.dropFirst(2))
    default: return (0, text)
    }
  }

  private static func magnitude(_ text: ArraySlice<UInt8>, _ base: UInt64) -> UInt64? {
    var (base, digits) = (base, text)
    if base == 0 {
      base = 10
      if digits.first == UInt8(ascii: "0"), let letter = digits.dropFirst().first {
        base = letter | 0x20 == UInt8(ascii: "x") ? 16 : 8
        digits = digits.dropFirst(base == 16 ? 2 : 1)
      }
    }
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for byte in digits {
      guard let digit = byte.hexDigitValue, digit < base else { return nil }
      let (product, overflow) = value.multipliedReportingOverflow(by: base)
      let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
      guard !overflow, !carry else { return nil }
      value = sum
    }
    return value
  }
}
