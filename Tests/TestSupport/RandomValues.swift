/// Random values in which the characters that matter to systemd's syntax are frequent.
package enum RandomValues {
  private static let marks = Array("\"'\\%$;#=[]{}~*?:-@+!| \t\n\r\u{1}\u{1f}\u{7f}abAB019_/.,xnsu".utf8)

  private static let pieces = [
    "$A", "${A}", "$$", "%i", "%%", "%", "\\x41", "\\n", "\\", ";", " ; ", "\\;", "\"", "'", "é", "☃", "🦊",
    "\u{85}", "\u{a0}", "\u{2028}", "\u{202e}", "\u{feff}", " ", "\t", "\n", "\r", "a", "b-c", "/", "#", "=",
    "[x]", "\u{1b}[31m", "K=v", "\u{7f}", "*", "?", ":", "-", "@", "+", "!", "|", "~", "&&", "`id`",
  ]

  /// Up to six arguments of any bytes but NUL, some of them text.
  package static func arguments(_ generator: inout SeededGenerator) -> [[UInt8]] {
    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
      let count = Int.random(in: 0...12, using: &generator)
      switch Int.random(in: 0...3, using: &generator) {
      case 0: return (0..<count).map { _ in UInt8.random(in: 1...255, using: &generator) }
      case 1: return generator.bytes(count: count, from: marks)
      default: return Array(text(&generator).utf8)
      }
    }
  }

  /// Text of up to eight pieces, without NUL and noncharacters.
  package static func text(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...8, using: &generator))
      .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
  }

  /// One to four absolute paths of one component each, without line ends.
  package static func paths(_ generator: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      let text = text(&generator).unicodeScalars.filter { $0 != "\n" && $0 != "\r" && $0 != "/" }
      return "/" + String(String.UnicodeScalarView(text))
    }
  }
}
