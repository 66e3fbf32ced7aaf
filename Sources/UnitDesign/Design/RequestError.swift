import UnitFiles

/// Why a request cannot be carried out: the option with its value, what is wrong, and the fix.
public struct RequestError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The option and its value, such as `--limit nofile=9:4`; empty for what concerns no single one.
  public let option: String
  /// What is wrong, and how to put it right.
  public let message: String

  /// Makes an error.
  public init(_ option: String, _ message: String) {
    self.option = option
    self.message = message
  }

  init(_ option: String, value: String, _ error: ValueError) {
    self.init(value.isEmpty ? option : "\(option) \(ShellWords.text(Array(value.utf8)))", error.message)
  }

  /// `OPTION VALUE: MESSAGE`.
  public var description: String { option.isEmpty ? message : "\(option): \(message)" }
}
