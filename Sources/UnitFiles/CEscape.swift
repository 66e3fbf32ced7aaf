/// The C escapes of `systemd.syntax(7)`.
package enum CEscape {
  /// Whether systemd resolves all escapes of a text where a NUL, such as `\\x00`, is allowed.
  package static func areKnown(in text: some StringProtocol) -> Bool {
    var rest = Array(text.utf8)[...]
    var ignored: [UInt8] = []
    while let backslash = rest.firstIndex(of: ASCII.backslash) {
      rest = rest[(backslash + 1)...]
      guard let length = resolve(rest, into: &ignored) ?? lengthOfNUL(rest) else { return false }
      rest = rest.dropFirst(length)
    }
    return true
  }

  /// Appends what the escape behind a backslash stands for and gives its length; nil when it is none.
  static func resolve(_ text: ArraySlice<UInt8>, into word: inout [UInt8]) -> Int? {
    guard let first = text.first else { return nil }
    switch first {
    case UInt8(ascii: "a"): word.append(0x07)
    case UInt8(ascii: "b"): word.append(0x08)
    case UInt8(ascii: "f"): word.append(0x0c)
    case UInt8(ascii: "n"): word.append(0x0a)
    case UInt8(ascii: "r"): word.append(0x0d)
    case UInt8(ascii: "t"): word.append(0x09)
    case UInt8(ascii: "v"): word.append(0x0b)
    case UInt8(ascii: "s"): word.append(ASCII.space)
    case ASCII.backslash, ASCII.doubleQuote, ASCII.singleQuote: word.append(first)
    case UInt8(ascii: "x"):
      guard let value = number(text.dropFirst(), digits: 2, base: 16) else { return nil }
      word.append(UInt8(truncatingIfNeeded: value))
      return 3
    case UInt8(ascii: "u"):
      guard let value = number(text.dropFirst(), digits: 4, base: 16) else { return nil }
      UTF8Text.append(value, to: &word)
      return 5
    case UInt8(ascii: "U"):
      guard let value = number(text.dropFirst(), digits: 8, base: 16), UTF8Text.isAllowed(value) else {
        return nil
      }
      UTF8Text.append(value, to: &word)
      return 9
    case UInt8(ascii: "0")...UInt8(ascii: "7"):
      guard let value = number(text, digits: 3, base: 8), value <= 0xff else { return nil }
      word.append(UInt8(truncatingIfNeeded: value))
      return 3
    default: return nil
    }
    return 1
  }

  private static func lengthOfNUL(_ text: ArraySlice<UInt8>) -> Int? {
    ["x00", "000", "u0000", "U00000000"].first { text.starts(with: $0.utf8) }?.utf8.count
  }

  /// A number of exactly so many digits that is not zero: a NUL can stand in no word.
  private static func number(_ text: ArraySlice<UInt8>, digits count: Int, base: UInt32) -> UInt32? {
    let digits = text.prefix(count)
    guard digits.count == count else { return nil }
    var value: UInt32 = 0
    for byte in digits {
      guard let digit = byte.hexDigitValue, digit < base else { return nil }
      value = value << (base == 16 ? 4 : 3) | UInt32(digit)
    }
    return value == 0 ? nil : value
  }
}
