/// What has to hold for any text that is read as a value.
enum ValueChecks {
  static func check(_ text: String) {
    commands(text)
    words(text)
    numbers(text)
    names(text)
    let table = Specifiers()
    _ = try? table.expand(text)
    let count = text.unicodeScalars.count
    require(Specifiers.occurrences(in: text).allSatisfy { $0.offset < count }, "a specifier has no place")
  }

  // MARK: Steps

  private static func commands(_ text: String) {
    guard let commands = try? ExecCommand.parse(text) else { return }
    let environment = [EnvironmentAssignment(name: "A", value: "b c")]
    for command in commands.prefix(5) {
      _ = try? command.expanded(specifiers: Specifiers(), environment: environment)
      guard let written = try? UnitValue.commandLine(command) else { continue }
      let again = try? ExecCommand.parse(written)
      require(
        again.map { $0.count == 1 && same($0[0], command) } == true, "a command is not read back: \(written)")
    }
  }

  private static func same(_ one: ExecCommand, _ other: ExecCommand) -> Bool {
    one.words.map(\.bytes) == other.words.map(\.bytes)
      && one.words.map(\.isLiteral) == other.words.map(\.isLiteral)
      && one.ignoresFailure == other.ignoresFailure && one.overridesArgv0 == other.overridesArgv0
      && one.noVariables == other.noVariables && one.privileges == other.privileges
  }

  private static func words(_ text: String) {
    _ = try? WordList.parse(text)
    if let variables = try? EnvironmentAssignment.parse(text, specifiers: nil), !variables.isEmpty,
      let written = try? UnitValue.environment(variables)
    {
      let again = try? EnvironmentAssignment.parse(written, specifiers: Specifiers())
      require(again == variables, "variables are not read back: \(written)")
    }
    _ = try? ExitStatusSet.parse(text)
  }

  private static func numbers(_ text: String) {
    _ = try? Boolean.parse(text)
    _ = try? SignalName.number(of: text)
    for resource in Resource.allCases {
      guard let limit = try? ResourceLimit.parse(text, for: resource) else { continue }
      let again = try? ResourceLimit.parse(limit.description)
      require(again == limit, "a limit is not read back: \(limit)")
    }
    if let span = try? TimeSpan.parse(text) {
      require((try? TimeSpan.parse(TimeSpan.format(span))) == span, "a span is not read back: \(span)")
    }
    for base in [ByteSize.Base.binary, .decimal] {
      guard let size = try? ByteSize.parse(text, base: base) else { continue }
      let written = ByteSize.format(size, base: base)
      require((try? ByteSize.parse(written, base: base)) == size, "a size is not read back: \(written)")
    }
    if let share = try? Percentage.parseUnbounded(text) {
      let written = Percentage.format(share)
      require((try? Percentage.parseUnbounded(written)) == share, "a share is not read back: \(written)")
    }
    if let mode = try? FileMode.parse(text) {
      require((try? FileMode.parse(FileMode.format(mode))) == mode, "a mode is not read back: \(mode)")
    }
    if let number = try? WholeNumber.parse(text) {
      require((try? WholeNumber.parse("\(number)")) == number, "a number is not read back: \(number)")
    }
  }

  private static func names(_ text: String) {
    if let name = try? UnitName(text) {
      _ = Specifiers(unit: name)
      _ = UnitSearchPath.dropInFolders(for: name)
      require((try? UnitName(mangling: text)) == name, "a valid name is mangled: \(name)")
    }
    if let name = try? UnitName(mangling: text) {
      require((try? UnitName(name.text)) == name, "a mangled name is not valid: \(name)")
    }
    require(
      (try? UnitName.unescape(UnitName.escape(text))) == Array(text.utf8), "a text is not unescaped: \(text)")
    if let escaped = try? UnitName.escapePath(text) {
      guard let path = try? UnitName.unescapePath(escaped) else {
        return require(text.isEmpty || text.utf8.count > 4000, "a path is not unescaped: \(escaped)")
      }
      let again = try? UnitName.escapePath(String(decoding: path, as: UTF8.self))
      require(again == escaped, "a path is not escaped again: \(escaped)")
    }
    _ = try? UnitName.unescape(text)
    _ = try? UnitName.unescapePath(text)
  }
}
