/// A unit's state in the terms that all kinds of units share: the property `ActiveState`.
public struct ActiveState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The word on the bus.
  public let rawValue: String

  /// Wraps a word; a later systemd may have more of them.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The word on the bus.
  public var description: String { rawValue }

  /// It is up.
  public static let active = ActiveState(rawValue: "active")
  /// It is up and reads its configuration again.
  public static let reloading = ActiveState(rawValue: "reloading")
  /// It is up and its mounts are made anew (systemd 257).
  public static let refreshing = ActiveState(rawValue: "refreshing")
  /// It is not up.
  public static let inactive = ActiveState(rawValue: "inactive")
  /// It is not up, because it failed.
  public static let failed = ActiveState(rawValue: "failed")
  /// It is on its way up; a service that waits for its next restart is here too.
  public static let activating = ActiveState(rawValue: "activating")
  /// It is on its way down.
  public static let deactivating = ActiveState(rawValue: "deactivating")
  /// It is down for maintenance.
  public static let maintenance = ActiveState(rawValue: "maintenance")

  /// Whether it is up: `active`, `reloading` or `refreshing`.
  public var isUp: Bool { self == .active || self == .reloading || self == .refreshing }
}
