/// One command of `ExecStart=` and the like, before variables and specifiers are filled in.
///
/// See `systemd.service(5)`, "Command lines".
public struct ExecCommand: Sendable, Hashable {
  /// A word of the command line.
  public struct Word: Sendable, Hashable {
    /// The word without its quotes and escapes; variables and specifiers stand. Any bytes but NUL.
    public var bytes: [UInt8]
    /// Where the word begins in the value, in Unicode scalars from 0.
    public var offset: Int
    /// Whether the word is taken as it is, without specifiers and variables; true for `\;`.
    public var isLiteral: Bool

    /// Makes a word from its bytes.
    public init(bytes: [UInt8], offset: Int = 0, isLiteral: Bool = false) {
      self.bytes = bytes
      self.offset = offset
      self.isLiteral = isLiteral
    }

    /// The variable that replaces the whole word and is split at whitespace, for a word like `$NAME`.
    public var splitVariable: String? {
      guard !isLiteral, bytes.first == ASCII.dollar else { return nil }
      let name = bytes.dropFirst()
      guard name.first != ASCII.openBrace, name.first != ASCII.dollar else { return nil }
      return name.text
    }
  }

  /// How the command's privileges differ from the unit's settings.
  public enum Privileges: Sendable, Hashable {
    /// As the unit says.
    case unit
    /// `+`: none of the unit's restrictions apply.
    case full
    /// `!`: user and group are not changed.
    case keepUser
    /// `!!`: as `!`, but only where the kernel lacks ambient capabilities.
    case ambient
  }

  /// `-`: a failure of the command counts as success.
  public var ignoresFailure = false
  /// `@`: the second word is argv[0].
  public var overridesArgv0 = false
  /// `:`: variables are not filled in.
  public var noVariables = false
  /// `+`, `!` or `!!`.
  public var privileges = Privileges.unit
  /// The program, without its prefixes, and what follows it; never empty.
  public var words: [Word]

  /// `+`: none of the unit's restrictions apply.
  public var fullPrivileges: Bool { privileges == .full }

  /// Makes a command from its words, the program first.
  public init(words: [Word]) {
    self.words = words
  }

  /// The commands of a value: a lone `;` stands between two of them, none is there in an empty value.
  ///
  /// An escape that systemd does not know is kept with its backslash, as systemd does. Errors are an open quote, a
  /// missing program, and a program that is neither an absolute path nor a file name.
  public static func parse(_ value: String) throws(ValueError) -> [ExecCommand] {
    var scanner = WordScanner(Array(value.utf8))
    var commands: [ExecCommand] = []
    while !scanner.isAtEnd {
      guard let first = try scanner.next(.keepUnknown) else { break }
      var command = ExecCommand(words: [])
      let prefix = command.takePrefixes(first.bytes)
      let program = Array(first.bytes[prefix...])
      if let fault = Self.fault(inProgram: program, hasSpecifiers: true) {
        throw ValueError(message: fault, offset: first.offset)
      }
      command.words.append(Word(bytes: program, offset: first.offset + prefix))
      try command.takeArguments(&scanner)
      if command.overridesArgv0, command.words.count < 2 {
        throw ValueError(message: "'@' needs a second word, which becomes argv[0]", offset: first.offset)
      }
      commands.append(command)
    }
    return commands
  }

  // MARK: Steps

  /// Reads the prefixes as systemd does, each at most once, and gives their length.
  private mutating func takePrefixes(_ word: [UInt8]) -> Int {
    var length = 0
    scan: for byte in word {
      switch (byte, privileges) {
      case (ASCII.dash, _) where !ignoresFailure: ignoresFailure = true
      case (ASCII.at, _) where !overridesArgv0: overridesArgv0 = true
      case (ASCII.colon, _) where !noVariables: noVariables = true
      case (UInt8(ascii: "+"), .unit): privileges = .full
      case (UInt8(ascii: "!"), .unit): privileges = .keepUser
      case (UInt8(ascii: "!"), .keepUser): privileges = .ambient
      default: break scan
      }
      length += 1
    }
    return length
  }

  private mutating func takeArguments(_ scanner: inout WordScanner) throws(ValueError) {
    while !scanner.isAtEnd {
      let offset = scanner.scalarOffset()
      if scanner.skip(word: [ASCII.semicolon]) { return }
      if scanner.skip(word: [ASCII.backslash, ASCII.semicolon]) {
        words.append(Word(bytes: [ASCII.semicolon], offset: offset, isLiteral: true))
      } else if let token = try scanner.next(.keepUnknown) {
        words.append(Word(bytes: token.bytes, offset: token.offset))
      }
    }
  }

  /// What systemd would refuse about a program's name; specifiers in it, if it has any, are not filled in yet.
  static func fault(inProgram program: [UInt8], hasSpecifiers: Bool) -> String? {
    if program.isEmpty { return "there is no program" }
    let isBad = { (byte: UInt8) in
      byte.isControl || byte == ASCII.backslash || byte == ASCII.singleQuote || byte == ASCII.doubleQuote
    }
    if program.contains(where: isBad) {
      return
        "the program '\(program.text)' holds quotes, backslashes or control characters, which systemd refuses"
    }
    if program.last == ASCII.slash { return "the program '\(program.text)' is a directory" }
    if hasSpecifiers, program.contains(ASCII.percent) { return nil }
    let parts = program.split(separator: ASCII.slash)
    guard program.count < 4096, parts.allSatisfy({ $0.count <= 255 }) else {
      return "the program's path, or a part of it, is too long"
    }
    let isName = program != [ASCII.dot] && program != [ASCII.dot, ASCII.dot]
    if program.first != ASCII.slash, program.contains(ASCII.slash) || !isName {
      return "the program '\(program.text)' is neither an absolute path nor a file name"
    }
    return nil
  }
}
