/// What happens to jobs that stand in the way of a new one; the mode strings of `org.freedesktop.systemd1(5)`.
public struct JobMode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The word on the bus, such as `replace`.
  public let rawValue: String

  /// Wraps a word; one that the manager does not know is refused with `org.freedesktop.DBus.Error.InvalidArgs`.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The word on the bus.
  public var description: String { rawValue }

  /// A job that conflicts is replaced; what `systemctl` uses.
  public static let replace = JobMode(rawValue: "replace")
  /// A job that conflicts makes the call fail with `org.freedesktop.systemd1.TransactionIsDestructive`.
  public static let fail = JobMode(rawValue: "fail")
  /// Like `replace`, and the new job cannot be replaced itself.
  public static let replaceIrreversibly = JobMode(rawValue: "replace-irreversibly")
  /// Stops every other unit too.
  public static let isolate = JobMode(rawValue: "isolate")
  /// Neither requirements nor order are looked at.
  public static let ignoreDependencies = JobMode(rawValue: "ignore-dependencies")
  /// Order is looked at, requirements are not.
  public static let ignoreRequirements = JobMode(rawValue: "ignore-requirements")
  /// Units that a stop takes along are started again after it (systemd 257).
  public static let restartDependencies = JobMode(rawValue: "restart-dependencies")
}
