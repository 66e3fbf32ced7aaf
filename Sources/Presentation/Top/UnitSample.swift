/// A unit at one moment: its state, and what it has used until then.
public struct UnitSample: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The description. Foreign text, as all texts here: drawing escapes it.
  public var summary = ""
  /// The active state, such as `active`.
  public var active: String
  /// The state in the terms of the unit's kind, such as `running`.
  public var sub: String
  /// One word of `upkeep-run` on how its service fares; nil where nobody knows.
  public var health: String?
  /// How often it was restarted since a person started it; nil for what is no service.
  public var restarts: UInt64?
  /// Microseconds of processor time so far; nil if nobody counts.
  public var processorTime: UInt64?
  /// Bytes of memory; nil if nobody counts.
  public var memory: UInt64?
  /// Threads; nil if nobody counts.
  public var tasks: UInt64?
  /// Bytes read from block devices so far; nil if nobody counts.
  public var bytesRead: UInt64?
  /// Bytes written to block devices so far; nil if nobody counts.
  public var bytesWritten: UInt64?

  /// Describes a unit of which nothing but the state is known.
  public init(name: String, active: String, sub: String) {
    self.name = name
    self.active = active
    self.sub = sub
  }

  /// What stands behind the name's last dot.
  public var kind: Substring { name.lastIndex(of: ".").map { name[name.index(after: $0)...] } ?? "" }
}
