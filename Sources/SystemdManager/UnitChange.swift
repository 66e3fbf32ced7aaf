public import Systemd

/// What happened to one unit, as a ``UnitMonitor`` tells it.
public struct UnitChange: Sendable, Hashable {
  /// The unit before; nil for one that came into memory.
  public let before: UnitSummary?
  /// The unit after; nil for one that left the memory.
  public let after: UnitSummary?
  /// The watched properties before; see ``UnitMonitor/watched``.
  public let previous: UnitProperties
  /// The watched properties after.
  public let current: UnitProperties
  /// All that the manager told with this change, by the properties' names; empty for a change that was found later.
  public let told: [String: BusVariant]
  /// Whether it was found by looking again, after a lost connection or a reload: the moment is not known, and there may
  /// have been more changes before it.
  public let isLate: Bool
  /// When the manager's word of it arrived, in time since 1970; for a unit that came, its first word, before its states
  /// were asked for.
  public internal(set) var noticed = Duration.zero

  /// Describes a change.
  public init(
    before: UnitSummary?, after: UnitSummary?, previous: UnitProperties = UnitProperties(),
    current: UnitProperties = UnitProperties(), told: [String: BusVariant] = [:], isLate: Bool = false
  ) {
    self.before = before
    self.after = after
    self.previous = previous
    self.current = current
    self.told = told
    self.isLate = isLate
  }

  /// The unit's name.
  public var name: String { (after ?? before)?.name ?? "" }

  /// Whether the unit's state is another one, or it came or went.
  public var isStateChange: Bool {
    before?.activeState != after?.activeState || before?.subState != after?.subState
      || before?.loadState != after?.loadState
  }

  /// Whether another run of the unit began.
  public var isNewRun: Bool {
    guard let run = current.invocation else { return false }
    return run != previous.invocation
  }
}

/// What a ``UnitMonitor`` tells.
public enum UnitEvent: Sendable, Hashable {
  /// The picture is whole: at the start, and again after a lost connection, when all changes that were found have been
  /// told.
  case connected
  /// The connection is lost; the monitor tries to make another one.
  case disconnected(BusError)
  /// A unit came, went or changed.
  case unit(UnitChange)
  /// A job was queued.
  case jobNew(UnitJob)
  /// A job ended.
  case jobRemoved(UnitJob, JobResult)
  /// The manager reads all unit files anew (true), or has done so (false).
  case reloading(Bool)
  /// The reader was so slow that this number of events was dropped. The picture is right all the same.
  case missed(Int)
}
