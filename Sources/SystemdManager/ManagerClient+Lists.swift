public import Systemd

// What the manager has in memory and what stands on the disk, as lists. Anybody may ask; without SELinux none of these
// calls is refused.
extension ManagerClient {
  /// All units in memory. `Manager.ListUnits`.
  ///
  /// - Parameter timeout: how long to wait, the connection included.
  /// - Returns: the units in no order, each once, under its primary name.
  /// - Throws: why there is no answer.
  public func listUnits(timeout: Duration = Bus.defaultTimeout) async throws(BusError) -> [UnitSummary] {
    try await units(try bus.makeCall(to: manager, "ListUnits"), timeout)
  }

  /// The units in memory that match. `Manager.ListUnitsByPatterns`.
  ///
  /// - Parameters:
  ///   - states: words of which a unit has at least one as its load, active or sub state; empty for any.
  ///   - patterns: shell patterns or names of which a unit's primary name matches at least one; empty for any.
  ///   - timeout: how long to wait, the connection included.
  /// - Returns: the units in no order.
  /// - Throws: why there is no answer.
  public func listUnits(
    states: [String], patterns: [String], timeout: Duration = Bus.defaultTimeout
  ) async throws(BusError) -> [UnitSummary] {
    try await units(try listCall(states, patterns), timeout)
  }

  /// The units of these names, loaded from disk if they are not in memory. `Manager.ListUnitsByNames`.
  ///
  /// - Parameter names: unit names or aliases; what is no unit's name is left out.
  /// - Returns: the units in the order of the names; the primary name may be another one.
  /// - Throws: why there is no answer.
  public func listUnits(named names: [String]) async throws(BusError) -> [UnitSummary] {
    var message = try bus.makeCall(to: manager, "ListUnitsByNames")
    do throws(SystemError) { try message.append(names) } catch { throw BusError(error) }
    return try await units(message, Bus.defaultTimeout)
  }

  /// The unit files on the disk that match. `Manager.ListUnitFiles` and `Manager.ListUnitFilesByPatterns`.
  ///
  /// - Parameters:
  ///   - states: words of which a file's state is one; empty for any.
  ///   - patterns: shell patterns or names of which the unit's name matches one; empty for any.
  /// - Returns: the files in no order; templates and aliases are among them.
  /// - Throws: why there is no answer. The manager reads folders for it, which takes its time.
  public func listUnitFiles(
    states: [String] = [], patterns: [String] = []
  ) async throws(BusError) -> [UnitFileSummary] {
    let reply: [BusStruct<String, String>]
    if states.isEmpty, patterns.isEmpty {
      reply = try await bus.call(manager, "ListUnitFiles", timeout: Self.reloadTimeout)
    } else {
      reply = try await bus.call(
        manager, "ListUnitFilesByPatterns", states, patterns, timeout: Self.reloadTimeout)
    }
    return reply.map { UnitFileSummary(path: $0.fields.0, state: $0.fields.1) }
  }

  /// All jobs that wait or run. `Manager.ListJobs`.
  public func listJobs() async throws(BusError) -> [UnitJob] {
    let reply: [JobRow] = try await bus.call(manager, "ListJobs")
    return reply.map(Self.job)
  }

  /// The jobs that have to end before a job can begin. `Manager.GetJobBefore`.
  ///
  /// - Parameter id: the job's number.
  /// - Returns: the other jobs; empty for one that runs.
  /// - Throws: `org.freedesktop.systemd1.NoSuchJob` for one that is over.
  public func jobs(before id: UInt32) async throws(BusError) -> [UnitJob] {
    let reply: [JobRow] = try await bus.call(manager, "GetJobBefore", id)
    return reply.map(Self.job)
  }

  /// The primary name of the unit that a process belongs to. `Manager.GetUnitByPID`.
  ///
  /// - Parameter process: its PID as the manager sees it; 0 is the caller.
  /// - Returns: the unit's name.
  /// - Throws: `org.freedesktop.systemd1.NoUnitForPID` for one that is in no unit or is gone.
  public func unit(ofProcess process: Int32) async throws(BusError) -> String {
    let path: ObjectPath = try await bus.call(manager, "GetUnitByPID", UInt32(bitPattern: process))
    return try await bus.property("Id", of: manager.at(path, Self.unitInterface))
  }

  /// The state of a unit's file, also of a unit that is not in memory. `Manager.GetUnitFileState`.
  ///
  /// - Parameter unit: a unit's name.
  /// - Returns: a word as in ``UnitFileSummary/state``.
  /// - Throws: `org.freedesktop.DBus.Error.FileNotFound` or `org.freedesktop.systemd1.NoSuchUnit` for one without a
  ///   file, `org.freedesktop.DBus.Error.InvalidArgs` for what is no name.
  public func unitFileState(of unit: String) async throws(BusError) -> String {
    try await bus.call(manager, "GetUnitFileState", unit, timeout: Self.reloadTimeout)
  }

  // MARK: Steps

  private typealias JobRow = BusStruct<UInt32, String, String, String, ObjectPath, ObjectPath>

  private static func job(_ row: JobRow) -> UnitJob {
    let fields = row.fields
    return UnitJob(id: fields.0, unit: fields.1, type: fields.2, state: fields.3, path: fields.4)
  }

  func listCall(_ states: [String], _ patterns: [String]) throws(BusError) -> BusMessage {
    if states.isEmpty, patterns.isEmpty { return try bus.makeCall(to: manager, "ListUnits") }
    var message = try bus.makeCall(to: manager, "ListUnitsByPatterns")
    do throws(SystemError) { try message.append(states, patterns) } catch { throw BusError(error) }
    return message
  }

  static func units(in reply: inout BusMessage) throws(BusError) -> [UnitSummary] {
    var units: [UnitSummary] = []
    units.reserveCapacity(256)
    do throws(SystemError) {
      try reply.readUnitRows { units.append(UnitSummary($0)) }
    } catch {
      throw BusError(error)
    }
    return units
  }

  private func units(_ call: consuming BusMessage, _ timeout: Duration) async throws(BusError)
    -> [UnitSummary]
  {
    var reply = try await bus.call(call, timeout: timeout)
    return try Self.units(in: &reply)
  }
}
