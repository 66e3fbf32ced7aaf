import UnitFiles

/// Cuts a value into words the way systemd does for one kind of setting: a backslash takes away the meaning of the
/// next character.
///
/// What stands before a broken word has been given out by then, as systemd applies it too.
struct SettingWords: Sequence, IteratorProtocol {
  private var scanner: WordScanner
  private let quotes: WordScanner.Quotes
  /// Whether the last word was cut off by a lone backslash or an open quote, which ends the reading.
  private(set) var isBroken = false

  init(_ text: some StringProtocol, _ quotes: WordScanner.Quotes) {
    scanner = WordScanner(Array(text.utf8))
    self.quotes = quotes
  }

  /// What stands behind the words given so far, without the whitespace before it.
  var rest: String { String(decoding: scanner.rest, as: UTF8.self) }

  mutating func next() -> String? {
    guard !isBroken else { return nil }
    do throws(ValueError) {
      return try scanner.next(.plain, quotes)?.text
    } catch {
      isBroken = true
      return nil
    }
  }
}
