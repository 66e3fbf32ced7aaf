import UnitFiles

/// What stands in the program's place of a command.
extension LintRule {
  static let programs: [LintRule] = [
    LintRule(
      "L01", .error, "The program's path is relative",
      why: """
        systemd starts a program by its absolute path, or by a bare file name. It does not look below the working \
        directory: the whole line is ignored, and the service has no such command.
        """,
      bad: "[Service]\nExecStart=bin/server --port 8080\nWorkingDirectory=/srv/app\n",
      good: "[Service]\nExecStart=/srv/app/bin/server --port 8080\nWorkingDirectory=/srv/app\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      for (assignment, _) in unit.brokenCommands {
        guard let (program, offset) = brokenProgram(assignment), program.holds("/"),
          !program.hasPrefix("/"),
          !hasBadCharacters(program)
        else { continue }
        let folder = unit.text("WorkingDirectory").map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        let base = folder?.hasPrefix("/") == true ? folder ?? "/" : "/path/to/"
        let path = base + (program.hasPrefix("./") ? String(program.dropFirst(2)) : program)
        report.value(
          assignment, at: offset, length: program.unicodeScalars.count,
          "'\(program)' is not absolute, so systemd ignores the whole line", fix: "write '\(path)'")
      }
    },
    LintRule(
      "L02", .warning, "The program is given without its folder",
      why: """
        systemd looks a bare name up in a fixed list of folders, not in your PATH, so it may find another program \
        than your shell does, or none. systemd before 239 refuses it.
        """,
      bad: "[Service]\nExecStart=server --port 8080\n",
      good: "[Service]\nExecStart=/usr/bin/server --port 8080\n",
      ignore: "When the program stands in different folders on the machines that the unit is for.",
      isAdvice: true
    ) { unit, report in
      guard unit.text("ExecSearchPath") == nil else { return }
      for command in unit.commands where isBareName(command.program) && builtin(command) == nil {
        guard let word = command.command.words.first else { continue }
        let found = unit.search(command.program)
        let edit = found.flatMap { replacing(command, with: $0) }
        report.value(
          command.assignment, at: word.offset, length: command.program.unicodeScalars.count,
          found.map {
            "'\(command.program)' is looked up in systemd's own list of folders, which gives \($0)"
          }
            ?? "'\(command.program)' is looked up in systemd's own list of folders, where there is none",
          fix: "write '\(found ?? "/usr/bin/" + command.program)'", edit: edit,
          severity: found == nil && !unit.hasOtherRoot
            && !unit.isConditional(on: "/usr/bin/\(command.program)")
            ? .error : nil)
      }
    },
    LintRule(
      "L06", .error, "The command is one of the shell",
      why: """
        systemd runs programs, not lines of a shell. cd, source, export and NAME=VALUE before a command exist only \
        inside a shell, so there is no file to start.
        """,
      bad: "[Service]\nExecStartPre=cd /srv/app\nExecStart=/usr/bin/server\n",
      good: "[Service]\nWorkingDirectory=/srv/app\nExecStart=/usr/bin/server\n",
      ignore: "Never: the start fails with 203/EXEC."
    ) { unit, report in
      for command in unit.commands {
        guard let word = command.command.words.first, let fix = builtin(command) else { continue }
        report.value(
          command.assignment, at: word.offset, length: command.program.unicodeScalars.count,
          "'\(command.program)' is a part of the shell, not a program", fix: fix)
      }
    },
    LintRule(
      "L07", .error, "The program cannot be executed",
      why: """
        A program that is missing, that nobody may execute, or a script without a usable first line fails at the \
        start with status 203/EXEC.
        """,
      bad: "[Service]\nExecStart=/usr/bin/missing\n", good: "[Service]\nExecStart=/usr/bin/server\n",
      ignore: "When the program is installed later than the unit."
    ) { unit, report in
      guard !unit.hasOtherRoot else { return }
      for command in unit.commands where command.program.hasPrefix("/") && !command.program.holds("%") {
        guard let word = command.command.words.first, !unit.isConditional(on: command.program),
          let fault = unit.executionFault(command.program, in: command)
        else { continue }
        report.value(
          command.assignment, at: word.offset, length: command.program.unicodeScalars.count,
          fault.message, fix: fault.fix, severity: command.command.ignoresFailure ? .note : nil)
      }
    },
    LintRule(
      "L08", .error, "The program's path holds characters that systemd refuses",
      why:
        "A program whose path holds quotes, backslashes or control characters cannot be started in any spelling.",
      bad: "[Service]\nExecStart=\"/opt/it's/server\"\n", good: "[Service]\nExecStart=/opt/its/server\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      for (assignment, error) in unit.brokenCommands {
        guard error.message.holds("quotes, backslashes or control"),
          let (program, offset) = brokenProgram(assignment)
        else { continue }
        report.value(
          assignment, at: offset, length: program.unicodeScalars.count,
          "systemd executes no path with quotes, backslashes or control characters in it",
          fix: "rename the program, or start it through a link with a plain name")
      }
    },
  ]

  // MARK: Steps

  private static let prefixes: Set<Unicode.Scalar> = ["-", "@", ":", "+", "!", "|"]

  /// The first word of a command that cannot be read, without its prefixes.
  static func brokenProgram(_ assignment: Assignment) -> (text: String, offset: Int)? {
    guard let first = ValueWord.all(of: assignment.value).first else { return nil }
    var offset = first.offset
    var scalars = first.raw.unicodeScalars[...]
    while let scalar = scalars.first, prefixes.contains(scalar) {
      scalars.removeFirst()
      offset += 1
    }
    return (String(scalars), offset)
  }

  private static func hasBadCharacters(_ program: String) -> Bool {
    program.contains { $0 == "\"" || $0 == "'" || $0 == "\\" }
  }

  private static func isBareName(_ program: String) -> Bool {
    !program.isEmpty && !program.holds("/") && !program.holds("%") && !program.holds("$")
  }

  /// The value with the bare program replaced; nil where it is quoted, or not the first of several commands.
  private static func replacing(_ command: LintCommand, with path: String) -> Finding.Edit? {
    guard let word = command.command.words.first else { return nil }
    let scalars = Array(command.assignment.value.unicodeScalars)
    let end = word.offset + command.program.unicodeScalars.count
    guard end <= scalars.count,
      String(String.UnicodeScalarView(scalars[word.offset..<end])) == command.program
    else { return nil }
    var value = String.UnicodeScalarView(scalars[..<word.offset])
    value.append(contentsOf: path.unicodeScalars)
    value.append(contentsOf: scalars[end...])
    return .replaceValue(command.assignment, String(value))
  }

  private static let builtins = [
    "cd": "set WorkingDirectory=", "source": "set EnvironmentFile=, or run the shell: /bin/sh -c '...'",
    ".": "set EnvironmentFile=, or run the shell: /bin/sh -c '...'", "export": "set Environment=",
    "set": "run the shell: /bin/sh -c '...'", "unset": "set UnsetEnvironment=",
    "ulimit": "set a Limit...= setting",
    "umask": "set UMask=", "exec": "leave 'exec' out: systemd starts the program itself",
    "alias": "write the command itself", "eval": "run the shell: /bin/sh -c '...'",
    "if": "run the shell: /bin/sh -c '...'", "for": "run the shell: /bin/sh -c '...'",
    "while": "run the shell: /bin/sh -c '...'", "trap": "run the shell: /bin/sh -c '...'",
    "wait": "run the shell: /bin/sh -c '...'",
  ]

  /// What to write instead of a word that only a shell knows; nil for a program.
  private static func builtin(_ command: LintCommand) -> String? {
    let program = command.program
    if let fix = builtins[program] { return fix }
    guard let equals = program.firstIndex(of: "="), equals != program.startIndex,
      program[..<equals].allSatisfy({ $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) })
    else { return nil }
    return "set Environment=\(program)"
  }
}
