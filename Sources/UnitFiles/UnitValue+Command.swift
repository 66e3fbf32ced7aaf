extension UnitValue {
  /// The longest argument and the longest variable that Linux passes to a program, in bytes.
  public static let maximumArgumentLength = 131_071

  /// What stands before the program of a command line, see `systemd.service(5)`, "Command lines".
  public struct CommandPrefixes: Sendable, Hashable {
    /// `-`: a failure of the command counts as success.
    public var ignoresFailure: Bool
    /// `:`: systemd fills no variables in; a `$` then stands single.
    public var noVariables: Bool
    /// `+`, `!` or `!!`.
    public var privileges: ExecCommand.Privileges

    /// Makes a set of prefixes; none unless said.
    public init(
      ignoresFailure: Bool = false, noVariables: Bool = false, privileges: ExecCommand.Privileges = .unit
    ) {
      self.ignoresFailure = ignoresFailure
      self.noVariables = noVariables
      self.privileges = privileges
    }
  }

  /// A command line of `ExecStart=` and the like that runs a program with exactly these arguments.
  ///
  /// The first argument is the program and becomes argv[0] too, unless `argv0` names another one. Every byte but NUL
  /// can stand in an argument; `%` and `$` are ordinary characters. Arguments that are plainly safe stay without
  /// quotes. Refused are programs that systemd refuses (neither an absolute path nor a file name, a slash at the end,
  /// quotes, backslashes or control characters), and arguments longer than `maximumArgumentLength`.
  public static func commandLine(
    _ arguments: [[UInt8]], argv0: [UInt8]? = nil, prefixes: CommandPrefixes = CommandPrefixes()
  ) throws(ValueError) -> String {
    guard let program = arguments.first else { throw ValueError(message: "there is no program") }
    // argv[0] goes through the variables, the program does not: where that would tell them apart, both are said.
    let needsArgv0 = !prefixes.noVariables && program.holdsVariable
    let zeroth = argv0 ?? (needsArgv0 ? program : nil)
    if let fault = ExecCommand.fault(inProgram: program, hasSpecifiers: false) {
      throw ValueError(message: fault)
    }
    for argument in arguments {
      if argument.contains(0) { throw ValueError(message: "an argument holds a NUL, which no argument can") }
      guard argument.count <= maximumArgumentLength else {
        throw ValueError(
          message:
            "an argument is \(argument.count) bytes long; Linux passes \(maximumArgumentLength) at most")
      }
    }
    let literal = { (argument: [UInt8]) -> ExecCommand.Word in
      let bytes = WordWriter.doubling(ASCII.percent, in: argument)
      return ExecCommand.Word(
        bytes: prefixes.noVariables ? bytes : WordWriter.doubling(ASCII.dollar, in: bytes))
    }
    var command = ExecCommand(words: [
      ExecCommand.Word(bytes: WordWriter.doubling(ASCII.percent, in: program))
    ])
    if let zeroth { command.words.append(literal(zeroth)) }
    command.words += arguments.dropFirst().map(literal)
    command.overridesArgv0 = zeroth != nil
    command.ignoresFailure = prefixes.ignoresFailure
    command.noVariables = prefixes.noVariables
    command.privileges = prefixes.privileges
    return try commandLine(command)
  }

  /// A command line from text, by the same rules.
  public static func commandLine(
    _ arguments: [String], argv0: String? = nil, prefixes: CommandPrefixes = CommandPrefixes()
  ) throws(ValueError) -> String {
    try commandLine(
      arguments.map { Array($0.utf8) }, argv0: argv0.map { Array($0.utf8) }, prefixes: prefixes)
  }

  /// A command as it would stand in a file: its variables (`${NAME}`) and specifiers (`%i`) keep their meaning.
  ///
  /// `ExecCommand.parse(_:)` gives the same command for it. Refused is what that parser refuses, a NUL, and a
  /// program whose name begins like a prefix.
  public static func commandLine(_ command: ExecCommand) throws(ValueError) -> String {
    guard let program = command.words.first?.bytes else { throw ValueError(message: "there is no program") }
    if let fault = ExecCommand.fault(inProgram: program, hasSpecifiers: true) {
      throw ValueError(message: fault)
    }
    if command.overridesArgv0, command.words.count < 2 {
      throw ValueError(message: "'@' needs a second word, which becomes argv[0]")
    }
    // `|` is a prefix since systemd 258.
    if let first = program.first, "-@:+!|".utf8.contains(first) || program == [ASCII.semicolon] {
      throw ValueError(
        message: "the program '\(program.text)' would be read as a prefix; write its whole path")
    }
    var text = WordWriter.text(program, .c)
    text = prefixText(command) + text
    for word in command.words.dropFirst() {
      if word.bytes.contains(0) {
        throw ValueError(message: "an argument holds a NUL, which no argument can")
      }
      text += " " + wordText(word)
    }
    return try limited(text)
  }

  // MARK: Steps

  private static func prefixText(_ command: ExecCommand) -> String {
    let privileges =
      switch command.privileges {
      case .unit: ""
      case .full: "+"
      case .keepUser: "!"
      case .ambient: "!!"
      }
    return (command.ignoresFailure ? "-" : "") + (command.overridesArgv0 ? "@" : "")
      + (command.noVariables ? ":" : "") + privileges
  }

  private static func wordText(_ word: ExecCommand.Word) -> String {
    guard word.isLiteral else { return WordWriter.text(word.bytes, .c) }
    if word.bytes == [ASCII.semicolon] { return "\\;" }
    // Only `\;` is read as literal; for other words the same is said by doubling.
    let bytes = WordWriter.doubling(ASCII.percent, in: word.bytes)
    return WordWriter.text(WordWriter.doubling(ASCII.dollar, in: bytes), .c)
  }
}

extension [UInt8] {
  /// Whether systemd would find something to fill in, or a doubled dollar sign, in an argument.
  var holdsVariable: Bool {
    guard first != ASCII.dollar else { return true }
    return zip(self, dropFirst()).contains {
      $0 == ASCII.dollar && ($1 == ASCII.dollar || $1 == ASCII.openBrace)
    }
  }
}
