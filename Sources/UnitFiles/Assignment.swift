/// One `Key=Value` of a unit file.
public struct Assignment: Sendable, Hashable {
  /// The name of the section, without its brackets.
  public var section: String
  /// The key, without the whitespace around it.
  public var key: String
  /// The value with its continuation lines joined and without the whitespace around it; quotes and escapes stand.
  public var value: String
  /// Where the key begins.
  public var position: Position
  /// Where the value begins; just behind the `=` (and its whitespace) when it is empty.
  public var valuePosition: Position
  /// Where the value goes on after a continuation: scalar offsets into the value, ascending, each with its place.
  var continuations: [Continuation] = []
  /// The index of its statement in the file that it was read from; -1 when it came from none.
  var statement = -1

  struct Continuation: Sendable, Hashable {
    var offset: Int
    var position: Position
  }

  /// Makes an assignment that stands on one line.
  public init(section: String, key: String, value: String, position: Position, valuePosition: Position) {
    self.section = section
    self.key = key
    self.value = value
    self.position = position
    self.valuePosition = valuePosition
  }

  /// The place in the file of a character of the value, also behind continuation lines.
  ///
  /// The offset is in Unicode scalars from 0.
  public func position(at offset: Int) -> Position {
    guard let last = continuations.last(where: { $0.offset <= offset }) else {
      return valuePosition.advanced(by: offset)
    }
    return last.position.advanced(by: offset - last.offset)
  }

  /// Gives an error in this value its place in the file, and names the key.
  public func diagnostic(_ error: ValueError) -> UnitDiagnostic {
    UnitDiagnostic(position: position(at: error.offset), message: "\(key)=: \(error.message)")
  }
}
