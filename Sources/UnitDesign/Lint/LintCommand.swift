import UnitFiles

/// One command of a unit with the setting it stands in.
struct LintCommand {
  let assignment: Assignment
  let command: ExecCommand

  /// The program as it is written.
  let program: String
  /// The program's file name.
  let name: String
  /// The words behind the program, and behind argv[0] where that is given.
  let arguments: [ExecCommand.Word]
  /// Whether the program takes a script as an argument, in which other characters count.
  let takesScript: Bool

  init(assignment: Assignment, command: ExecCommand) {
    self.assignment = assignment
    self.command = command
    program = command.words.first?.text ?? ""
    name = program.split(separator: "/").last.map(String.init) ?? program
    arguments = Array(command.words.dropFirst(command.overridesArgv0 ? 2 : 1))
    takesScript = command.words.prefix(4).contains { word in
      let name = word.text.split(separator: "/").last.map(String.init) ?? ""
      return Self.shells.contains(name) || Self.scripting.contains(name) || name.hasPrefix("python")
    }
  }

  var key: String { assignment.key }

  private static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "ksh", "ash", "fish", "busybox"]
  private static let scripting: Set<String> = [
    "perl", "awk", "gawk", "mawk", "sed", "ruby", "node", "php", "expect", "tclsh", "lua", "su", "ssh", "env",
    "runuser", "find", "xargs",
  ]

  /// The script of `sh -c SCRIPT`.
  var shellScript: ExecCommand.Word? {
    guard Self.shells.contains(name) else { return nil }
    let words = arguments
    guard
      let flag = words.firstIndex(where: {
        $0.text.hasPrefix("-") && !$0.text.hasPrefix("--") && $0.text.hasSuffix("c")
      }), flag + 1 < words.count
    else { return nil }
    return words[flag + 1]
  }

  /// What happens when the program cannot be executed.
  var failure: String {
    if command.ignoresFailure { return "so the command fails, which is ignored" }
    return key.hasPrefix("ExecStart") || key == "ExecCondition"
      ? "so the start fails with 203/EXEC" : "so \(key)= fails with 203/EXEC"
  }

  /// Whether one of the arguments is exactly one of these.
  func has(_ flags: String...) -> Bool { arguments.contains { flags.contains($0.text) } }
}

extension ExecCommand.Word {
  /// The word as text; what is not UTF-8 is replaced.
  var text: String { String(decoding: bytes, as: UTF8.self) }
}
