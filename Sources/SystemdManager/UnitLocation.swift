/// Where a unit's configuration stands on disk.
public struct UnitLocation: Sendable, Hashable {
  /// The unit's primary name; not the one that was asked for if that is an alias.
  public let name: String
  /// The unit file; nil for a unit that has none.
  public let fragmentPath: String?
  /// The drop-ins in the order in which they apply.
  public let dropInPaths: [String]
  /// Whether the unit is masked: a link to `/dev/null` or an empty file.
  public let isMasked: Bool

  /// Describes a place.
  public init(name: String, fragmentPath: String?, dropInPaths: [String], isMasked: Bool = false) {
    self.name = name
    self.fragmentPath = fragmentPath
    self.dropInPaths = dropInPaths
    self.isMasked = isMasked
  }

  /// All files in the order in which they are read.
  public var paths: [String] { (fragmentPath.map { [$0] } ?? []) + dropInPaths }
}
