/// The bytes that systemd's syntax gives a meaning.
enum ASCII {
  static let tab = UInt8(ascii: "\t")
  static let newline = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")
  static let backslash = UInt8(ascii: "\\")
  static let doubleQuote = UInt8(ascii: "\"")
  static let singleQuote = UInt8(ascii: "'")
  static let percent = UInt8(ascii: "%")
  static let dollar = UInt8(ascii: "$")
  static let equals = UInt8(ascii: "=")
  static let semicolon = UInt8(ascii: ";")
  static let hash = UInt8(ascii: "#")
  static let slash = UInt8(ascii: "/")
  static let dash = UInt8(ascii: "-")
  static let dot = UInt8(ascii: ".")
  static let at = UInt8(ascii: "@")
  static let colon = UInt8(ascii: ":")
  static let openBrace = UInt8(ascii: "{")
  static let closeBrace = UInt8(ascii: "}")
  static let openBracket = UInt8(ascii: "[")
  static let closeBracket = UInt8(ascii: "]")
  static let underscore = UInt8(ascii: "_")
}

extension UInt8 {
  /// Space, tab, newline or carriage return: what systemd strips and splits at.
  var isWhitespace: Bool { self == 0x20 || self == 0x09 || self == 0x0a || self == 0x0d }
  var isDigit: Bool { self >= 0x30 && self <= 0x39 }
  var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7a }
  var isControl: Bool { self < 0x20 || self == 0x7f }
  /// A byte that begins a scalar in UTF-8, so that counting these counts the scalars.
  var beginsScalar: Bool { self & 0xc0 != 0x80 }

  var hexDigitValue: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x41 + 10
    case 0x61...0x66: self - 0x61 + 10
    default: nil
    }
  }
}

extension ArraySlice<UInt8> {
  /// The slice without systemd's whitespace at either end.
  var trimmed: ArraySlice<UInt8> {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return self[endIndex..<endIndex] }
    return self[first...last]
  }

  /// The number of Unicode scalars; bytes that are not UTF-8 count at most one each.
  var scalarCount: Int { reduce(into: 0) { $0 += $1.beginsScalar ? 1 : 0 } }

  var text: String { String(decoding: self, as: UTF8.self) }
}

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// The scalar offset of a byte offset, for a `ValueError`.
  func scalarOffset(_ byteOffset: Int) -> Int { self[..<Swift.min(byteOffset, count)].scalarCount }
}
