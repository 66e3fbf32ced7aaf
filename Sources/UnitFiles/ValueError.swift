/// Something wrong in a value that has no place in a file of its own, for example a command-line argument.
///
/// `Assignment.diagnostic(_:)` gives it its place when the value came out of a unit file.
public struct ValueError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is wrong: the value, and the forms that are allowed.
  public var message: String
  /// Where in the value the fault begins, in Unicode scalars from 0.
  public var offset: Int

  /// Makes an error from its sentence and its place in the value.
  public init(message: String, offset: Int = 0) {
    self.message = message
    self.offset = offset
  }

  /// The message alone.
  public var description: String { message }
}
