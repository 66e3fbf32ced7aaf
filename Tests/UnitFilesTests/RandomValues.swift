import TestSupport

@testable import UnitFiles

/// Random values in which the characters that matter to systemd's syntax are frequent.
enum RandomValues {
  private static let marks = Array("\"'\\%$;#=[]{}~*?:-@+!| \t\n\r\u{1}\u{1f}\u{7f}abAB019_/.,xnsu".utf8)

  private static let pieces = [
    "$A", "${A}", "$$", "%i", "%%", "%", "\\x41", "\\n", "\\", ";", " ; ", "\\;", "\"", "'", "é", "☃", "🦊",
    "\u{85}", "\u{a0}", "\u{2028}", "\u{202e}", "\u{feff}", " ", "\t", "\n", "\r", "a", "b-c", "/", "#", "=",
    "[x]",
    "\u{1b}[31m", "K=v",
  ]

  /// Up to six arguments of any bytes but NUL, some of them text.
  static func arguments(_ generator: inout SeededGenerator) -> [[UInt8]] {
    (0..<Int.random(in: 0...6, using: &generator)).map { _ in
      switch Int.random(in: 0...3, using: &generator) {
      case 0:
        (0..<Int.random(in: 0...12, using: &generator)).map { _ in
          UInt8.random(in: 1...255, using: &generator)
        }
      case 1: generator.bytes(count: Int.random(in: 0...12, using: &generator), from: marks)
      default: Array(text(&generator).utf8)
      }
    }
  }

  /// One to four variables.
  static func environment(_ generator: inout SeededGenerator) -> [EnvironmentAssignment] {
    (0..<Int.random(in: 1...4, using: &generator)).map { index in
      EnvironmentAssignment(name: "V\(index)_", value: text(&generator))
    }
  }

  /// One to four words without line ends.
  static func words(_ generator: inout SeededGenerator) -> [String] {
    (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      "/" + String(text(&generator).unicodeScalars.filter { $0 != "\n" && $0 != "\r" })
    }
  }

  /// Text of up to eight pieces.
  static func text(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...8, using: &generator))
      .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
  }
}
