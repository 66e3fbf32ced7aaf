public import Systemd

// Changes of units in the manager's memory that make no job.
extension ManagerClient {
  /// Changes settings of a unit that can be changed while it runs, such as `MemoryMax`. `Manager.SetUnitProperties`.
  ///
  /// All of them change, or none. The manager writes them to drop-ins, which a daemon-reload keeps.
  ///
  /// - Parameters:
  ///   - properties: by their names on the bus, such as `MemoryMax` (`t`).
  ///   - unit: the unit's name or an alias.
  ///   - isRuntime: whether that lasts until the next boot only.
  /// - Throws: `org.freedesktop.systemd1.NoSuchUnit`, `org.freedesktop.DBus.Error.PropertyReadOnly` for one that
  ///   cannot be changed so, `org.freedesktop.DBus.Error.InvalidArgs`, `org.freedesktop.DBus.Error.AccessDenied`.
  public func setProperties(
    _ properties: [(String, BusVariant)], of unit: String, isRuntime: Bool
  ) async throws(BusError) {
    try await bus.perform(
      manager, "SetUnitProperties", unit, isRuntime, properties.map { BusStruct($0.0, $0.1) })
  }

  /// Takes all units out of the state `failed`. `Manager.ResetFailed`.
  ///
  /// - Throws: `org.freedesktop.DBus.Error.AccessDenied`.
  public func resetFailedUnits() async throws(BusError) {
    try await bus.perform(manager, "ResetFailed")
  }
}
