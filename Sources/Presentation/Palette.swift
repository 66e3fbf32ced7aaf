/// How things look on a terminal: colours and glyphs, or plain text and ASCII in their place.
public struct Palette: Sendable, Hashable {
  /// Whether colours are used.
  public let hasColour: Bool
  /// Whether glyphs beyond ASCII are used.
  public let hasUnicode: Bool

  /// Makes a palette.
  public init(hasColour: Bool, hasUnicode: Bool) {
    self.hasColour = hasColour
    self.hasUnicode = hasUnicode
  }

  /// Neither colours nor glyphs: for files, pipes and tests.
  public static let plain = Palette(hasColour: false, hasUnicode: false)

  /// What a piece of text means, which its colour shows.
  public enum Style: String, Sendable, Hashable, CaseIterable {
    /// As it should be.
    case good = "32"
    /// Worth a look.
    case warning = "33"
    /// Wrong.
    case bad = "31"
    /// A heading, or what matters most.
    case strong = "1"
    /// What matters least.
    case faint = "2"
    /// What a key would act on.
    case selected = "7"
  }

  /// A sign before a line.
  public enum Glyph: Sendable, Hashable, CaseIterable {
    /// A filled and an empty circle: running and not.
    case dot, circle
    /// A tick and a cross: right and wrong.
    case tick, cross
    /// An arrow: a change, a next step.
    case arrow
    /// The order of a column: the most first, and the most last.
    case descending, ascending
    /// The parts of a tree.
    case branch, lastBranch, trunk
    /// What stands in place of text that was cut.
    case ellipsis
  }

  /// The text in the colour of its meaning; nil leaves it as it is.
  public func styled(_ text: String, _ style: Style?) -> String {
    guard hasColour, let style, !text.isEmpty else { return text }
    return "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m"
  }

  /// The sign, or its ASCII stand-in.
  public func glyph(_ glyph: Glyph) -> String {
    switch glyph {
    case .dot: hasUnicode ? "●" : "*"
    case .circle: hasUnicode ? "○" : "o"
    case .tick: hasUnicode ? "✓" : "+"
    case .cross: hasUnicode ? "✗" : "x"
    case .arrow: hasUnicode ? "→" : "->"
    case .descending: hasUnicode ? "▼" : "v"
    case .ascending: hasUnicode ? "▲" : "^"
    case .branch: hasUnicode ? "├─" : "|-"
    case .lastBranch: hasUnicode ? "└─" : "`-"
    case .trunk: hasUnicode ? "│ " : "| "
    case .ellipsis: hasUnicode ? "…" : "..."
    }
  }
}
