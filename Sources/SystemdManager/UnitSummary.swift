public import Systemd

/// A unit in the manager's memory in one row, as `ListUnits` tells it.
public struct UnitSummary: Sendable, Hashable {
  /// The primary name.
  public let name: String
  /// `Description=`. Foreign text: escape it before showing it.
  public let unitDescription: String
  /// `LoadState`: `loaded`, `not-found`, `masked`, `bad-setting`, `error`, `merged`, `stub`.
  public let loadState: String
  /// `ActiveState`.
  public internal(set) var activeState: ActiveState
  /// `SubState`: the state in the terms of the unit's kind, such as `running`, `exited` or `auto-restart`.
  public internal(set) var subState: String
  /// The unit whose state this one follows, as devices do that are one; nil for most.
  public let following: String?
  /// The unit's object on the bus.
  public let path: ObjectPath
  /// The number and the type of the job that waits or runs; nil for none. A ``UnitMonitor`` does not keep it up.
  public let job: Job?

  /// A unit's job: its number and its type, such as `start`.
  public struct Job: Sendable, Hashable {
    /// The number.
    public let id: UInt32
    /// The type: `start`, `stop`, `restart`, `reload`, `verify-active` and so on.
    public let type: String

    /// Describes a job.
    public init(id: UInt32, type: String) {
      self.id = id
      self.type = type
    }
  }

  /// Describes a unit.
  public init(
    name: String, unitDescription: String = "", loadState: String = "loaded", activeState: ActiveState,
    subState: String, following: String? = nil, path: ObjectPath? = nil, job: Job? = nil
  ) {
    self.name = name
    self.unitDescription = unitDescription
    self.loadState = loadState
    self.activeState = activeState
    self.subState = subState
    self.following = following
    self.path = path ?? UnitSummary.path(of: name)
    self.job = job
  }

  init(_ row: UnitRow) {
    name = row.name
    unitDescription = row.description
    loadState = row.loadState
    activeState = ActiveState(rawValue: row.activeState)
    subState = row.subState
    following = row.following.isEmpty ? nil : row.following
    path = row.path
    job = row.job == 0 ? nil : Job(id: row.job, type: row.jobType)
  }

  /// What stands behind the name's last dot: the kind of unit, such as `service`.
  public var kind: Substring {
    guard let dot = name.lastIndex(of: ".") else { return "" }
    return name[name.index(after: dot)...]
  }

  /// The object's path of the unit with this name: all but letters and digits as `_` and two hexadecimal digits, and a
  /// digit in front too.
  public static func path(of name: String) -> ObjectPath {
    var text = "/org/freedesktop/systemd1/unit/"
    for (index, byte) in name.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "0")...UInt8(ascii: "9") where index > 0:
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += "_" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return ObjectPath(name.isEmpty ? text + "_" : text)
  }

  /// The name of the unit whose object has this path; nil for another object's.
  public static func name(of path: ObjectPath) -> String? {
    let folder = "/org/freedesktop/systemd1/unit/"
    guard path.value.hasPrefix(folder) else { return nil }
    var bytes: [UInt8] = []
    var rest = path.value.utf8.dropFirst(folder.utf8.count)
    while let byte = rest.popFirst() {
      let digits = rest.prefix(2)
      if byte == UInt8(ascii: "_"), digits.count == 2,
        let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return bytes.isEmpty || bytes == [UInt8(ascii: "_")] ? nil : String(decoding: bytes, as: UTF8.self)
  }
}
