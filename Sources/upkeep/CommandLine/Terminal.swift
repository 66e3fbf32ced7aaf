import Glibc
import Presentation

/// What standard output can show: colours, glyphs and width.
struct Terminal: Sendable {
  /// Whether a person looks at it.
  let isInteractive: Bool
  /// Whether colours are wanted: SYSTEMD_COLORS wins over NO_COLOR, which wins over what the terminal can.
  let hasColour: Bool
  /// Whether it shows more than ASCII.
  let hasUnicode: Bool
  /// The columns; 80 where nobody knows.
  let width: Int

  /// Looks at a descriptor and the environment.
  init(_ descriptor: Int32 = 1, _ environment: (String) -> String? = Self.variable) {
    isInteractive = isatty(descriptor) == 1
    let isDumb = environment("TERM") == "dumb" || environment("TERM") == nil
    if let wanted = environment("SYSTEMD_COLORS"), !wanted.isEmpty {
      hasColour = !["0", "no", "false", "off"].contains(wanted.lowercased())
    } else {
      hasColour = isInteractive && !isDumb && (environment("NO_COLOR") ?? "").isEmpty
    }
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    hasUnicode = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    var size = winsize()
    let asked = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? Int(size.ws_col) : 0
    width = environment("COLUMNS").flatMap { Int($0) } ?? (asked > 0 ? asked : 80)
  }

  /// The value of a variable of the process's environment.
  static func variable(_ name: String) -> String? {
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }

  /// The text in the colour of its meaning, or as it is where there are no colours.
  func styled(_ text: String, _ style: Palette.Style) -> String { palette.styled(text, style) }
}
