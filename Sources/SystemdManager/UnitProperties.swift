public import Systemd

/// A unit's properties as of one moment: those of the interface `Unit` and those of its own kind, such as `Service`.
///
/// See `org.freedesktop.systemd1(5)` for all names. What is not there reads as empty, zero or false: an older systemd
/// knows fewer of them.
public struct UnitProperties: Sendable, Hashable {
  /// All values by their names on the bus.
  public private(set) var values: [String: BusVariant]

  /// Wraps values.
  public init(_ values: [String: BusVariant] = [:]) { self.values = values }

  /// A value by its name on the bus.
  public subscript(name: String) -> BusVariant? { values[name] }

  /// Takes over what a signal `PropertiesChanged` tells: new values, and names whose values are no longer known.
  public mutating func merge(_ changed: [String: BusVariant], invalidated: [String] = []) {
    values.merge(changed) { $1 }
    for name in invalidated { values[name] = nil }
  }

  // MARK: Any unit

  /// `Id`: the primary name.
  public var name: String { text("Id") }
  /// `Description`.
  public var unitDescription: String { text("Description") }
  /// `LoadState`: `loaded`, `not-found`, `masked`, `bad-setting`, `error`.
  public var loadState: String { text("LoadState") }
  /// `ActiveState`.
  public var activeState: ActiveState { ActiveState(rawValue: text("ActiveState")) }
  /// `SubState`: the state in the terms of the unit's kind, such as `running`, `exited` or `auto-restart`.
  public var subState: String { text("SubState") }
  /// `UnitFileState`: `enabled`, `disabled`, `static`, `masked` and so on; empty for a unit without a file.
  public var unitFileState: String { text("UnitFileState") }
  /// `FragmentPath`: the unit file; nil for a unit that has none.
  public var fragmentPath: String? { text("FragmentPath").isEmpty ? nil : text("FragmentPath") }
  /// `DropInPaths`, in the order in which they apply.
  public var dropInPaths: [String] { values["DropInPaths"]?.elements?.compactMap(\.text) ?? [] }
  /// `NeedDaemonReload`: whether a file has changed since the manager read it.
  public var needsDaemonReload: Bool { values["NeedDaemonReload"]?.truth ?? false }
  /// `InvocationID` of the present or last run; nil for a unit that has not run since the boot.
  public var invocation: MessageID? {
    guard let bytes = values["InvocationID"]?.elements, bytes.count == 16 else { return nil }
    return MessageID(bytes.reduce(0) { $0 << 8 | UInt128($1.unsigned ?? 0) })
  }

  // MARK: Services

  /// `Type` of a service, such as `notify`.
  public var serviceType: String { text("Type") }
  /// `Result`: `success`, or how the last run failed, such as `exit-code`, `signal`, `timeout`.
  public var result: String { text("Result") }
  /// `ExecMainCode`: how the main process ended, `CLD_EXITED` (1), `CLD_KILLED` (2), `CLD_DUMPED` (3); 0 while it runs.
  public var mainCode: Int32 { Int32(clamping: values["ExecMainCode"]?.signed ?? 0) }
  /// `ExecMainStatus`: its exit code or signal.
  public var mainStatus: Int32 { Int32(clamping: values["ExecMainStatus"]?.signed ?? 0) }
  /// Whether the main process has become the program of `ExecStart=`, from `ExecMainHandoffTimestampMonotonic`. Until
  /// then systemd prepares it. True where systemd does not tell, before version 256.
  public var hasBegun: Bool { values["ExecMainHandoffTimestampMonotonic"]?.unsigned != 0 }
  /// `MainPID`; 0 if there is none.
  public var mainPID: Int32 { Int32(clamping: values["MainPID"]?.unsigned ?? 0) }
  /// `NRestarts`: how often `Restart=` has started it since a person did.
  public var restarts: UInt64 { values["NRestarts"]?.unsigned ?? 0 }
  /// `StatusText`: what the service said with `STATUS=`. Foreign text: escape it before showing it.
  public var statusText: String { text("StatusText") }
  /// `ControlGroup`: the path below the root of the control groups; empty for a unit that does not run.
  public var controlGroup: String { text("ControlGroup") }
  /// `User`; empty for root.
  public var user: String { text("User") }

  private func text(_ name: String) -> String { values[name]?.text ?? "" }
}
