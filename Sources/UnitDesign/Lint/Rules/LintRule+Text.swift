import UnitFiles

/// Lines that run into each other, and comments where there are none.
extension LintRule {
  static let text: [LintRule] = [
    LintRule(
      "L12", .error, "A backslash at the end of a line swallows the next line",
      why: """
        A backslash at the end joins the next line to the value. When that line is a setting of its own, it is lost \
        without a word, and the value is wrong.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --port 8080 \\\nUser=app\n",
      good: "[Service]\nExecStart=/usr/bin/server --port 8080\nUser=app\n",
      ignore: "When the program takes NAME=VALUE arguments whose names are those of settings."
    ) { unit, report in
      for file in unit.unit.files {
        for lost in swallowed(in: file) {
          report.place(
            lost.position, length: lost.text.unicodeScalars.count,
            "'\(lost.text)' belongs to the value before it: that line ends in a backslash",
            fix: "remove the backslash")
        }
      }
    },
    LintRule(
      "L13", .error, "A comment stands behind a value",
      why: """
        A comment needs a line of its own. Behind a value it is a part of it: the value is not understood and \
        ignored, and a command gets '#' and the words after it as arguments.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nRestart=always # whatever happens\n",
      good: "[Service]\nExecStart=/usr/bin/server\n# Whatever happens.\nRestart=always\n",
      ignore: "When the program wants an argument '#'; put it in quotes then."
    ) { unit, report in
      for setting in unit.settings where setting.isRead && !setting.isOthers {
        guard let word = trailingComment(setting) else { continue }
        let assignment = setting.assignment
        let isCommand = assignment.key.hasPrefix("Exec")
        let value = String(
          String.UnicodeScalarView(assignment.value.unicodeScalars.prefix(word.offset))
        ).trimmingSpaces
        report.value(
          assignment, at: word.offset,
          isCommand
            ? "'\(word.raw)' and what follows are arguments of the program, not a comment"
            : "the comment is a part of the value",
          fix: "put the comment on a line of its own",
          edit: comment(value, assignment, word))
      }
    },
  ]

  // MARK: Steps

  /// The comment on a line of its own before the value.
  private static func comment(_ value: String, _ assignment: Assignment, _ word: ValueWord) -> Finding.Edit {
    let scalars = assignment.value.unicodeScalars.dropFirst(word.offset)
    let text = String(String.UnicodeScalarView(scalars.drop { $0 == "#" || $0 == ";" || $0 == " " }))
    return .splitComment(assignment, value: value, comment: text)
  }

  /// Settings and headers that stand on a line which continues another one, the first of each value.
  private static func swallowed(in file: UnitFile) -> [(position: Position, text: String)] {
    var found: [(Position, String)] = []
    var section = ""
    var isContinued = false
    var isReported = false
    var number = 0
    for bytes in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      var line = bytes.drop { $0 == 0x20 || $0 == 0x09 }
      let column = line.startIndex - bytes.startIndex + 1
      while let last = line.last, last == 0x0d { line = line.dropLast() }
      if line.first == UInt8(ascii: "#") || line.first == UInt8(ascii: ";") { continue }
      let header = line.first == UInt8(ascii: "[") && line.last == UInt8(ascii: "]")
      if isContinued, !isReported, !section.hasPrefix("X-"), let text = header ? text(line) : setting(line) {
        found.append((Position(path: file.path, line: number, column: column), text))
        isReported = true
      }
      if header, !isContinued { section = text(line.dropFirst().dropLast()) }
      isContinued = !line.reversed().prefix { $0 == UInt8(ascii: "\\") }.count.isMultiple(of: 2)
      if !isContinued { isReported = false }
    }
    return found
  }

  /// `Key=` at the beginning of a line, where a setting has this name.
  private static func setting(_ line: ArraySlice<UInt8>) -> String? {
    guard let equals = line.prefix(64).firstIndex(of: UInt8(ascii: "=")) else { return nil }
    let key = text(line[..<equals])
    return Catalogue.sections(of: key).isEmpty ? nil : key + "="
  }

  private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  static func trailingComment(_ setting: LintSetting) -> ValueWord? {
    guard let directive = setting.directive, setting.value.holds("#") || setting.value.holds(" ;") else {
      return nil
    }
    switch directive.kind {
    case .text, .other, .condition, .timer, .environment: return nil
    case .boolean, .choice, .words, .timeSpan, .nanoseconds, .unsigned, .integer, .size, .memory, .tasks,
      .percentage, .weight, .cpuWeight, .limit, .niceLevel, .oomScore, .signal, .mode, .exitStatus,
      .exitStatuses, .errorNumber, .path, .workingDirectory, .optionalPath, .paths, .folders, .binds, .watch,
      .listen, .command, .unit, .units, .slice, .urls, .names, .user, .users, .capabilities, .systemCalls,
      .architectures, .addressFamilies, .namespaces, .addresses, .credential, .delegate:
      break
    }
    let words = ValueWord.all(of: setting.value)
    // A lone semicolon divides commands.
    let marks = directive.kind == .command ? ["#"] : ["#", ";"]
    guard
      let index = words.dropFirst().firstIndex(where: { word in marks.contains { word.raw.hasPrefix($0) } })
    else { return nil }
    // "#1" alone may be meant; a comment has words, or a blank behind its mark.
    let isComment = words[index].raw == "#" || words[index].raw == ";" || index + 1 < words.count
    return isComment || directive.kind != .command ? words[index] : nil
  }
}

extension String {
  /// The text without blanks at its end.
  fileprivate var trimmingSpaces: String {
    var text = self
    while text.last == " " || text.last == "\t" { text.removeLast() }
    return text
  }
}
