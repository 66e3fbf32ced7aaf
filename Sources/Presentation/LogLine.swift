/// An entry of a log as a terminal shows it: who said it and when, and the message, of which nothing can steer the
/// terminal.
public struct LogLine: Sendable, Hashable {
  /// A mark in the place of the sender: something that happened to a unit.
  public struct Mark: Sendable, Hashable {
    /// The unit.
    public let unit: String
    /// What happened, in a word or two.
    public let word: String
    /// Whether that is as it should be; nil for what is neither good nor bad.
    public let style: Palette.Style?
    /// The sign before it.
    public let glyph: Palette.Glyph

    /// Describes a mark.
    public init(unit: String, word: String, style: Palette.Style?, glyph: Palette.Glyph) {
      self.unit = unit
      self.word = word
      self.style = style
      self.glyph = glyph
    }
  }

  /// When, as text.
  public let time: String
  /// Who, such as `web[123]`.
  public let sender: String
  /// The message, of any bytes and of any number of lines.
  public let message: [UInt8]
  /// The syslog level; nil for none.
  public let priority: Int?
  /// What is drawn in place of the sender.
  public let mark: Mark?

  /// Describes an entry.
  public init(time: String, sender: String, message: [UInt8], priority: Int? = nil, mark: Mark? = nil) {
    self.time = time
    self.sender = sender
    self.message = message
    self.priority = priority
    self.mark = mark
  }

  /// The lines with a newline at the end of each; what follows a message's first line is set in below it.
  public func text(_ palette: Palette) -> String {
    let lines = Self.lines(of: message)
    guard let mark else {
      let head = "\(time) \(DisplayText.escaped(sender)): "
      let style = Self.style(ofPriority: priority)
      let indent = lines.count > 1 ? String(repeating: " ", count: DisplayText.width(head)) : ""
      var result = ""
      for (index, line) in lines.enumerated() {
        result += (index == 0 ? head : indent) + palette.styled(line, style) + "\n"
      }
      return result
    }
    let rule = palette.hasUnicode ? "──" : "--"
    let unit = DisplayText.escaped(mark.unit)
    let head = palette.styled(
      "\(rule)\(palette.glyph(mark.glyph)) \(unit) \(mark.word) \(rule)", mark.style ?? .strong)
    // The manager's own words begin with the unit, which the mark has named.
    let words = lines.joined(separator: " ")
    let prefix = "\(unit): "
    return "\(time) \(head) \(words.hasPrefix(prefix) ? String(words.dropFirst(prefix.count)) : words)\n"
  }

  /// The lines as rows of a screen so many columns wide, each in the colour of the entry's meaning.
  public func rows(_ palette: Palette, width: Int) -> [String] {
    let style = mark.map { $0.style ?? .strong } ?? Self.style(ofPriority: priority)
    return text(Palette(hasColour: false, hasUnicode: palette.hasUnicode)).split(separator: "\n")
      .flatMap { DisplayText.pieces(String($0), of: max(width, 1)) }
      .map { palette.styled($0, style) }
  }

  /// A message's lines, escaped; at least one, and no empty ones at the end.
  public static func lines(of message: [UInt8]) -> [String] {
    var lines = message.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    while lines.count > 1, lines.last?.isEmpty == true { lines.removeLast() }
    return lines.map { DisplayText.escaped(String(decoding: $0, as: UTF8.self)) }
  }

  /// The colour of a syslog level.
  public static func style(ofPriority priority: Int?) -> Palette.Style? {
    guard let priority else { return nil }
    return switch priority {
    case ...3: .bad
    case 4: .warning
    case 5: .strong
    case 7...: .faint
    default: nil
    }
  }
}
