/// The content of an `EnvironmentFile=`, see `systemd.exec(5)`.
public enum EnvironmentFile {
  /// The variables of a file, in its order; what is wrong is left out, as systemd does.
  public static func parse(_ bytes: [UInt8]) -> [EnvironmentAssignment] {
    var problems: [UnitDiagnostic] = []
    return parse(bytes, path: "", problems: &problems)
  }

  /// The variables of a file, in its order; what is wrong is left out and told.
  ///
  /// The problems are lines without `=`, names that no variable may have, values that are not valid UTF-8,
  /// an open quote at the end, and a NUL byte, for which systemd refuses the whole file. At most
  /// `UnitFile.maximumProblems` are told.
  public static func parse(
    _ bytes: [UInt8], path: String, problems: inout [UnitDiagnostic]
  ) -> [EnvironmentAssignment] {
    var parser = EnvironmentFileParser(path: path)
    for byte in bytes {
      guard byte != 0 else {
        parser.report("a NUL byte: systemd does not read such a file")
        problems += parser.problems
        return []
      }
      parser.take(byte)
    }
    parser.finish()
    problems += parser.problems
    return parser.assignments
  }
}

/// The automaton that reads such a file: one state per place in `NAME="value"`.
private struct EnvironmentFileParser {
  private(set) var assignments: [EnvironmentAssignment] = []
  private(set) var problems: [UnitDiagnostic] = []

  private let path: String
  private var state = State.beforeName
  private var name: [UInt8] = []
  private var value: [UInt8] = []
  /// The length of the value up to its last character that is not unquoted whitespace.
  private var kept = 0
  private var line = 1
  private var nameLine = 1

  private enum State {
    case beforeName, name, beforeValue, value, valueEscape, singleQuoted, doubleQuoted, doubleQuotedEscape
    case comment
  }

  init(path: String) {
    self.path = path
  }

  mutating func take(_ byte: UInt8) {
    let endsLine = byte == ASCII.newline || byte == ASCII.carriageReturn
    switch state {
    case .beforeName:
      if byte == ASCII.hash || byte == ASCII.semicolon {
        state = .comment
      } else if !byte.isWhitespace {
        nameLine = line
        name = [byte]
        state = byte == ASCII.equals ? .beforeValue : .name
        if byte == ASCII.equals { name = [] }
      }
    case .name:
      if endsLine {
        reportName("there is no '=' in the line; it is ignored")
        state = .beforeName
      } else if byte == ASCII.equals {
        state = .beforeValue
      } else {
        name.append(byte)
      }
    case .beforeValue:
      takeBeforeValue(byte, endsLine)
    case .value:
      if endsLine {
        push()
      } else if byte == ASCII.backslash {
        state = .valueEscape
      } else {
        value.append(byte)
        if !byte.isWhitespace { kept = value.count }
      }
    case .valueEscape:
      state = .value
      if !endsLine { value.append(byte) }
      kept = value.count
    case .singleQuoted:
      if byte == ASCII.singleQuote { state = .beforeValue } else { appendQuoted(byte) }
    case .doubleQuoted:
      if byte == ASCII.doubleQuote {
        state = .beforeValue
      } else if byte == ASCII.backslash {
        state = .doubleQuotedEscape
      } else {
        appendQuoted(byte)
      }
    case .doubleQuotedEscape:
      state = .doubleQuoted
      if !Array("\"\\`$".utf8).contains(byte), byte != ASCII.newline { appendQuoted(ASCII.backslash) }
      if byte != ASCII.newline { appendQuoted(byte) }
    case .comment:
      // A backslash at the end of a comment has no meaning since systemd 254; before, it went on in the next line.
      if endsLine { state = .beforeName }
    }
    if byte == ASCII.newline { line += 1 }
  }

  mutating func finish() {
    switch state {
    case .beforeName, .comment: return
    case .name: reportName("there is no '=' in the line; it is ignored")
    case .singleQuoted, .doubleQuoted, .doubleQuotedEscape:
      reportName("the quote is not closed before the end of the file")
      push()
    case .beforeValue, .value, .valueEscape: push()
    }
  }

  mutating func report(_ message: String) {
    nameLine = line
    reportName(message)
  }

  // MARK: Steps

  private mutating func takeBeforeValue(_ byte: UInt8, _ endsLine: Bool) {
    if endsLine {
      push()
    } else if byte == ASCII.singleQuote {
      state = .singleQuoted
    } else if byte == ASCII.doubleQuote {
      state = .doubleQuoted
    } else if byte == ASCII.backslash {
      state = .valueEscape
    } else if !byte.isWhitespace {
      state = .value
      appendQuoted(byte)
    }
  }

  private mutating func appendQuoted(_ byte: UInt8) {
    value.append(byte)
    kept = value.count
  }

  private mutating func push() {
    let name = self.name[...].trimmed
    let value = self.value.prefix(kept)
    state = .beforeName
    self.name = []
    self.value = []
    kept = 0
    guard EnvironmentAssignment.isValidName(name) else {
      return reportName(EnvironmentAssignment.wrongName(name))
    }
    guard EnvironmentAssignment.isValidValue(value) else {
      return reportName("the value of '\(name.text)' is not valid UTF-8; it is ignored")
    }
    assignments.append(EnvironmentAssignment(name: name.text, value: value.text))
  }

  private mutating func reportName(_ message: String) {
    guard problems.count < UnitFile.maximumProblems else { return }
    problems.append(
      UnitDiagnostic(position: Position(path: path, line: nameLine, column: 1), message: message))
  }
}
