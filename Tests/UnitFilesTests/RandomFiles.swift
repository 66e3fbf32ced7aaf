import TestSupport

/// Random unit files out of pieces that matter to the parser.
enum RandomFiles {
  private static let pieces =
    [
      "[A]", "[B]", "[New", "[]", "K", "L", "=", "K=1", "L = 2 ", "K=", " ", "\t", "\\", "\\\n", "\n", "\n",
      "\n", "\r\n",
      "\r", "\0", "#c", ";d", "é", "\u{feff}", "\"", "'", "nonsense", "K=a\\\n  b\n", "K=a\\\n# c\n  b\n",
      "\n[A]\nK=3\n",
      "\n[B]\nL=4\n",
    ].map { Array($0.utf8) } + [[0xff], [0xc3]]

  /// A file of up to 30 pieces; often it begins with a section.
  static func text(_ generator: inout SeededGenerator) -> [UInt8] {
    let head = Bool.random(using: &generator) ? Array("[A]\n".utf8) : []
    return head
      + (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ in
        pieces.randomElement(using: &generator) ?? []
      }
  }
}
