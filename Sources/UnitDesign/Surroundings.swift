/// What the decisions about a unit may ask of the machine it is for.
///
/// The answers are facts, not opinions; nil says that a thing is not there, or that nobody can tell. `Inspection`
/// answers from the running machine or from a tree, tests answer from a table.
public protocol Surroundings {
  /// What stands at an absolute path, links followed; nil when nothing does or it may not be looked at.
  func file(at path: String) -> FileFacts?

  /// What stands at the path of a unit file as a reader of units names it, which may be below another root.
  func unitFile(at path: String) -> FileFacts?

  /// The first bytes of a file, at most `count`; nil when it cannot be read.
  func beginning(of path: String, count: Int) -> [UInt8]?

  /// Whether there is a user of this name, or a sysusers.d entry that makes one; nil when nobody can tell.
  func hasUser(_ name: String) -> Bool?

  /// Whether there is a group of this name, or a sysusers.d entry that makes one; nil when nobody can tell.
  func hasGroup(_ name: String) -> Bool?

  /// Whether systemd finds a unit of this name, as a file, an instance of a template or an alias.
  func hasUnit(_ name: String) -> Bool?

  /// The version of systemd, such as 252; nil when there is none.
  var systemdVersion: Int? { get }
}

extension Surroundings {
  /// The same as any other file.
  public func unitFile(at path: String) -> FileFacts? { file(at: path) }
}

/// What is known of a file without reading it.
public struct FileFacts: Sendable, Hashable {
  /// What kind of file it is.
  public enum Kind: Sendable, Hashable {
    /// An ordinary file.
    case file
    /// A folder.
    case folder
    /// A socket, a FIFO or a device.
    case special
  }

  /// The kind, links followed.
  public var kind: Kind
  /// The permission bits, such as 0o755.
  public var mode: UInt32
  /// The owner's user ID.
  public var owner: UInt32
  /// The size in bytes.
  public var size: UInt64

  /// Describes a file.
  public init(kind: Kind, mode: UInt32 = 0o644, owner: UInt32 = 0, size: UInt64 = 0) {
    self.kind = kind
    self.mode = mode
    self.owner = owner
    self.size = size
  }

  /// Whether it is a file that somebody may execute.
  public var isExecutable: Bool { kind == .file && mode & 0o111 != 0 }
}
