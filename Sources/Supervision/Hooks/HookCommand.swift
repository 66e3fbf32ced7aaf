public import UnitFiles

/// A command that a policy runs at a moment of the service's life; no shell is involved.
public struct HookCommand: Sendable, Hashable {
  /// How many commands a moment may have.
  public static let mostOfAMoment = 8

  /// The program and its arguments, byte for byte; the first is an absolute path.
  public let arguments: [[UInt8]]
  /// Whether a failure of it changes nothing.
  public let ignoresFailure: Bool

  /// The program's path as text.
  public var program: String { String(decoding: arguments.first ?? [], as: UTF8.self) }

  /// Reads a command as it stands in a policy: words quoted as in unit files, `-` before them to ignore a failure.
  ///
  /// - Throws: what is wrong and how a right value looks.
  public static func parse(_ text: String) throws(ValueError) -> HookCommand {
    let ignoresFailure = text.hasPrefix("-")
    let rest = ignoresFailure ? String(text.dropFirst()) : text
    let words = try WordList.parse(rest)
    guard let program = words.first, program.first == UInt8(ascii: "/") else {
      throw ValueError(
        message:
          "\"\(text)\" has no program: write /ABSOLUTE/PATH ARGUMENTS, with - before it to ignore a failure")
    }
    guard !words.contains(where: { $0.contains(0) }) else {
      throw ValueError(message: "\"\(text)\" has a NUL byte, which no argument can have")
    }
    return HookCommand(arguments: words, ignoresFailure: ignoresFailure)
  }
}

/// The commands of a policy by their moment.
public struct Hooks: Sendable, Hashable {
  private var commands: [HookMoment: [HookCommand]] = [:]
  /// How long each command may take.
  public var timeout: Duration = .seconds(10)

  /// No commands.
  public init() {}

  /// The commands of a moment, in order.
  public subscript(moment: HookMoment) -> [HookCommand] {
    get { commands[moment] ?? [] }
    set { commands[moment] = newValue.isEmpty ? nil : newValue }
  }

  /// Whether there are none at all.
  public var isEmpty: Bool { commands.isEmpty }

  /// The longest time that the commands of a moment can take together.
  public func budget(of moment: HookMoment) -> Duration { timeout * self[moment].count }
}
