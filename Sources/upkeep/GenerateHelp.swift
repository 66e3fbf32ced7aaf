import UnitDesign

/// The text of `upkeep generate --help`, made from the table of options.
enum GenerateHelp {
  static let text: String = {
    var text = """
      Usage: upkeep generate [OPTIONS] --exec COMMAND
             upkeep generate [OPTIONS] -- COMMAND [ARGUMENT...]
             upkeep generate --from FILE --output-dir DIR
             upkeep generate            (asks, on a terminal)

      Makes the unit files of a service, with a sandbox in which it works. Without --output-dir and --install they
      go to standard output.


      """
    for group in RequestOption.Group.allCases {
      text += "\(group.rawValue):\n"
      for option in RequestOption.all where option.group == group { text += line(option) }
      if group == .output { text += own }
      text += "\n"
    }
    text += "Needs, for --allow:\n"
    for kind in NeedKind.allCases {
      let word = kind.placeholder.map { "\(kind.rawValue)=\($0)" } ?? kind.rawValue
      text += "  " + padded(word, 24) + kind.summary + "\n"
    }
    let kinds = ProgramKind.allCases.map(\.rawValue) + KnownProgram.Role.allCases.map(\.rawValue)
    text += "\nKinds, for --runtime:\n" + wrapped("auto " + kinds.joined(separator: " "))
    return text + """

      Examples:
        upkeep generate --exec '/usr/bin/myapp --port 8080'
        upkeep generate --name myapp --exec '/usr/bin/myapp' --ready http://127.0.0.1:8080/health --watchdog 30s
        upkeep generate --exec /usr/local/bin/backup.sh --schedule daily --allow write=/srv/backup

      """
  }()

  /// The options of the command itself, which are not about the service.
  static let ownOptions: [(option: String, placeholder: String, summary: String)] = [
    ("--dry-run", "", "Write nothing but standard output. [the default]"),
    ("--output-dir", "DIR", "Write the files below DIR."),
    ("--install", "", "Write them to /etc, reload systemd and enable the service."),
    ("--now", "", "With --install: start it too."),
    ("--force", "", "With --install or --output-dir: replace a file that says something else."),
    ("--from", "FILE", "Read many services, one a line; - is standard input."),
    ("--root", "DIR", "Look at programs and systemd of the tree at DIR."),
    ("--output", "FORMAT", "text, json or json-pretty: the files, or the plan; also -o. [text]"),
    ("--help", "", "Show this; also -h."),
  ]

  private static let own = ownOptions.map { option in
    let left = option.placeholder.isEmpty ? option.option : "\(option.option) \(option.placeholder)"
    return "  " + padded(left, 40) + option.summary + "\n"
  }.joined()

  private static func line(_ option: RequestOption) -> String {
    "  " + padded("--\(option.name) \(option.placeholder)", 40) + option.summary + "\n"
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text.count < width
      ? text + String(repeating: " ", count: width - text.count)
      : text + "\n" + String(repeating: " ", count: width + 2)
  }

  private static func wrapped(_ text: String) -> String {
    var lines = ["  "]
    for word in text.split(separator: " ") {
      if lines[lines.count - 1].count + word.count > 100 { lines.append("  ") }
      lines[lines.count - 1] += (lines[lines.count - 1].count > 2 ? " " : "") + word
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
