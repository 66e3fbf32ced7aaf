import UnitFiles

extension RequestValue {
  /// The words of a command line, split by systemd's rules for quotes, all of them literal.
  static func command(_ text: String) throws(ValueError) -> ServiceRequest.Command {
    .arguments(try words(text))
  }

  /// A command with the meaning that it has in `ExecStart=`.
  static func rawCommand(_ text: String) throws(ValueError) -> ServiceRequest.Command {
    let commands = try ExecCommand.parse(try UnitValue.line(text, percent: .specifier))
    guard let command = commands.first else { throw ValueError(message: "there is no program") }
    guard commands.count == 1 else {
      throw ValueError(
        message: "there are \(commands.count) commands; one is the service, write ';' as '\\;'")
    }
    return .raw(command)
  }

  /// A command for `ExecReload=` and the like, written as one of exactly these words.
  ///
  /// A prefix of systemd's, such as `-`, may stand before the program; `$MAINPID` keeps its meaning.
  static func commandLine(_ text: String, _ percent: UnitValue.Percent) throws(ValueError) -> String {
    let commands = try ExecCommand.parse(text)
    guard commands.count == 1, var command = commands.first else {
      throw ValueError(message: "'\(text)' is not one command")
    }
    guard command.words.first?.bytes.first == UInt8(ascii: "/") else {
      throw ValueError(message: "the program '\(command.program)' has to be an absolute path")
    }
    for index in command.words.indices {
      command.words[index] = literal(command.words[index], percent, isProgram: index == 0)
    }
    return try UnitValue.commandLine(command)
  }

  /// A word with its percent signs and dollar signs made ordinary; systemd's own `$MAINPID` stays.
  static func literal(
    _ word: ExecCommand.Word, _ percent: UnitValue.Percent, isProgram: Bool
  ) -> ExecCommand.Word {
    guard !word.isLiteral else { return word }
    var bytes = word.bytes
    if percent == .literal { bytes = doubling(UInt8(ascii: "%"), in: bytes) }
    if !isProgram, bytes != Array("$MAINPID".utf8) { bytes = doubling(UInt8(ascii: "$"), in: bytes) }
    return ExecCommand.Word(bytes: bytes)
  }

  private static func words(_ text: String) throws(ValueError) -> [[UInt8]] {
    guard !text.contains("\n") else {
      throw ValueError(
        message: "the command holds a line end; write '\\n' between quotes for one in an argument")
    }
    let words = try WordList.parse(text)
    guard !words.isEmpty else {
      throw ValueError(message: "there is no program; write for example '/usr/bin/myapp'")
    }
    return words
  }

  private static func doubling(_ mark: UInt8, in bytes: [UInt8]) -> [UInt8] {
    bytes.contains(mark) ? bytes.flatMap { $0 == mark ? [$0, $0] : [$0] } : bytes
  }
}

extension ExecCommand {
  /// The program's path as text.
  var program: String { String(decoding: words.first?.bytes ?? [], as: UTF8.self) }
}
