/// Cuts a value into words the way systemd does for one kind of setting.
///
/// What stands before a broken word has been given out by then, as systemd applies it too.
struct SettingWords: Sequence, IteratorProtocol {
  /// How quotes are read; a backslash always takes away the meaning of the next character.
  enum Quotes {
    /// They are letters like others.
    case literal
    /// They hold a word together and have to be closed.
    case closed
    /// They hold a word together; the end of the value closes them.
    case relaxed
  }

  private let bytes: [UInt8]
  private let quotes: Quotes
  private var index = 0
  /// Whether the last word was cut off by a lone backslash or an open quote, which ends the reading.
  private(set) var isBroken = false

  init(_ text: some StringProtocol, _ quotes: Quotes) {
    bytes = Array(text.utf8)
    self.quotes = quotes
  }

  /// What stands behind the words given so far, without the whitespace before it.
  var rest: String {
    var start = index
    while start < bytes.count, Self.isSpace(bytes[start]) { start += 1 }
    return String(decoding: bytes[start...], as: UTF8.self)
  }

  mutating func next() -> String? {
    while index < bytes.count, Self.isSpace(bytes[index]) { index += 1 }
    guard index < bytes.count, !isBroken else { return nil }
    let start = index
    while index < bytes.count, !Self.isSpecial(bytes[index]) { index += 1 }
    if index == bytes.count || Self.isSpace(bytes[index]) {
      return String(decoding: bytes[start..<index], as: UTF8.self)
    }
    index = start
    return quotedWord()
  }

  private mutating func quotedWord() -> String? {
    var word: [UInt8] = []
    var mark: UInt8?
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      if byte == UInt8(ascii: "\\") {
        guard index < bytes.count else {
          isBroken = quotes != .relaxed
          return isBroken ? nil : String(decoding: word, as: UTF8.self)
        }
        word.append(bytes[index])
        index += 1
      } else if byte == mark {
        mark = nil
      } else if mark == nil, quotes != .literal, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        mark = byte
      } else if mark == nil, Self.isSpace(byte) {
        return String(decoding: word, as: UTF8.self)
      } else {
        word.append(byte)
      }
    }
    isBroken = mark != nil && quotes == .closed
    return isBroken ? nil : String(decoding: word, as: UTF8.self)
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0a || byte == 0x0d
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    isSpace(byte) || byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }
}
