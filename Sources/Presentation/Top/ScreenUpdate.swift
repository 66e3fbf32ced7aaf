/// What a terminal shows, and the bytes that change it: only lines that differ are written.
///
/// The sequences are those of ECMA-48 that every terminal emulator of today knows, and the console of Linux.
public struct ScreenUpdate: Sendable {
  /// Goes to the other screen without scrolling back, hides the cursor, and does not wrap lines.
  public static let begin = "\u{1b}[?1049h\u{1b}[?25l\u{1b}[?7l\u{1b}[0m\u{1b}[2J"
  /// Undoes ``begin``.
  public static let end = "\u{1b}[0m\u{1b}[?7h\u{1b}[?25h\u{1b}[?1049l"

  private var shown: [String]?

  /// Makes one for a screen of which nothing is known.
  public init() {}

  /// Nothing is known of the screen any more: the next lines are all written.
  public mutating func forget() { shown = nil }

  /// What has to be written so that the screen shows these lines from its top.
  ///
  /// - Parameter lines: without newlines, and not wider than the screen.
  /// - Returns: text with escape sequences; empty if the screen shows the lines.
  public mutating func text(for lines: [String]) -> String {
    var text = shown == nil ? "\u{1b}[H\u{1b}[2J" : ""
    let before = shown ?? []
    for row in 0..<max(lines.count, before.count) {
      let line = row < lines.count ? lines[row] : ""
      guard row >= before.count || before[row] != line else { continue }
      if shown == nil, line.isEmpty { continue }
      text += "\u{1b}[\(row + 1);1H" + (shown == nil ? "" : "\u{1b}[2K") + line
    }
    shown = lines
    return text
  }
}
