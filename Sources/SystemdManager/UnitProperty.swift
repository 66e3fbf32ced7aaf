/// A property of units: its interface and its name. See `org.freedesktop.systemd1(5)` for all of them.
public struct UnitProperty: Sendable, Hashable {
  /// The last part of the interface: `Unit`, `Service`, `Socket`, `Timer` and so on.
  public let interface: String
  /// The name.
  public let name: String

  /// Names a property.
  public init(_ interface: String, _ name: String) {
    self.interface = interface
    self.name = name
  }

  /// The interface's whole name.
  public var fullInterface: String { "org.freedesktop.systemd1.\(interface)" }

  /// Whether units of this kind, such as `service`, have it.
  public func exists(forKind kind: some StringProtocol) -> Bool {
    interface == "Unit" || ManagerClient.interface(ofKind: String(kind)) == interface
  }

  /// When it became active for the last time.
  public static let activeEnter = UnitProperty("Unit", "ActiveEnterTimestamp")
  /// When it left the state active for the last time.
  public static let activeExit = UnitProperty("Unit", "ActiveExitTimestamp")
  /// When it became inactive or failed for the last time.
  public static let inactiveEnter = UnitProperty("Unit", "InactiveEnterTimestamp")
  /// When it left the state inactive or failed for the last time.
  public static let inactiveExit = UnitProperty("Unit", "InactiveExitTimestamp")
  /// When its state changed for the last time.
  public static let stateChange = UnitProperty("Unit", "StateChangeTimestamp")
  /// The ID of the present or last run.
  public static let invocation = UnitProperty("Unit", "InvocationID")
  /// How often `Restart=` has started it since a person did.
  public static let restarts = UnitProperty("Service", "NRestarts")
  /// What it said with `STATUS=`.
  public static let statusText = UnitProperty("Service", "StatusText")
  /// How the last run of a service ended.
  public static let serviceResult = UnitProperty("Service", "Result")
  /// The command lines of a service.
  public static let execStart = UnitProperty("Service", "ExecStart")
  /// The memory of a service in bytes, 2^64-1 for unknown.
  public static let memory = UnitProperty("Service", "MemoryCurrent")
  /// The processor time of a service in nanoseconds, 2^64-1 for unknown.
  public static let processorTime = UnitProperty("Service", "CPUUsageNSec")
}
