public import SystemdManager

/// What is wrong with a manager's units, before anything is made of it.
public struct UnitTroubles: Sendable {
  /// A unit that others want and cannot have.
  public struct Absent: Sendable, Hashable {
    /// Its name.
    public var unit: String
    /// Whether it is masked; else there is no file.
    public var isMasked: Bool
    /// The units that cannot do without it.
    public var requiredBy: [String]
    /// The units that would like to have it.
    public var wantedBy: [String]

    /// Describes a unit.
    public init(unit: String, isMasked: Bool, requiredBy: [String] = [], wantedBy: [String] = []) {
      self.unit = unit
      self.isMasked = isMasked
      self.requiredBy = requiredBy
      self.wantedBy = wantedBy
    }
  }

  /// Units that have failed.
  public var failed: [String] = []
  /// Units that others want and cannot have.
  public var absent: [Absent] = []
  /// Units whose files could not be used.
  public var broken: [String] = []
  /// Units whose files have changed since the manager read them.
  public var stale: [String] = []
  /// Services that are started again and again.
  public var looping: [String] = []
  /// Units that hit `TasksMax=` since they started.
  public var taskLimited: [String] = []
  /// Units of which the kernel killed a process for want of memory since they started.
  public var memoryKilled: [String] = []
  /// Units below `/etc` in which lint finds errors.
  public var wrong: [String] = []
  /// Units below `/etc` that were looked at.
  public var inspected = 0
  /// Services that run under `upkeep-run`.
  public var supervised: [String] = []
  /// Whether the manager was asked; what stands on the disk is known anyway.
  public var hasAnswer = false
  /// Whether they are a user's.
  public var isUser = false

  /// Knows of none yet.
  public init() {}

  /// Whether a service is started again and again: it waits for its next start, or has been started anew lately.
  ///
  /// - Parameters:
  ///   - unit: the service.
  ///   - restarts: `NRestarts`.
  ///   - began: `InactiveExitTimestampMonotonic`, in microseconds.
  ///   - now: the monotonic clock, in microseconds.
  /// - Returns: whether it is.
  public static func isLooping(_ unit: UnitSummary, restarts: UInt64, began: UInt64, now: UInt64) -> Bool {
    if unit.subState.hasPrefix("auto-restart") { return restarts >= 1 || began > 0 }
    return restarts >= 3 && began > 0 && now >= began && now - began < 300_000_000
  }
}
