import UnitFiles

/// What only a shell would understand.
extension LintRule {
  static let shell: [LintRule] = [
    LintRule(
      "L03", .error, "An operator of the shell stands in a command",
      why: """
        systemd runs no shell. '>', '|', '&&' and the like are handed to the program as arguments: nothing is \
        redirected, nothing is piped, and the program may fail on them.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server > /var/log/server.log 2>&1\n",
      good: "[Service]\nExecStart=/usr/bin/server\nStandardOutput=append:/var/log/server.log\n",
      ignore: "When the program itself takes such an argument; then put it in quotes."
    ) { unit, report in
      for command in unit.commands {
        let starts = Set(command.arguments.map(\.offset))
        for word in ValueWord.all(of: command.assignment.value) {
          guard isOperator(word.raw), starts.contains(word.offset) else { continue }
          report.word(
            word, of: command.assignment,
            "'\(word.raw)' is handed to \(command.name) as an argument: systemd runs no shell",
            fix: operatorFix(word.raw))
          break
        }
      }
    },
    LintRule(
      "L04", .error, "A command substitution stands in a command",
      why: "'$(...)' and backticks are the shell's. Without one the program gets them letter by letter.",
      bad: "[Service]\nExecStart=/usr/bin/server --host $(hostname)\n",
      good: "[Service]\nExecStart=/usr/bin/server --host %H\n",
      ignore: "When the program takes such an argument itself."
    ) { unit, report in
      for command in unit.commands where !command.takesScript {
        for word in command.arguments where word.text.holds("$(") || word.text.holds("`") {
          report.value(
            command.assignment, at: word.offset, length: word.text.unicodeScalars.count,
            "the command in '\(word.text)' is not run: systemd runs no shell",
            fix: "use a specifier such as %H, an ExecStartPre= that writes a file, or /bin/sh -c '...'")
          break
        }
      }
    },
    LintRule(
      "L05", .warning, "A pattern or a tilde is not expanded",
      why: "'*', '?' and '~' are filled in by a shell. Here the program gets them as they stand.",
      bad: "[Service]\nExecStart=/usr/bin/server /etc/server/*.conf\n",
      good: "[Service]\nExecStart=/usr/bin/server /etc/server/main.conf\n",
      ignore: "When the program expands the pattern itself, as rsync, find and logrotate do."
    ) { unit, report in
      for command in unit.commands where !command.takesScript {
        // Once, as it is a new array each time.
        let arguments = command.arguments
        for (index, word) in arguments.enumerated() {
          let text = word.text
          let option = index > 0 ? arguments[index - 1].text : ""
          // An option of this name says that the program fills the pattern in itself.
          if patternOptions.contains(where: option.holds) { continue }
          let isPath = text.hasPrefix("/") || text.hasPrefix("./")
          let isPattern = isPath && (text.holds("*") || text.holds("?"))
          guard isPattern || text.hasPrefix("~/") || text == "~" else { continue }
          report.value(
            command.assignment, at: word.offset, length: text.unicodeScalars.count,
            "\(command.name) gets '\(text)' as it stands: systemd fills in no patterns and no '~'",
            fix: "write the whole path; %h is the home directory")
        }
      }
    },
    LintRule(
      "L40", .warning, "The program is started through another that changes the user or detaches",
      why: """
        sudo and su open a session and fail under NoNewPrivileges=; nohup, setsid and screen are for terminals. \
        systemd then watches the helper and not the program.
        """,
      bad: "[Service]\nExecStart=/usr/bin/sudo -u app /usr/bin/server\n",
      good: "[Service]\nUser=app\nExecStart=/usr/bin/server\n",
      ignore: "When the helper does more than change the user, and the service sets no NoNewPrivileges="
    ) { unit, report in
      for command in unit.commands {
        guard let fix = wrappers[command.name], let word = command.command.words.first else { continue }
        report.value(
          command.assignment, at: word.offset, length: command.program.unicodeScalars.count,
          "systemd watches '\(command.name)' and not the program behind it", fix: fix)
      }
    },
    LintRule(
      "L41", .warning, "ExecStop= only kills the main process",
      why: """
        systemd sends KillSignal= to all processes by itself. An ExecStop= with kill comes before that, ends at \
        once, and the rest is killed while the main process still shuts down.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nExecStop=/bin/kill -QUIT $MAINPID\n",
      good: "[Service]\nExecStart=/usr/bin/server\nKillSignal=SIGQUIT\n",
      ignore: "When a KillMode= other than control-group makes it necessary.", isAdvice: true
    ) { unit, report in
      for command in unit.commands where command.key == "ExecStop" && command.name == "kill" {
        let words = command.arguments.map(\.text)
        guard words.contains("$MAINPID") || words.contains("${MAINPID}") else { continue }
        let signal = words.lazy.compactMap { word -> String? in
          let name = word.hasPrefix("-") ? String(word.dropFirst()) : word
          guard let number = try? SignalName.number(of: name),
            word.hasPrefix("-") || !name.allSatisfy(\.isNumber)
          else { return nil }
          return SignalName.name(of: number)
        }.first
        report.value(
          command.assignment,
          "systemd sends the signal by itself; this only takes its time for a smooth stop away",
          fix: signal.map { $0 == "SIGTERM" ? "remove the line" : "remove the line and set KillSignal=\($0)" }
            ?? "remove the line")
      }
    },
  ]

  // MARK: Steps

  private static let patternOptions: [StaticString] = ["glob", "pattern", "include", "exclude"]

  private static let operators: Set<String> = [
    ">", ">>", "<", "<<", "|", "||", "&&", "&", "2>&1", "1>&2", ">&2", "&>", "&>>", "2>", "2>>", "1>", "1>>",
    "|&", ";;",
  ]

  private static func isOperator(_ raw: String) -> Bool {
    if operators.contains(raw) { return true }
    let starts = [">/", ">>/", "2>/", "2>>/", "1>/", "1>>/", "&>/", "</"]
    return starts.contains { raw.hasPrefix($0) }
  }

  private static func operatorFix(_ raw: String) -> String {
    if raw.holds("|") && raw != "||" {
      return "run a shell: /bin/sh -c '... | ...', or let the program write to the journal"
    }
    if raw.holds(">") {
      return "set StandardOutput=append:/path and StandardError=, or leave it to the journal"
    }
    if raw.hasPrefix("<") { return "set StandardInput=file:/path" }
    if raw == "&" { return "leave it out: systemd runs services in the background anyway" }
    return "write several ExecStartPre= lines, or run a shell: /bin/sh -c '... && ...'"
  }

  private static let wrappers = [
    "sudo": "set User= and Group=", "su": "set User= and Group=", "doas": "set User= and Group=",
    "pkexec": "set User=", "nohup": "leave it out: no terminal will hang up",
    "setsid": "leave it out: a service has a session of its own",
    "screen": "leave it out: the journal keeps the output",
    "tmux": "leave it out: the journal keeps the output",
    "daemonize": "leave it out and set Type=exec",
  ]
}
