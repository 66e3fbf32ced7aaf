/// Writes words so that `WordScanner`, and systemd, read the same bytes back.
enum WordWriter {
  /// What the reader of the value does with a backslash; the same words as in `WordScanner.Escapes`.
  enum Escapes {
    /// C escapes are resolved, so every byte but NUL can be written.
    case c
    /// A backslash only takes away the meaning of the next character: bytes go in as they are.
    case plain
  }

  /// Characters that nobody has to quote and that no shell habit gives a meaning.
  private static let safePunctuation = Set("-_./:,=@+%".utf8)

  /// A word, between double quotes unless it is plainly safe without.
  static func text(_ word: [UInt8], _ escapes: Escapes) -> String {
    word.isEmpty || !word.allSatisfy(isSafe) ? quoted(word, escapes) : word.text
  }

  /// A word between double quotes.
  static func quoted(_ word: [UInt8], _ escapes: Escapes) -> String {
    var result = [ASCII.doubleQuote]
    switch escapes {
    case .c: appendEscaped(word, to: &result)
    case .plain:
      for byte in word {
        if byte == ASCII.doubleQuote || byte == ASCII.backslash { result.append(ASCII.backslash) }
        result.append(byte)
      }
    }
    result.append(ASCII.doubleQuote)
    return result.text
  }

  /// Appends bytes with C escapes for all that is not readable text; marks in `hex` are written as `\xNN` too.
  static func appendEscaped(_ word: [UInt8], hex: [UInt8] = [], to result: inout [UInt8]) {
    var index = 0
    while index < word.count {
      let byte = word[index]
      if byte >= 0x80, let length = UTF8Text.readableLength(at: index, in: word) {
        result += word[index..<(index + length)]
        index += length
        continue
      }
      if byte < 0x20 || byte >= 0x7f || hex.contains(byte) {
        result += hexEscape(byte)
      } else {
        if byte == ASCII.doubleQuote || byte == ASCII.backslash { result.append(ASCII.backslash) }
        result.append(byte)
      }
      index += 1
    }
  }

  /// The bytes with a character doubled, which takes its meaning away.
  static func doubling(_ character: UInt8, in bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(character) else { return bytes }
    return bytes.flatMap { $0 == character ? [$0, $0] : [$0] }
  }

  /// `\xNN`.
  static func hexEscape(_ byte: UInt8) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return [ASCII.backslash, UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }

  private static func isSafe(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || safePunctuation.contains(byte)
  }
}
