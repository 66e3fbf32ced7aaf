/// Numbers as systemd reads them in settings.
enum IntegerText {
  /// A number in the C manner: `0x` is hexadecimal, `0b` binary, `0o` and a leading `0` octal; nil when it is none.
  static func decimal(_ text: some StringProtocol) -> Int? {
    guard let first = text.utf8.first, first < UInt8(ascii: ":") else { return nil }
    var digits = Substring(text)
    let isNegative = digits.hasPrefix("-")
    if isNegative || digits.hasPrefix("+") { digits = digits.dropFirst() }
    var radix = 10
    for (prefix, base) in [("0x", 16), ("0b", 2), ("0o", 8)] where digits.lowercased().hasPrefix(prefix) {
      digits = digits.dropFirst(2)
      radix = base
    }
    if radix == 10, digits.count > 1, digits.hasPrefix("0") { radix = 8 }
    // A second sign would pass Swift's own reader.
    guard let first = digits.utf8.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else {
      return nil
    }
    return Int(digits, radix: radix).map { isNegative ? -$0 : $0 }
  }

  /// Permission bits in octal digits, at most 7777; nil when it is no such number.
  static func mode(_ text: String) -> UInt32? {
    guard text.utf8.allSatisfy({ $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "7") }) else { return nil }
    return UInt32(text, radix: 8).flatMap { $0 <= 0o7777 ? $0 : nil }
  }
}
