/// Splits a value into words by the quoting rules of `systemd.syntax(7)`.
///
/// Quotes may also open inside a word, as systemd's reader allows. Each word comes out as raw bytes.
struct WordScanner {
  /// What is done with a backslash.
  enum Escapes {
    /// C escapes are resolved; an unknown one is an error.
    case strict
    /// C escapes are resolved; an unknown one is kept as it stands, with its backslash.
    case keepUnknown
    /// A backslash only takes away the meaning of the next character.
    case plain
  }

  /// A word, and where it begins in the value, in Unicode scalars.
  struct Token {
    var bytes: [UInt8]
    var offset: Int
  }

  let bytes: [UInt8]
  private(set) var index = 0
  /// How many scalars stand before a byte, counted along: from the start for each word would be quadratic.
  private var counted = (bytes: 0, scalars: 0)

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    skipWhitespace()
  }

  var isAtEnd: Bool { index >= bytes.count }

  /// The next word, or nil at the end; `relaxed` takes an open quote as closed by the end of the value.
  mutating func next(_ escapes: Escapes, relaxed: Bool = false) throws(ValueError) -> Token? {
    guard !isAtEnd else { return nil }
    var token = Token(bytes: [], offset: scalarOffset())
    var quote: (mark: UInt8, offset: Int)?
    while index < bytes.count {
      let byte = bytes[index]
      if byte == ASCII.backslash {
        try escape(into: &token.bytes, escapes, relaxed)
        continue
      }
      index += 1
      if let open = quote {
        if byte == open.mark { quote = nil } else { token.bytes.append(byte) }
      } else if byte == ASCII.doubleQuote || byte == ASCII.singleQuote {
        quote = (byte, index - 1)
      } else if byte.isWhitespace {
        break
      } else {
        token.bytes.append(byte)
      }
    }
    if let quote, !relaxed {
      throw fault("the quote is not closed", atByte: quote.offset)
    }
    skipWhitespace()
    return token
  }

  /// Takes these bytes if they come next and are a word of their own.
  mutating func skip(word: [UInt8]) -> Bool {
    let end = index + word.count
    guard bytes[index...].starts(with: word), end == bytes.count || bytes[end].isWhitespace else {
      return false
    }
    index = end
    skipWhitespace()
    return true
  }

  /// Where the next word begins in the value, in Unicode scalars.
  mutating func scalarOffset() -> Int {
    counted.scalars += bytes[counted.bytes..<index].scalarCount
    counted.bytes = index
    return counted.scalars
  }

  // MARK: Steps

  private func fault(_ message: String, atByte offset: Int) -> ValueError {
    ValueError(message: message, offset: bytes.scalarOffset(offset))
  }

  private mutating func skipWhitespace() {
    while index < bytes.count, bytes[index].isWhitespace { index += 1 }
  }

  private mutating func escape(
    into word: inout [UInt8], _ escapes: Escapes, _ relaxed: Bool
  ) throws(ValueError) {
    let start = index
    index += 1
    guard index < bytes.count else {
      if escapes == .strict { throw fault("the value ends in a lone backslash; write '\\\\'", atByte: start) }
      if escapes == .keepUnknown { word.append(ASCII.backslash) }
      return
    }
    if escapes == .plain {
      word.append(bytes[index])
      index += 1
    } else if let length = CEscape.resolve(bytes[index...], into: &word) {
      index += length
    } else if escapes == .keepUnknown {
      word += [ASCII.backslash, bytes[index]]
      index += 1
    } else {
      let shown = bytes[start...].prefix(2).text
      throw fault("'\(shown)' is no escape that systemd knows; write '\\\\' for a backslash", atByte: start)
    }
  }
}

/// The C escapes of `systemd.syntax(7)`.
enum CEscape {
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
