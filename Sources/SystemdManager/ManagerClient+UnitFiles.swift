public import Systemd

// Unit files on the disk. All calls may fail with `org.freedesktop.DBus.Error.AccessDenied`. They do not reload the
// manager; `daemonReload(timeout:)` does.
extension ManagerClient {
  /// A daemon-reload reads every unit file of the machine, and generators run; this is longer than it ever takes.
  public nonisolated static let reloadTimeout = Duration.seconds(90)

  /// Makes the links that the units' `[Install]` asks for. `Manager.EnableUnitFiles`.
  ///
  /// - Parameters:
  ///   - units: names, or absolute paths of unit files that are linked first.
  ///   - isRuntime: whether the links last until the next boot only.
  ///   - force: whether links that lead elsewhere are replaced.
  /// - Returns: the links that were made, and whether any unit has an `[Install]` at all.
  /// - Throws: `org.freedesktop.systemd1.NoSuchUnit`, `...UnitMasked`, `...UnitLinked`,
  ///   `org.freedesktop.DBus.Error.FileExists` for a link that leads elsewhere.
  public func enable(
    _ units: [String], isRuntime: Bool = false, force: Bool = false
  ) async throws(BusError) -> (changes: [UnitFileChange], hasInstallSection: Bool) {
    let reply: BusArguments<Bool, [FileChange]> = try await bus.call(
      manager, "EnableUnitFiles", units, isRuntime, force, timeout: Self.reloadTimeout)
    return (reply.values.1.map(Self.change), reply.values.0)
  }

  /// Removes the links that lead to the units. `Manager.DisableUnitFiles`.
  ///
  /// - Parameters:
  ///   - units: names.
  ///   - isRuntime: whether links that last until the next boot only are meant.
  /// - Returns: the links that were removed.
  /// - Throws: `org.freedesktop.systemd1.NoSuchUnit`.
  @discardableResult
  public func disable(
    _ units: [String], isRuntime: Bool = false
  ) async throws(BusError) -> [UnitFileChange] {
    let reply: [FileChange] = try await bus.call(
      manager, "DisableUnitFiles", units, isRuntime, timeout: Self.reloadTimeout)
    return reply.map(Self.change)
  }

  /// Lets the manager read all unit files again: `systemctl daemon-reload`. `Manager.Reload`.
  ///
  /// - Parameter timeout: how long it may take.
  /// - Throws: `org.freedesktop.DBus.Error.LimitsExceeded` where systemd 253 or newer has a rate limit for it.
  public func daemonReload(timeout: Duration = reloadTimeout) async throws(BusError) {
    try await bus.perform(manager, "Reload", timeout: timeout)
  }

  // MARK: Steps

  private typealias FileChange = BusStruct<String, String, String>

  private static func change(_ fields: FileChange) -> UnitFileChange {
    UnitFileChange(kind: fields.fields.0, path: fields.fields.1, target: fields.fields.2)
  }
}
