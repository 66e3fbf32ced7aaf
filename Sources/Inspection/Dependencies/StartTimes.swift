import Systemd
public import SystemdManager

/// When a unit last started and stopped, by the monotonic clock in microseconds, and what it waits for when it does.
/// Read out of the properties of `org.freedesktop.systemd1.Unit`.
public struct StartTimes: Sendable, Hashable {
  /// The unit's name.
  public let name: String
  /// `InactiveExitTimestampMonotonic`: when its last start began; 0 if it never did.
  public let began: UInt64
  /// When that start was over: it was active, or it ended without having been, as a command of `Type=oneshot` does and
  /// one that fails. Nil while it goes on.
  public let ended: UInt64?
  /// `ActiveExitTimestampMonotonic` and `InactiveEnterTimestampMonotonic`: its last stop; nil if there was none.
  public let stop: ClosedRange<UInt64>?
  /// `After`: the units that it waits for, if they start or stop in the same go.
  public let after: [String]
  /// `Conflicts` and `ConflictedBy`: the units whose stop it waits for.
  public let conflicts: [String]

  /// The properties that it is read out of.
  public static let properties: [UnitProperty] = [
    "InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic", "ActiveExitTimestampMonotonic",
    "InactiveEnterTimestampMonotonic", "After", "Conflicts", "ConflictedBy",
  ].map { UnitProperty("Unit", $0) }

  /// Reads a unit's properties; what is missing in them never was.
  public init(_ name: String, _ properties: UnitProperties) {
    func time(_ name: String) -> UInt64 { properties["\(name)TimestampMonotonic"]?.unsigned ?? 0 }
    func names(_ name: String) -> [String] { properties[name]?.elements?.compactMap(\.text) ?? [] }
    self.init(
      name, inactiveExit: time("InactiveExit"), activeEnter: time("ActiveEnter"),
      activeExit: time("ActiveExit"),
      inactiveEnter: time("InactiveEnter"), after: names("After"),
      conflicts: names("Conflicts") + names("ConflictedBy"))
  }

  /// Takes the four moments of a unit; 0 for one that never was.
  public init(
    _ name: String, inactiveExit: UInt64, activeEnter: UInt64, activeExit: UInt64 = 0,
    inactiveEnter: UInt64 = 0,
    after: [String] = [], conflicts: [String] = []
  ) {
    self.name = name
    self.after = after
    self.conflicts = conflicts
    began = inactiveExit
    let ends = [activeEnter, inactiveEnter].filter { $0 != 0 && $0 >= inactiveExit }
    ended = inactiveExit == 0 ? nil : ends.min()
    stop = activeExit > 0 && inactiveEnter >= activeExit ? activeExit...inactiveEnter : nil
  }
}
