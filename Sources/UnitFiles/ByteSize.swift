/// Sizes in bytes as systemd writes them: `4096`, `64K`, `1.5G`, `infinity`.
public enum ByteSize {
  /// What K, M, G, T, P and E are powers of.
  public enum Base: UInt64, Sendable, Hashable {
    /// 1024, as for memory, limits and buffers.
    case binary = 1024
    /// 1000, as for the speed of devices.
    case decimal = 1000

    /// The base of a key: 1000 for `IOReadBandwidthMax=` and its kind, 1024 for all others.
    public init(key: String) {
      let isSpeed = key.hasPrefix("IO") || key.hasPrefix("BlockIO")
      self = isSpeed && (key.hasSuffix("Max") || key.hasSuffix("Bandwidth")) ? .decimal : .binary
    }

    /// The number of bytes of a unit, by its power of the base.
    func factor(_ power: Int) -> UInt64 { (0..<power).reduce(1) { factor, _ in factor * rawValue } }
  }

  private static let units: [(word: String, power: Int)] = [
    ("E", 6), ("P", 5), ("T", 4), ("G", 3), ("M", 2), ("K", 1), ("B", 0),
  ]

  /// The number of bytes that a text says; nil for `infinity`.
  ///
  /// Several parts add up when each has a smaller unit than the one before. Negative numbers, other letters, and sizes of
  /// 2^64 and more are errors.
  public static func parse(_ text: String, base: Base = .binary) throws(ValueError) -> UInt64? {
    if text == "infinity" { return nil }
    var scanner = ValueScanner(text)
    scanner.skipWhitespace()
    var total: UInt64 = 0
    var allowed = units[...]
    repeat {
      let begin = scanner
      _ = scanner.take(UInt8(ascii: "+"))
      let whole = scanner.takeDigits()
      guard !whole.isEmpty else {
        throw begin.error("'\(text)' is no size; write for example '512K', '1.5G' or 'infinity'")
      }
      let fraction = scanner.take(ASCII.dot) ? scanner.takeDigits() : []
      scanner.skipWhitespace()
      let factor = base.factor(try power(&scanner, &allowed))
      guard let bytes = bytes(whole, fraction, factor) else {
        throw begin.error("the size '\(text)' is too large")
      }
      let (sum, overflow) = total.addingReportingOverflow(bytes)
      guard !overflow else { throw begin.error("the size '\(text)' is too large") }
      total = sum
      scanner.skipWhitespace()
    } while !scanner.isAtEnd
    return total
  }

  /// A number of bytes with the largest unit that says it without a fraction, such as `512M` or `4097`.
  public static func format(_ bytes: UInt64, base: Base = .binary) -> String {
    for (word, power) in units.dropLast() where bytes > 0 && bytes.isMultiple(of: base.factor(power)) {
      return "\(bytes / base.factor(power))\(word)"
    }
    return String(bytes)
  }

  // MARK: Steps

  private static func power(
    _ scanner: inout ValueScanner, _ allowed: inout ArraySlice<(word: String, power: Int)>
  ) throws(ValueError) -> Int {
    let isNext = scanner.isAtEnd || scanner.peek?.isDigit == true || scanner.peek == UInt8(ascii: "+")
    if isNext, !allowed.isEmpty {
      allowed = []
      return 0
    }
    for index in allowed.indices where scanner.take(allowed[index].word) {
      let power = allowed[index].power
      allowed = allowed[(index + 1)...]
      return power
    }
    throw scanner.error(
      allowed.count == units.count
        ? "'\(scanner.bytes[scanner.index...].text)' is no unit of size; units are K, M, G, T, P and E"
        : "the parts of a size have to get smaller, as in '1G 500M'")
  }

  /// The bytes of one part; nil when they are 2^64 or more, or, as systemd has it, may come near it.
  private static func bytes(
    _ whole: ArraySlice<UInt8>, _ fraction: ArraySlice<UInt8>, _ factor: UInt64
  ) -> UInt64? {
    guard let number = UInt64(decimal: whole) else { return nil }
    let hasFraction = fraction.contains { $0 != 0x30 }
    guard fraction.isEmpty || UInt64(decimal: fraction) != nil else { return nil }
    let (rounded, overflow) = number.addingReportingOverflow(hasFraction ? 1 : 0)
    guard !overflow, rounded <= UInt64.max / factor else { return nil }
    return number * factor + share(fraction, of: factor)
  }

  /// The bytes that the digits behind the point say, cut off to a whole number.
  private static func share(_ digits: ArraySlice<UInt8>, of factor: UInt64) -> UInt64 {
    // 17 digits say more than the 53 bits that systemd's own double keeps.
    var numerator: UInt64 = 0
    var denominator: UInt64 = 1
    for digit in digits.prefix(17) {
      numerator = numerator * 10 + UInt64(digit - 0x30)
      denominator *= 10
    }
    let product = numerator.multipliedFullWidth(by: factor)
    return denominator.dividingFullWidth((product.high, product.low)).quotient
  }
}
