/// Reads the lines of a unit file into statements, in one pass.
struct UnitFileParser {
  private(set) var entries: [UnitFile.Entry] = []
  private(set) var problems: [UnitDiagnostic] = []
  /// The number of entries before the one at which systemd stops reading; nil when it reads all of them.
  private(set) var readableCount: Int?

  private let path: String
  private let bytes: [UInt8]
  private var reader: LineReader
  private var lineNumber = 0
  private var section = Section.none
  private var statement = Statement()
  private var byteOrderMarkSeen = false

  private enum Section {
    case none
    case named(String)
  }

  /// A statement while its lines come in.
  private struct Statement {
    /// The content of its lines, joined; comment lines between them are left out.
    var text: [UInt8] = []
    /// Where each line's part of the text begins.
    var pieces: [Piece] = []
    /// Where its first line begins in the file.
    var start = 0
    /// The number of its first line.
    var line = 1
  }

  private struct Piece {
    var offset: Int
    var position: Position
  }

  init(bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    reader = LineReader(bytes)
  }

  mutating func run() {
    while let line = reader.readLine() {
      lineNumber += 1
      guard read(line) else {
        // systemd gives the file up here; the rest is kept as it is.
        append(.unused, upTo: bytes.count)
        return
      }
    }
    guard !statement.pieces.isEmpty else { return }
    _ = finish(upTo: bytes.count)
    if !entries.isEmpty { entries[entries.count - 1].isOpen = true }
  }

  // MARK: Lines

  /// Takes one physical line; false when systemd would stop reading the file at it.
  private mutating func read(_ line: LineReader.Line) -> Bool {
    let content = withoutByteOrderMark(bytes[line.content])
    if let nul = line.nul {
      let column = bytes[content.startIndex..<nul].scalarCount
      report("a NUL byte ends the line here; remove it", at: here.advanced(by: column))
    }
    guard line.content.count < UnitFile.maximumLineLength else {
      return giveUpOnLength()
    }
    let mark = content.first { !$0.isWhitespace }
    if mark == ASCII.hash || mark == ASCII.semicolon {
      // A comment between continuation lines does not end the statement, and never continues itself.
      if statement.pieces.isEmpty { append(.comment, upTo: line.end) }
      return true
    }
    let continues = !content.reversed().prefix(while: { $0 == ASCII.backslash }).count.isMultiple(of: 2)
    guard statement.text.count + content.count <= UnitFile.maximumLineLength else {
      return giveUpOnLength()
    }
    statement.pieces.append(Piece(offset: statement.text.count, position: here))
    statement.text += content
    guard !continues else {
      statement.text[statement.text.count - 1] = ASCII.space
      return true
    }
    return finish(upTo: line.end)
  }

  private mutating func withoutByteOrderMark(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard !byteOrderMarkSeen, line.first == 0xef, line.starts(with: [0xef, 0xbb, 0xbf]) else { return line }
    byteOrderMarkSeen = true
    return line.dropFirst(3)
  }

  private mutating func giveUpOnLength() -> Bool {
    readableCount = entries.count
    report(
      "the line is longer than \(UnitFile.maximumLineLength) bytes; systemd does not read the file any further",
      at: here)
    return false
  }

  // MARK: Statements

  /// Makes an entry of the statement that has come in; false when systemd would stop reading the file at it.
  private mutating func finish(upTo end: Int) -> Bool {
    let (content, goesOn) = meaning()
    if !goesOn { readableCount = entries.count }
    append(content, upTo: end)
    return goesOn
  }

  private mutating func append(_ content: UnitFile.Entry.Content, upTo end: Int) {
    if content == .blank, entries.last?.content == .blank {
      entries[entries.count - 1].bytes += bytes[statement.start..<end]
    } else if statement.start < end {
      entries.append(
        UnitFile.Entry(
          bytes: Array(bytes[statement.start..<end]), content: content, line: statement.line))
    }
    statement = Statement(start: end, line: lineNumber + 1)
  }

  private mutating func meaning() -> (UnitFile.Entry.Content, goesOn: Bool) {
    let text = statement.text[...].trimmed
    guard let first = text.first else { return (.blank, true) }
    if let invalid = UTF8Text.firstInvalid(in: text) {
      report("the line is not valid UTF-8 and is ignored", at: invalid)
      return (.unused, true)
    }
    if first == ASCII.openBracket { return header(text) }
    guard let equals = text.firstIndex(of: ASCII.equals) else {
      report(missingEquals(text), at: text.startIndex)
      return (.unused, true)
    }
    let key = text[..<equals].trimmed
    guard !key.isEmpty else {
      report("there is no key before '='; the line is ignored", at: text.startIndex)
      return (.unused, true)
    }
    guard case .named(let name) = section else {
      report("'\(key.text)=' stands before any section header and is ignored", at: text.startIndex)
      return (.unused, true)
    }
    return (.assignment(assignment(section: name, key: key, behind: text[(equals + 1)...])), true)
  }

  private mutating func header(_ text: ArraySlice<UInt8>) -> (UnitFile.Entry.Content, goesOn: Bool) {
    let giveUp = "; systemd does not read the file any further"
    guard text.count > 1, text.last == ASCII.closeBracket else {
      report("the section header '\(text.text)' does not end with ']'\(giveUp)", at: text.startIndex)
      return (.unused, false)
    }
    let name = text.dropFirst().dropLast()
    let isBad = { (byte: UInt8) in
      byte.isControl || byte == ASCII.backslash || byte == ASCII.singleQuote || byte == ASCII.doubleQuote
    }
    if let bad = name.firstIndex(where: isBad) {
      report("a section name cannot hold quotes, backslashes or control characters\(giveUp)", at: bad)
      return (.unused, false)
    }
    if name.isEmpty { report("the section header has no name", at: text.startIndex) }
    section = .named(name.text)
    return (.section(name.text), true)
  }

  private func assignment(
    section: String, key: ArraySlice<UInt8>, behind: ArraySlice<UInt8>
  ) -> Assignment {
    let value = behind.trimmed
    // An empty slice is trimmed to its end, which is just behind the "=".
    let start = value.isEmpty ? behind.startIndex : value.startIndex
    var assignment = Assignment(
      section: section, key: key.text, value: value.text,
      position: position(of: key.startIndex), valuePosition: position(of: start))
    assignment.statement = entries.count
    var offset = 0
    var index = start
    for piece in statement.pieces where piece.offset > start && piece.offset < value.endIndex {
      offset += statement.text[index..<piece.offset].scalarCount
      index = piece.offset
      assignment.continuations.append(.init(offset: offset, position: piece.position))
    }
    return assignment
  }

  private func missingEquals(_ text: ArraySlice<UInt8>) -> String {
    text.starts(with: Array(".include".utf8))
      ? "'.include' is not supported by systemd any more; use a drop-in"
      : "there is no '=' in the line; it is ignored"
  }

  // MARK: Positions

  private var here: Position { Position(path: path, line: lineNumber, column: 1) }

  private func position(of offset: Int) -> Position {
    guard let piece = statement.pieces.last(where: { $0.offset <= offset }) else { return here }
    return piece.position.advanced(by: statement.text[piece.offset..<offset].scalarCount)
  }

  private mutating func report(_ message: String, at offset: Int) {
    report(message, at: position(of: offset))
  }

  private mutating func report(_ message: String, at position: Position) {
    guard problems.count < UnitFile.maximumProblems else { return }
    let isLast = problems.count == UnitFile.maximumProblems - 1
    problems.append(
      UnitDiagnostic(
        position: position, message: isLast ? "there are more problems; the rest is not listed" : message))
  }
}
