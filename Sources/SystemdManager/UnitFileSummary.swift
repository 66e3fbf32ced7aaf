/// A unit file on the disk, as `ListUnitFiles` tells it.
public struct UnitFileSummary: Sendable, Hashable {
  /// Its path.
  public let path: String
  /// `enabled`, `enabled-runtime`, `linked`, `linked-runtime`, `alias`, `masked`, `masked-runtime`, `static`,
  /// `disabled`, `indirect`, `generated`, `transient` or `bad`.
  public let state: String

  /// Describes a file.
  public init(path: String, state: String) {
    self.path = path
    self.state = state
  }

  /// The unit's name: the last part of the path.
  public var name: String { Directory.lastComponent(of: path) }
}
