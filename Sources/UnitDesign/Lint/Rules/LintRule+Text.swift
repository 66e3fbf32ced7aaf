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
      for assignment in unit.assignments where !assignment.section.hasPrefix("X-") {
        for (line, offset) in continuedLines(assignment) {
          let text = line.drop { $0 == " " || $0 == "\t" }
          let offset = offset + line.unicodeScalars.count - text.unicodeScalars.count
          let isHeader = text.hasPrefix("[") && text.hasSuffix("]")
          let key = text.prefix { $0 != "=" && $0 != " " && $0 != "[" }
          let isSetting = key.count < text.count && text.dropFirst(key.count).hasPrefix("=")
          guard isHeader || (isSetting && !Catalogue.sections(of: String(key)).isEmpty) else { continue }
          report.value(
            assignment, at: offset, length: isHeader ? text.unicodeScalars.count : key.unicodeScalars.count,
            "'\(isHeader ? String(text) : key + "=")' belongs to the value of \(assignment.key)=: the line before ends in a backslash",
            fix: "remove the backslash")
          break
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
      for assignment in unit.assignments where unit.isRead(section: assignment.section) {
        guard !assignment.section.hasPrefix("X-"), let word = trailingComment(assignment) else { continue }
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

  /// The lines of a value behind its first one, each with its offset in scalars.
  private static func continuedLines(_ assignment: Assignment) -> [(line: Substring, offset: Int)] {
    let count = assignment.value.unicodeScalars.count
    guard count > 0, assignment.position(at: count - 1).line > assignment.valuePosition.line else {
      return []
    }
    var lines: [(Substring, Int)] = []
    var start: (index: String.Index, offset: Int)?
    var line = assignment.valuePosition.line
    var offset = 0
    for index in assignment.value.unicodeScalars.indices {
      let current = assignment.position(at: offset).line
      if current != line {
        if let start { lines.append((assignment.value[start.index..<index], start.offset)) }
        start = (index, offset)
        line = current
      }
      offset += 1
    }
    if let start { lines.append((assignment.value[start.index...], start.offset)) }
    return lines
  }

  static func trailingComment(_ assignment: Assignment) -> ValueWord? {
    guard assignment.value.contains("#") || assignment.value.contains(" ;"),
      let directive = Catalogue.directive(assignment.key, in: assignment.section)
    else { return nil }
    switch directive.kind {
    case .text, .other, .condition, .timer, .environment: return nil
    case .boolean, .choice, .words, .timeSpan, .nanoseconds, .unsigned, .integer, .size, .memory, .tasks,
      .percentage, .weight, .cpuWeight, .limit, .niceLevel, .oomScore, .signal, .mode, .exitStatus,
      .exitStatuses, .errorNumber, .path, .workingDirectory, .optionalPath, .paths, .folders, .binds, .watch,
      .listen, .command, .unit, .units, .slice, .urls, .names, .user, .users, .capabilities, .systemCalls,
      .architectures, .addressFamilies, .namespaces, .addresses, .credential, .delegate:
      break
    }
    let words = ValueWord.all(of: assignment.value)
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
