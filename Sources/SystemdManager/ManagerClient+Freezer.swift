public import Systemd

// Freezing: the kernel gives a unit's processes no more processor time until they are thawed (`cgroup.freeze`), so it
// takes control groups of version 2. Both calls may fail with `org.freedesktop.systemd1.NoSuchUnit`,
// `...UnitInactive`, `...UnitBusy` for a unit with a job, `org.freedesktop.DBus.Error.NotSupported` for kinds of units
// and kernels that cannot, and without the right with `org.freedesktop.DBus.Error.AccessDenied`.
extension ManagerClient {
  /// A freeze is over when the last process has stood still; one in the kernel may take its time.
  public nonisolated static let freezeTimeout = Duration.seconds(90)

  /// Stops all processes of a unit where they are, and returns when they stand still. `Manager.FreezeUnit`.
  ///
  /// One that is frozen already stays so. Its watchdog goes on counting.
  ///
  /// - Parameters:
  ///   - unit: its name or an alias.
  ///   - timeout: how long to wait for the processes.
  /// - Throws: the errors named above; `ETIMEDOUT` when a process does not stand still in time.
  public func freeze(_ unit: String, timeout: Duration = freezeTimeout) async throws(BusError) {
    try await bus.perform(manager, "FreezeUnit", unit, timeout: timeout)
  }

  /// Lets all processes of a frozen unit go on. `Manager.ThawUnit`; parameters as for ``freeze(_:timeout:)``.
  ///
  /// From systemd 257 on, one whose slice is frozen goes on only with its slice.
  public func thaw(_ unit: String, timeout: Duration = freezeTimeout) async throws(BusError) {
    try await bus.perform(manager, "ThawUnit", unit, timeout: timeout)
  }
}
