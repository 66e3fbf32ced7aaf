/// One change that enabling or disabling made on the disk.
public struct UnitFileChange: Hashable, Sendable, CustomStringConvertible {
  /// The word on the bus: `symlink` for a link that was made, `unlink` for one that was removed.
  public let kind: String
  /// The link.
  public let path: String
  /// Where it leads; empty for one that was removed.
  public let target: String

  /// Describes a change.
  public init(kind: String, path: String, target: String) {
    self.kind = kind
    self.path = path
    self.target = target
  }

  /// `Created symlink PATH -> TARGET`, as `systemctl` says it.
  public var description: String {
    switch kind {
    case "symlink": "Created symlink \(path) -> \(target)"
    case "unlink": "Removed \(path)"
    default: "\(kind) \(path)"
    }
  }
}
