/// A value that is a list of words, such as `ReadWritePaths=`.
public enum WordList {
  /// The words of a value, with their quotes and C escapes resolved, as raw bytes.
  ///
  /// Variables and specifiers are left alone. An open quote and an unknown escape are errors.
  /// See `systemd.syntax(7)`, "Quoting".
  public static func parse(_ value: String) throws(ValueError) -> [[UInt8]] {
    var scanner = WordScanner(Array(value.utf8))
    var words: [[UInt8]] = []
    while let token = try scanner.next(.strict) { words.append(token.bytes) }
    return words
  }
}
