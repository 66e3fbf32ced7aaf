import UnitFiles

/// A word of a value as it stands in the file, with its quotes.
struct ValueWord: Hashable {
  /// The word with its quotes and escapes.
  var raw: String
  /// Where it begins in the value, in scalars from 0.
  var offset: Int

  /// The word without its quotes, with the escapes as they stand.
  var text: String

  /// A word without quotes.
  init(plain text: String) {
    raw = text
    self.text = text
    offset = 0
  }

  private init(_ token: WordScanner.Token, in value: [UInt8]) {
    raw = String(decoding: value[token.range], as: UTF8.self)
    text = token.text
    offset = token.offset
  }

  /// Whether there is a quote in it.
  var isQuoted: Bool { raw.holds("\"") || raw.holds("'") }

  /// The most words of a value that are looked at; no unit of this world has so many.
  static let most = 2000

  /// The first words of a value; whitespace in quotes and behind a backslash does not divide.
  ///
  /// A quote that is not closed goes on to the end.
  static func all(of value: String) -> [ValueWord] {
    let bytes = Array(value.utf8)
    var scanner = WordScanner(bytes)
    var words: [ValueWord] = []
    while words.count < most, let token = (try? scanner.next(.kept, .relaxed)) ?? nil {
      words.append(ValueWord(token, in: bytes))
    }
    return words
  }
}
