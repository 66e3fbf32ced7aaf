import UnitFiles

extension UnitWriter {
  /// The value of `ExecStart=`; nil for a drop-in that leaves the command alone.
  func commandLine() throws(RequestError) -> String? {
    do throws(ValueError) {
      switch request.command {
      case .arguments(let words)?: return try line(words)
      case .raw(let command)?: return try line(command)
      case nil:
        guard design.usesWrapper, let own = design.existing?.values("ExecStart", in: "Service").last else {
          return nil
        }
        guard let command = try ExecCommand.parse(own.value).first, !command.hasPrefixes else {
          throw ValueError(message: "the command of \(design.name).service has a prefix; say it with --exec")
        }
        return try line(command)
      }
    } catch {
      throw RequestError("--exec", error.message)
    }
  }

  /// The list directives of a sandbox, which a drop-in has to empty before it sets them.
  static let listDirectives: Set<String> = [
    "CapabilityBoundingSet", "AmbientCapabilities", "RestrictAddressFamilies", "SystemCallFilter",
    "SystemCallArchitectures", "DeviceAllow", "IPAddressDeny", "IPAddressAllow",
  ]

  // MARK: Steps

  private func line(_ given: [[UInt8]]) throws(ValueError) -> String {
    var words = given
    // A bare name was found in a folder.
    if let executed = design.words.first, !words.isEmpty { words[0] = Array(executed.utf8) }
    if request.percent == .literal {
      return try UnitValue.commandLine(design.usesWrapper ? wrapper + words : words)
    }
    var command = ExecCommand(
      words: words.enumerated().map { index, word in
        RequestValue.literal(
          ExecCommand.Word(bytes: word), .specifier, isProgram: index == 0 && !design.usesWrapper)
      })
    if design.usesWrapper { command.words = wrapper.map { ExecCommand.Word(bytes: $0) } + command.words }
    return try UnitValue.commandLine(command)
  }

  private func line(_ command: ExecCommand) throws(ValueError) -> String {
    guard design.usesWrapper else { return try UnitValue.commandLine(command) }
    var wrapped = command
    wrapped.words = wrapper.map { ExecCommand.Word(bytes: $0) } + command.words
    return try UnitValue.commandLine(wrapped)
  }

  private var wrapper: [[UInt8]] { [Array(request.wrapperPath.utf8), Array("--".utf8)] }
}
