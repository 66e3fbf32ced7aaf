public import Systemd

// Links of unit files on the disk, beyond ``enable(_:isRuntime:force:)`` and ``disable(_:isRuntime:)``. All calls may
// fail with `org.freedesktop.DBus.Error.AccessDenied`, and with `org.freedesktop.systemd1.UnitExists` (before systemd
// 252 `org.freedesktop.DBus.Error.FileExists`) for something else that stands in a link's place. They do not reload the
// manager; `daemonReload(timeout:)` does.
extension ManagerClient {
  /// Removes the units' links and makes those anew that `[Install]` asks for now. `Manager.ReenableUnitFiles`.
  ///
  /// - Parameters:
  ///   - units: names; no paths.
  ///   - isRuntime: whether the links last until the next boot only.
  ///   - force: whether links that lead elsewhere are replaced.
  /// - Returns: the links that were removed and made, and whether any unit has an `[Install]` at all.
  /// - Throws: as ``enable(_:isRuntime:force:)`` does.
  public func reenable(
    _ units: [String], isRuntime: Bool = false, force: Bool = false
  ) async throws(BusError) -> (changes: [UnitFileChange], hasInstallSection: Bool) {
    let reply: BusArguments<Bool, [BusStruct<String, String, String>]> = try await bus.call(
      manager, "ReenableUnitFiles", units, isRuntime, force, timeout: Self.reloadTimeout)
    return (reply.values.1.map(Self.fileChange), reply.values.0)
  }

  /// Links units to `/dev/null`, so that nothing can start them. `Manager.MaskUnitFiles`.
  ///
  /// - Parameters:
  ///   - units: names; there need not be a file.
  ///   - isRuntime: whether that lasts until the next boot only.
  ///   - force: whether a link that leads elsewhere is replaced; a file never is.
  /// - Returns: the links that were made.
  /// - Throws: `org.freedesktop.systemd1.UnitExists` for a unit whose own file stands where the link goes.
  @discardableResult
  public func mask(
    _ units: [String], isRuntime: Bool = false, force: Bool = false
  ) async throws(BusError) -> [UnitFileChange] {
    let reply: [BusStruct<String, String, String>] = try await bus.call(
      manager, "MaskUnitFiles", units, isRuntime, force, timeout: Self.reloadTimeout)
    return reply.map(Self.fileChange)
  }

  /// Removes the links that ``mask(_:isRuntime:force:)`` makes. `Manager.UnmaskUnitFiles`.
  ///
  /// - Parameters:
  ///   - units: names; one that is not masked is no error.
  ///   - isRuntime: whether links that last until the next boot only are meant.
  /// - Returns: the links that were removed.
  /// - Throws: why they cannot be removed.
  @discardableResult
  public func unmask(
    _ units: [String], isRuntime: Bool = false
  ) async throws(BusError) -> [UnitFileChange] {
    let reply: [BusStruct<String, String, String>] = try await bus.call(
      manager, "UnmaskUnitFiles", units, isRuntime, timeout: Self.reloadTimeout)
    return reply.map(Self.fileChange)
  }

  /// Links unit files from outside of the manager's folders into them, so that they can be started by name.
  /// `Manager.LinkUnitFiles`.
  ///
  /// - Parameters:
  ///   - files: absolute paths.
  ///   - isRuntime: whether the links last until the next boot only.
  ///   - force: whether links that lead elsewhere are replaced.
  /// - Returns: the links that were made.
  /// - Throws: `org.freedesktop.systemd1.UnitBadPath` for a file that is in such a folder already.
  @discardableResult
  public func link(
    _ files: [String], isRuntime: Bool = false, force: Bool = false
  ) async throws(BusError) -> [UnitFileChange] {
    let reply: [BusStruct<String, String, String>] = try await bus.call(
      manager, "LinkUnitFiles", files, isRuntime, force, timeout: Self.reloadTimeout)
    return reply.map(Self.fileChange)
  }

  private static func fileChange(_ row: BusStruct<String, String, String>) -> UnitFileChange {
    UnitFileChange(kind: row.fields.0, path: row.fields.1, target: row.fields.2)
  }
}
