/// A place in a text file.
///
/// Lines and columns count from 1. A column counts Unicode scalars, not bytes, as most editors do; a byte that is
/// not UTF-8 counts as one, and a byte order mark is not counted.
public struct Position: Sendable, Hashable, CustomStringConvertible {
  /// The file, as it was given to the parser.
  public var path: String
  /// The line, from 1.
  public var line: Int
  /// The column in Unicode scalars, from 1.
  public var column: Int

  /// Makes a position from its three parts.
  public init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }

  /// `path:line:column`, the form that editors and compilers share.
  public var description: String { "\(path):\(line):\(column)" }

  /// The position that stands this many scalars further on the same line.
  func advanced(by scalars: Int) -> Position {
    Position(path: path, line: line, column: column + scalars)
  }
}
