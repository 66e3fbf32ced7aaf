/// Splits a value into words by the quoting rules of `systemd.syntax(7)`.
///
/// Quotes may also open inside a word, as systemd's reader allows. Each word comes out as raw bytes.
package struct WordScanner {
  /// What is done with a backslash.
  package enum Escapes {
    /// C escapes are resolved; an unknown one is an error. Where colons divide, an escaped colon is one too.
    case strict
    /// C escapes are resolved; an unknown one is kept as it stands, with its backslash.
    case keepUnknown
    /// A backslash only takes away the meaning of the next character.
    case plain
    /// It takes away the meaning of the next character, and both stay in the word.
    case kept
    /// It is a letter like others.
    case literal
  }

  /// What is done with quotes.
  package enum Quotes {
    /// They hold a word together and have to be closed.
    case closed
    /// They hold a word together; the end of the value closes them, and may follow a backslash.
    case relaxed
    /// They are letters like others.
    case literal
  }

  /// What stands between words.
  package enum Separator {
    /// Any amount of whitespace.
    case whitespace
    /// Any number of colons.
    case colons
    /// One colon: two of them have an empty word between.
    case colon
  }

  /// A word, and where it begins in the value, in Unicode scalars.
  package struct Token {
    /// The word without its quotes, and its escapes resolved.
    package var bytes: [UInt8]
    /// Where it begins, in Unicode scalars.
    package var offset: Int
    /// Where it stands in the value, with its quotes and escapes.
    package var range: Range<Int>

    /// The word as text; bytes that are not UTF-8 are replaced.
    package var text: String { bytes.text }
  }

  /// The value.
  package let bytes: [UInt8]
  private let separator: Separator
  private var index = 0
  /// How many scalars stand before a byte, counted along: from the start for each word would be quadratic.
  private var counted = (bytes: 0, scalars: 0)

  /// Begins with the first word of a value.
  package init(_ bytes: [UInt8], separator: Separator = .whitespace) {
    self.bytes = bytes
    self.separator = separator
    if separator != .colon { skipSeparators() }
  }

  /// Whether there is no further word.
  package var isAtEnd: Bool { index >= bytes.count }

  /// What stands behind the words given so far.
  package var rest: ArraySlice<UInt8> { bytes[index...] }

  /// The next word, or nil at the end.
  package mutating func next(
    _ escapes: Escapes, _ quotes: Quotes = .closed
  ) throws(ValueError) -> Token? {
    guard !isAtEnd else { return nil }
    let start = index
    var token = Token(bytes: [], offset: scalarOffset(), range: start..<start)
    var quote: (mark: UInt8, offset: Int)?
    while index < bytes.count {
      let byte = bytes[index]
      if byte == ASCII.backslash, escapes != .literal {
        try escape(into: &token.bytes, escapes, quotes)
        continue
      }
      if quote == nil, isSeparator(byte) { break }
      index += 1
      if let open = quote {
        if byte == open.mark { quote = nil } else { token.bytes.append(byte) }
      } else if quotes != .literal, byte == ASCII.doubleQuote || byte == ASCII.singleQuote {
        quote = (byte, index - 1)
      } else {
        token.bytes.append(byte)
      }
    }
    token.range = start..<index
    if let quote, quotes == .closed {
      throw fault("the quote is not closed", atByte: quote.offset)
    }
    if separator == .colon, !isAtEnd { index += 1 } else { skipSeparators() }
    return token
  }

  /// Takes these bytes if they come next and are a word of their own.
  mutating func skip(word: [UInt8]) -> Bool {
    let end = index + word.count
    guard bytes[index...].starts(with: word), end == bytes.count || isSeparator(bytes[end]) else {
      return false
    }
    index = end
    skipSeparators()
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

  private func isSeparator(_ byte: UInt8) -> Bool {
    separator == .whitespace ? byte.isWhitespace : byte == ASCII.colon
  }

  private mutating func skipSeparators() {
    while index < bytes.count, isSeparator(bytes[index]) { index += 1 }
  }

  private mutating func escape(
    into word: inout [UInt8], _ escapes: Escapes, _ quotes: Quotes
  ) throws(ValueError) {
    let start = index
    index += 1
    guard index < bytes.count else {
      if escapes == .strict || escapes == .plain && quotes != .relaxed {
        throw fault("the value ends in a lone backslash; write '\\\\'", atByte: start)
      }
      if escapes != .plain { word.append(ASCII.backslash) }
      return
    }
    if escapes == .plain || escapes == .kept {
      if escapes == .kept { word.append(ASCII.backslash) }
      word.append(bytes[index])
      index += 1
    } else if let length = CEscape.resolve(bytes[index...], into: &word) {
      index += length
    } else if separator != .whitespace, isSeparator(bytes[index]) {
      word.append(bytes[index])
      index += 1
    } else if escapes == .keepUnknown {
      word += [ASCII.backslash, bytes[index]]
      index += 1
    } else {
      let shown = bytes[start...].prefix(2).text
      throw fault("'\(shown)' is no escape that systemd knows; write '\\\\' for a backslash", atByte: start)
    }
  }
}
