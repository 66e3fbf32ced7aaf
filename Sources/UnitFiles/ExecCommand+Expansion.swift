extension ExecCommand {
  /// A command line that can be run.
  public struct Expanded: Sendable, Hashable {
    /// The program: an absolute path, or a file name to look for in the search path.
    public var program: [UInt8]
    /// The arguments, argv[0] among them; never empty.
    public var arguments: [[UInt8]]

    /// Makes a command line from its program and its arguments, argv[0] among them.
    public init(program: [UInt8], arguments: [[UInt8]]) {
      self.program = program
      self.arguments = arguments
    }
  }

  /// Fills in specifiers, then variables.
  ///
  /// `$NAME` as a word of its own is split at whitespace and vanishes when it is not set; `${NAME}` is filled in
  /// where it stands, with nothing when it is not set; `$$` is a dollar sign; any other `$` stands. Of two entries
  /// with one name in the environment the later one counts. A specifier without a value is an error.
  public func expanded(
    specifiers: Specifiers, environment: [EnvironmentAssignment]
  ) throws(ValueError) -> Expanded {
    guard let first = words.first else { throw ValueError(message: "there is no program") }
    let program = try fill(first, specifiers)
    if let fault = Self.fault(inProgram: program, hasSpecifiers: false) {
      throw ValueError(message: fault, offset: first.offset)
    }
    var values: [String: String] = [:]
    if !noVariables { for entry in environment { values[entry.name] = entry.value } }
    var arguments: [[UInt8]] = []
    for word in overridesArgv0 ? words[1...] : words[...] {
      let bytes = try fill(word, specifiers)
      if word.isLiteral || noVariables {
        arguments.append(bytes)
      } else if let name = Word(bytes: bytes).splitVariable {
        if let value = values[name] { arguments += try Self.split(value) }
      } else {
        arguments.append(Self.substituted(bytes, values))
      }
    }
    guard !arguments.isEmpty else {
      throw ValueError(message: "argv[0] is a variable that is not set", offset: first.offset)
    }
    return Expanded(program: program, arguments: arguments)
  }

  // MARK: Steps

  private func fill(_ word: Word, _ specifiers: Specifiers) throws(ValueError) -> [UInt8] {
    guard !word.isLiteral else { return word.bytes }
    do {
      return try specifiers.expand(word.bytes)
    } catch {
      // Quotes and escapes before the fault may shift it; the word's beginning is right in any case.
      throw ValueError(message: error.message, offset: word.offset)
    }
  }

  private static func split(_ value: String) throws(ValueError) -> [[UInt8]] {
    var scanner = WordScanner(Array(value.utf8))
    var words: [[UInt8]] = []
    while let token = try scanner.next(.plain, .relaxed) { words.append(token.bytes) }
    return words
  }

  /// Fills `${NAME}` and `$$` in; up to a colon in the name, or with the brace left open, the text stands.
  private static func substituted(_ bytes: [UInt8], _ values: [String: String]) -> [UInt8] {
    guard bytes.contains(ASCII.dollar) else { return bytes }
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == ASCII.dollar, index + 1 < bytes.count else {
        result.append(bytes[index])
        index += 1
        continue
      }
      guard bytes[index + 1] == ASCII.openBrace else {
        result += bytes[index + 1] == ASCII.dollar ? [ASCII.dollar] : [ASCII.dollar, bytes[index + 1]]
        index += 2
        continue
      }
      let name = bytes[(index + 2)...].prefix { $0 != ASCII.closeBrace && $0 != ASCII.colon }
      let end = min(name.endIndex + 1, bytes.count)
      if name.endIndex < bytes.count, bytes[name.endIndex] == ASCII.closeBrace {
        if let value = values[name.text] { result += value.utf8 }
      } else {
        result += bytes[index..<end]
      }
      index = end
    }
    return result
  }
}
