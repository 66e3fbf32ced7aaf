/// Something wrong in a file, with its place.
public struct UnitDiagnostic: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where it stands.
  public var position: Position
  /// What is wrong and, where that can be known, how to put it right.
  public var message: String

  /// Makes a diagnostic from its place and its sentence.
  public init(position: Position, message: String) {
    self.position = position
    self.message = message
  }

  /// `path:line:column: message`.
  public var description: String { "\(position): \(message)" }
}
