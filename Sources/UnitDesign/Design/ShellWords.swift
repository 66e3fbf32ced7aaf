/// Writes a command so that it can be pasted into a shell, on one line.
package enum ShellWords {
  /// The words with the quotes that they need.
  package static func text(_ words: [[UInt8]]) -> String { words.map(text).joined(separator: " ") }

  /// One word: bare, between single quotes, or as `$'...'` where it holds what a line or a terminal cannot.
  package static func text(_ word: [UInt8]) -> String {
    if !word.isEmpty, word.allSatisfy(isPlain) { return String(decoding: word, as: UTF8.self) }
    let isReadable =
      word.allSatisfy { $0 >= 0x20 && $0 != 0x7f } && String(validating: word, as: UTF8.self) != nil
    guard isReadable, !hasControl(word) else { return escaped(word) }
    let text = String(decoding: word, as: UTF8.self)
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }

  // MARK: Steps

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) && byte < 0x80
      || "@%+=:,./_-".utf8.contains(byte)
  }

  /// Whether the text holds control characters beyond ASCII, which a terminal may obey too.
  private static func hasControl(_ word: [UInt8]) -> Bool {
    String(decoding: word, as: UTF8.self).unicodeScalars.contains { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: true
      default: false
      }
    }
  }

  private static func escaped(_ word: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".unicodeScalars)
    var text = "$'"
    for byte in word {
      if byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "'") {
        text += "\\"
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else if byte >= 0x20, byte < 0x7f {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        // Octal, because its digits end by themselves: a hexadecimal escape would take in what follows.
        text += "\\"
        for shift in [6, 3, 0] { text.unicodeScalars.append(digits[Int(byte >> UInt8(shift)) & 7]) }
      }
    }
    return text + "'"
  }
}
