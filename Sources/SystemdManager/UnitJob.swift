public import Systemd

/// A job that waits or runs, as `ListJobs` tells it.
public struct UnitJob: Sendable, Hashable {
  /// Its number.
  public let id: UInt32
  /// The unit that it is for.
  public let unit: String
  /// `start`, `stop`, `restart`, `reload`, `verify-active` and so on; empty in a signal, which does not tell it.
  public let type: String
  /// `waiting` or `running`; empty in a signal.
  public let state: String
  /// The job's object on the bus.
  public let path: ObjectPath

  /// Describes a job.
  public init(id: UInt32, unit: String, type: String = "", state: String = "", path: ObjectPath) {
    self.id = id
    self.unit = unit
    self.type = type
    self.state = state
    self.path = path
  }
}
