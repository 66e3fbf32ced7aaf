extension UnitFile {
  /// A statement of a file: a line, several that are joined by continuation, or a run of blank lines.
  public struct Statement: Sendable, Hashable {
    /// What a statement is.
    public enum Content: Sendable, Hashable {
      /// One or more lines with nothing but whitespace.
      case blank
      /// A comment: what stands behind its `#` or `;`, without the whitespace around it.
      case comment(String)
      /// The header of a section, by its name.
      case section(String)
      /// `Key=Value`.
      case assignment(Assignment)
      /// Lines that systemd does not use; the file's `problems` say why.
      case unused
    }

    /// What it is.
    public var content: Content
    /// Its bytes as text, with the ends of its lines; what is not UTF-8 shows as U+FFFD.
    public var text: String
    /// Where it begins: at its first character that is not whitespace, or at the start of a blank line.
    public var position: Position
    /// Its index among the file's statements.
    var index: Int
  }

  /// All that stands in the file, in its order: their texts put together are the file.
  ///
  /// Comments between continuation lines belong to the statement that they stand in.
  public var statements: [Statement] {
    entries.enumerated().map { index, entry in
      Statement(
        content: content(of: entry), text: entry.bytes.text, position: position(of: entry), index: index)
    }
  }

  // MARK: Steps

  private func content(of entry: Entry) -> Statement.Content {
    switch entry.content {
    case .blank: .blank
    case .comment: .comment(withoutMark(entry.bytes))
    case .section(let name): .section(name)
    case .assignment(let assignment): .assignment(assignment)
    case .unused: .unused
    }
  }

  private func withoutMark(_ bytes: [UInt8]) -> String {
    let text = bytes[...].drop { $0 != ASCII.hash && $0 != ASCII.semicolon }.dropFirst()
    return text.drop { $0.isWhitespace }.text.trimmedEnd
  }

  private func position(of entry: Entry) -> Position {
    let start = Position(path: path, line: entry.line, column: 1)
    guard entry.content != .blank else { return start }
    let text = entry.bytes.starts(with: UnitFile.byteOrderMark) ? entry.bytes.dropFirst(3) : entry.bytes[...]
    return start.advanced(by: text.prefix { $0 == ASCII.space || $0 == ASCII.tab }.count)
  }
}

extension String {
  /// The text without whitespace and NUL at its end.
  fileprivate var trimmedEnd: String {
    var text = utf8[...]
    while let last = text.last, last.isWhitespace || last == 0 { text.removeLast() }
    return String(text) ?? self
  }
}
