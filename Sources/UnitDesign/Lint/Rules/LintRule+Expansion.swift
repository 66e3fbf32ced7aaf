import UnitFiles

/// Percent and dollar signs, quotes and escapes.
extension LintRule {
  static let expansion: [LintRule] = [
    LintRule(
      "L09", .error, "A percent sign begins a specifier",
      why: """
        In most values '%' and a letter stand for something: %m is the machine's ID, %d the folder of credentials. \
        One that does not exist makes systemd ignore the line, in a command it makes the start fail.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --log-name +%Y-%m-%d\n",
      good: "[Service]\nExecStart=/usr/bin/server --log-name +%%Y-%%m-%%d\n",
      ignore: "When every letter is meant as the specifier that it is."
    ) { unit, report in
      for setting in unit.settings where setting.isRead && !setting.isOthers && setting.value.holds("%") {
        guard let kind = setting.kind, expandsSpecifiers(kind) else { continue }
        checkPercent(setting.assignment, unit.context.version, &report)
      }
    },
    LintRule(
      "L10", .warning, "A variable is filled in by systemd, and nothing sets it",
      why: """
        systemd fills $NAME and ${NAME} in before the program starts, also in the script of sh -c. A variable that \
        is not set makes a word of its own vanish and the rest of a word empty.
        """,
      bad: "[Service]\nExecStart=/bin/sh -c 'for i in 1 2; do echo ${i}; done'\n",
      good: "[Service]\nExecStart=/bin/sh -c 'for i in 1 2; do echo $${i}; done'\n",
      ignore: "When the variable comes from DefaultEnvironment= or 'systemctl set-environment'.",
      isAdvice: true
    ) { unit, report in
      let known = unit.knownVariables
      // What stands in a file that nobody can read here may set anything.
      guard let known else { return }
      for command in unit.commands where !command.command.noVariables {
        for word in command.arguments where !word.isLiteral {
          for variable in variables(in: word.text, isWhole: word.splitVariable) {
            let isKnown = known.contains(variable.name) || isSystemVariable(variable.name, key: command.key)
            if isKnown { continue }
            let isScript = word == command.shellScript
            // A word of its own that may be set in the unit's file of options is there to be left empty.
            let isOption = variable.isWhole && !unit.values("EnvironmentFile").isEmpty
            let effect =
              isScript
              ? "'\(variable.text)' is filled in by systemd and not by the shell; nothing sets it, so it is empty"
              : "nothing in the unit sets '\(variable.name)', so '\(variable.text)' "
                + (variable.isWhole ? "vanishes" : "is empty")
            report.value(
              command.assignment, at: word.offset, length: word.text.unicodeScalars.count, effect,
              fix: isScript
                ? "write '$\(variable.text)'"
                : "set it with Environment=, or write '$\(variable.text)' for a dollar sign",
              severity: isOption ? .note : nil)
            break
          }
        }
      }
    },
    LintRule(
      "L11", .error, "A quote is not closed, or an escape is not known",
      why: """
        A value with an open quote is ignored as a whole. A backslash before a letter that is no escape stays in \
        commands, with a warning at each reload, and makes systemd ignore other values.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --name \"my app\nUser=app\n",
      good: "[Service]\nExecStart=/usr/bin/server --name \"my app\"\nUser=app\n",
      ignore: "Never."
    ) { unit, report in
      for (assignment, error) in unit.brokenCommands where error.message.holds("quote is not closed") {
        report.value(
          assignment, at: error.offset, length: 1, "the quote is not closed, so the whole line is ignored",
          fix: "close it, or write \\\" for a quote sign")
      }
      for command in unit.commands { unknownEscapes(command, &report) }
      for setting in unit.settings where setting.isRead {
        do throws(ValueError) {
          try checkQuotes(setting)
        } catch {
          report.value(
            setting.assignment, at: error.offset, length: 1, "\(error.message); systemd ignores what follows")
        }
      }
    },
  ]

  // MARK: Specifiers

  static func expandsSpecifiers(_ kind: ValueKind) -> Bool {
    switch kind {
    case .command, .path, .workingDirectory, .optionalPath, .paths, .folders, .binds, .environment, .text,
      .user,
      .users, .units, .unit, .condition, .listen, .watch, .credential, .urls, .slice:
      true
    case .boolean, .choice, .words, .timeSpan, .nanoseconds, .timer, .unsigned, .integer, .size, .memory,
      .tasks,
      .percentage, .weight, .cpuWeight, .limit, .niceLevel, .oomScore, .signal, .mode, .exitStatus,
      .exitStatuses, .errorNumber, .names, .capabilities, .systemCalls, .architectures, .addressFamilies,
      .namespaces, .addresses, .delegate, .other:
      false
    }
  }

  private static let dateLetters = Set<Character>("YymdHMSjF")

  private static func checkPercent(_ assignment: Assignment, _ version: Int, _ report: inout LintReport) {
    let scalars = Array(assignment.value.unicodeScalars)
    let letters = Specifiers.occurrences(in: assignment.value)
    let known = Specifiers.letters(version: version)
    if let unknown = letters.first(where: { !known.contains($0.letter) }) {
      report.value(
        assignment, at: unknown.offset, length: 2,
        "'%\(unknown.letter)' is no specifier of systemd \(version), so it "
          + (assignment.key.hasPrefix("Exec") ? "cannot start the command" : "ignores the line"),
        fix: "write '%%' for a percent sign")
      return
    }
    // Three letters of a date in a row are no specifiers by intention.
    let dates = letters.filter { dateLetters.contains($0.letter) }
    guard let first = dates.first, dates.count >= 2, let last = dates.last, last.offset - first.offset <= 12,
      first.offset == 0 || scalars[first.offset - 1] == "+" || dates.count >= 3
    else { return }
    report.value(
      assignment, at: first.offset, length: last.offset + 2 - first.offset,
      "'\(text(scalars[first.offset..<last.offset + 2]))' is rewritten by systemd before the program sees it",
      fix: "write '%%' for each percent sign of a date")
  }

  private static func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    String(String.UnicodeScalarView(scalars))
  }

  // MARK: Variables

  private struct Variable {
    var name: String
    var text: String
    var isWhole: Bool
  }

  private static func variables(in word: String, isWhole: String?) -> [Variable] {
    if let name = isWhole { return isName(name) ? [Variable(name: name, text: word, isWhole: true)] : [] }
    var found: [Variable] = []
    let scalars = Array(word.unicodeScalars)
    var index = 0
    while index + 1 < scalars.count {
      guard scalars[index] == "$" else {
        index += 1
        continue
      }
      if scalars[index + 1] == "{", let end = scalars[index...].firstIndex(of: "}") {
        let name = text(scalars[(index + 2)..<end])
        // ${NAME:-default} and ${NAME:+alternate} say themselves what happens.
        if isName(name) { found.append(Variable(name: name, text: "${\(name)}", isWhole: false)) }
        index = end + 1
      } else {
        index += 2
      }
    }
    return found
  }

  private static func isName(_ name: String) -> Bool {
    guard let first = name.unicodeScalars.first, first.isASCII, !("0"..."9").contains(first) else {
      return false
    }
    return name.unicodeScalars.allSatisfy {
      $0 == "_" || ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
    }
  }

  // MARK: Escapes

  /// Reads a list as systemd takes it apart, which differs from setting to setting.
  private static func checkQuotes(_ setting: LintSetting) throws(ValueError) {
    let bytes = Array(setting.value.utf8)
    if setting.kind == .environment {
      _ = try WordList.parse(setting.value)
    } else if setting.kind == .paths || setting.kind == .binds {
      var words = WordScanner(bytes)
      while try words.next(.plain) != nil {}
    } else if setting.kind == .folders {
      var tuples = WordScanner(bytes)
      while let tuple = try tuples.next(.kept) {
        var parts = WordScanner(tuple.bytes, separator: .colons)
        do throws(ValueError) {
          while try parts.next(.strict, .literal) != nil {}
        } catch {
          throw ValueError(message: error.message, offset: tuple.offset + error.offset)
        }
      }
    }
  }

  private static let escapes = Set("abfnrtvs\\\"'xuU01234567;".unicodeScalars)

  private static func unknownEscapes(_ command: LintCommand, _ report: inout LintReport) {
    let scalars = Array(command.assignment.value.unicodeScalars)
    guard let first = command.command.words.first, let last = command.command.words.last else { return }
    var index = first.offset
    let end = min(last.offset + last.text.unicodeScalars.count + 2, scalars.count)
    while index + 1 < end {
      guard scalars[index] == "\\" else {
        index += 1
        continue
      }
      if !escapes.contains(scalars[index + 1]) {
        report.value(
          command.assignment, at: index, length: 2,
          "'\\\(scalars[index + 1])' is no escape that systemd knows; it warns at each reload",
          fix: #"write '\\' for a backslash"#, severity: .warning)
        return
      }
      index += 2
    }
  }
}
