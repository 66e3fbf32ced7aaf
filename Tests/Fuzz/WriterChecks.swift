/// What has to hold for any real value that is written.
enum WriterChecks {
  static func check(_ input: [UInt8]) {
    let parts = input.split(separator: ASCII.newline, omittingEmptySubsequences: false).map(Array.init)
    commandLine(parts)
    let texts = parts.map { String(decoding: $0, as: UTF8.self) }
    environment(texts)
    let written = try? UnitValue.words(texts)
    if texts.allSatisfy(isPlain) { require(written != nil, "plain words are refused: \(texts)") }
    if let text = written {
      require(readBack(text), "words do not stand in a line: \(text)")
      require(words(text) == texts.map { Array($0.utf8) }, "words are not read back: \(text)")
    }
    for text in texts.prefix(10) { line(text) }
    if let text = try? UnitValue.directories(texts) {
      require(readBack(text), "directories are no line: \(text)")
    }
    build(texts)
  }

  // MARK: Steps

  private static func commandLine(_ parts: [[UInt8]]) {
    let arguments = [Array("/p".utf8)] + parts
    for noVariables in [true, false] {
      let written = try? UnitValue.commandLine(arguments, prefixes: .init(noVariables: noVariables))
      if parts.allSatisfy({ isPlain(String(decoding: $0, as: UTF8.self)) }) {
        require(written != nil, "a plain command is refused: \(arguments)")
      }
      guard let text = written else { continue }
      require(readBack(text), "a command does not stand in a line: \(text)")
      let command = (try? ExecCommand.parse(text)).flatMap { $0.count == 1 ? $0[0] : nil }
      let read = try? command?.expanded(specifiers: Specifiers(), environment: [])
      require(read?.arguments == arguments, "arguments are not read back: \(text)")
    }
    if let text = try? UnitValue.commandLine(parts) {
      let command = try? ExecCommand.parse(text).first
      let read = try? command?.expanded(specifiers: Specifiers(), environment: [])
      require(read?.program == parts[0] && read?.arguments == parts, "a program is not read back: \(text)")
    }
  }

  private static func environment(_ texts: [String]) {
    let variables = texts.enumerated().map { EnvironmentAssignment(name: "V\($0)", value: $1) }
    let written = try? UnitValue.environment(variables)
    if texts.allSatisfy(isPlain) { require(written != nil, "plain variables are refused: \(texts)") }
    guard let text = written else { return }
    require(readBack(text), "variables do not stand in a line: \(text)")
    let read = try? EnvironmentAssignment.parse(text, specifiers: Specifiers())
    require(read == variables, "variables are not read back: \(text)")
  }

  private static func line(_ value: String) {
    let written = try? UnitValue.line(value)
    if isPlain(value), value.utf8.last != ASCII.backslash {
      require(written != nil, "a plain line is refused: \(value)")
    }
    guard let text = written else { return }
    require(readBack(text), "a line is not read back: \(text)")
    require((try? Specifiers().expand(text)) == value, "a percent sign is lost: \(text)")
  }

  private static func build(_ texts: [String]) {
    var builder = UnitFileBuilder()
    var expected: [String] = []
    var section = ""
    for (index, text) in texts.enumerated() {
      switch index % 3 {
      case 0: if (try? builder.section(text)) != nil { section = text }
      case 1: builder.comment(text)
      default:
        if (try? builder.assign(text, texts[index - 1])) != nil {
          expected.append("[\(section)]\(text)=\(texts[index - 1])")
        }
      }
    }
    let file = builder.file(path: "f")
    require(file.problems.isEmpty, "a file that was built has problems: \(file.problems)")
    require(
      file.assignments.map { "[\($0.section)]\($0.key)=\($0.value)" } == expected,
      "a built file is not read back")
  }

  /// Whether a text is of visible ASCII characters only: every value of these can be written.
  private static func isPlain(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
  }

  private static func words(_ text: String) -> [[UInt8]] {
    var scanner = WordScanner(Array(text.utf8))
    var words: [[UInt8]] = []
    while let token = try? scanner.next(.plain) {
      words.append((try? Specifiers().expand(token.bytes)) ?? [])
    }
    return words
  }

  private static func readBack(_ text: String) -> Bool {
    let file = UnitFile(parsing: Array("[S]\nK=\(text)\nL=1\n".utf8), path: "f")
    return file.assignments.map(\.value) == [text, "1"] && file.problems.isEmpty
  }
}
