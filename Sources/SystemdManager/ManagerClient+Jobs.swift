public import Systemd

// Jobs: what `systemctl start` and its like ask for. Each call waits for the job's end, and says how it was. The wait
// ends early with a `BusError` when the connection goes (`ECONNRESET`), the time is over (`ETIMEDOUT`) or the task is
// cancelled (`ECANCELED`); the job itself goes on then. All calls may fail with
// `org.freedesktop.systemd1.NoSuchUnit`, `...UnitMasked`, `...LoadFailed`, `...BadUnitSetting`,
// `...TransactionIsDestructive` and, without the right, `org.freedesktop.DBus.Error.AccessDenied` or
// `...InteractiveAuthorizationRequired`.
extension ManagerClient {
  /// Starts a unit and waits until it has started, as far as its `Type=` says. `Manager.StartUnit`.
  ///
  /// - Parameters:
  ///   - unit: the unit's name, suffix included, or an alias.
  ///   - mode: what happens to conflicting jobs.
  ///   - timeout: how long to wait for the job's end; nil waits as long as the job takes.
  /// - Returns: how the job ended.
  /// - Throws: why there is no job, or why its end was not seen.
  @discardableResult
  public func start(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("StartUnit", unit, mode, timeout)
  }

  /// Stops a unit and waits until it has stopped. `Manager.StopUnit`; parameters as for ``start(_:mode:timeout:)``.
  @discardableResult
  public func stop(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("StopUnit", unit, mode, timeout)
  }

  /// Stops a unit if it runs and starts it. `Manager.RestartUnit`; parameters as for ``start(_:mode:timeout:)``.
  @discardableResult
  public func restart(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("RestartUnit", unit, mode, timeout)
  }

  /// Restarts a unit only if it runs. `Manager.TryRestartUnit`; parameters as for ``start(_:mode:timeout:)``.
  @discardableResult
  public func tryRestart(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("TryRestartUnit", unit, mode, timeout)
  }

  /// Lets a unit read its configuration again. `Manager.ReloadUnit`; parameters as for ``start(_:mode:timeout:)``.
  ///
  /// A unit without `ExecReload=` fails with `org.freedesktop.systemd1.JobTypeNotApplicable`.
  @discardableResult
  public func reload(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("ReloadUnit", unit, mode, timeout)
  }

  /// Reloads a unit that can, restarts one that cannot, starts one that does not run. `Manager.ReloadOrRestartUnit`;
  /// parameters as for ``start(_:mode:timeout:)``.
  @discardableResult
  public func reloadOrRestart(
    _ unit: String, mode: JobMode = .replace, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await job("ReloadOrRestartUnit", unit, mode, timeout)
  }

  /// Makes a unit out of properties, with no file of its own, and starts it. `Manager.StartTransientUnit`.
  ///
  /// - Parameters:
  ///   - unit: the new unit's name, such as `run-backup.service`; one that is loaded already fails with
  ///     `org.freedesktop.systemd1.UnitExists`.
  ///   - properties: by their names on the bus, such as `Description` and `ExecStart` (`a(sasb)`). A command should have
  ///     neither `$` nor `;` in it: systemd 252 reads them wrongly when a daemon-reload comes before the command runs.
  ///   - mode: what happens to conflicting jobs.
  ///   - timeout: how long to wait for the job's end; nil waits as long as the job takes.
  /// - Returns: how the job ended.
  /// - Throws: why there is no job, or why its end was not seen.
  @discardableResult
  public func startTransient(
    _ unit: String, properties: [(String, BusVariant)], mode: JobMode = .fail, timeout: Duration? = nil
  ) async throws(BusError) -> JobResult {
    try await subscribe()
    let properties = properties.map { BusStruct($0.0, $0.1) }
    let auxiliary: [BusStruct<String, [BusStruct<String, BusVariant>]>] = []
    return try await jobs.run(on: bus, manager, timeout: timeout) { () async throws(BusError) in
      try await bus.call(manager, "StartTransientUnit", unit, mode.rawValue, properties, auxiliary)
    }
  }

  // MARK: Steps

  func job(
    _ member: String, _ unit: String, _ mode: JobMode, _ timeout: Duration?
  ) async throws(BusError) -> JobResult {
    try await subscribe()
    return try await jobs.run(on: bus, manager, timeout: timeout) { () async throws(BusError) in
      try await bus.call(manager, member, unit, mode.rawValue)
    }
  }
}
