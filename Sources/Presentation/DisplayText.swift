/// Text as a terminal shows it: harmless, and of a known width.
public enum DisplayText {
  /// The text with everything escaped that could steer a terminal: control characters, bidirectional marks and
  /// separators become `\xNN` or `\u{...}`; a tab becomes a space. What comes out of a unit, a log or a socket is
  /// shown through this and never as it is.
  public static func escaped(_ text: String) -> String {
    // Most texts need no look at their scalars.
    if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7f }) { return text }
    guard text.unicodeScalars.contains(where: isHostile) else { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\t" {
        result += " "
      } else if isHostile(scalar) {
        let digits = String(scalar.value, radix: 16)
        result += scalar.value < 0x100 ? "\\x\(digits.count < 2 ? "0" : "")\(digits)" : "\\u{\(digits)}"
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The columns that the text takes; it holds no control characters.
  public static func width(_ text: String) -> Int {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
    return text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text cut to at most so many columns; what is cut ends in `ellipsis`.
  public static func cut(_ text: String, to width: Int, ellipsis: String) -> String {
    guard Self.width(text) > width else { return text }
    let room = width - Self.width(ellipsis)
    guard room > 0 else { return String(ellipsis.prefix(max(width, 0))) }
    var result = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let next = Self.width(scalar)
      guard used + next <= room else { break }
      used += next
      result.unicodeScalars.append(scalar)
    }
    return result + ellipsis
  }

  /// The text in pieces of at most so many columns; at least one piece, and at least a character in each.
  public static func pieces(_ text: String, of width: Int) -> [String] {
    guard Self.width(text) > width else { return [text] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for scalar in text.unicodeScalars {
      let next = Self.width(scalar)
      if used + next > width, !piece.isEmpty {
        pieces.append(piece)
        piece = ""
        used = 0
      }
      piece.unicodeScalars.append(scalar)
      used += next
    }
    return pieces + [piece]
  }

  // MARK: Scalars

  /// Whether a character could steer a terminal or hide what text says.
  package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7e: false
    case 0..<0x20, 0x7f..<0xa0: true
    // Marks that turn the direction of writing round, line and paragraph separators, a stray byte order mark.
    case 0x200e, 0x200f, 0x2028...0x202e, 0x2066...0x2069, 0xfeff: true
    default: false
    }
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    guard scalar.value >= 0x300 else { return 1 }
    let category = scalar.properties.generalCategory
    if category == .nonspacingMark || category == .enclosingMark || category == .format { return 0 }
    return isWide(scalar.value) ? 2 : 1
  }

  /// The blocks of Unicode's East Asian Width "W" and "F" that matter, see UAX #11.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
      0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1f64f,
      0x1f680...0x1f6ff, 0x1f900...0x1f9ff, 0x20000...0x3fffd:
      true
    default: false
    }
  }
}
