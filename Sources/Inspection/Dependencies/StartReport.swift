public import Systemd
public import SystemdManager

/// A unit's last start: what it waited for, or what it waits for now.
public struct StartReport: Sendable {
  /// The unit's name.
  public let unit: String
  /// Its state.
  public let state: ActiveState
  /// What the last start waited for; nil for a unit that has not been started since the manager has been.
  public let path: CriticalPath?
  /// The type and the number of its job that waits or runs; nil without one.
  public let job: UnitSummary.Job?
  /// The jobs that have to end before that one can begin.
  public let waitsFor: [UnitJob]
  /// When the manager itself began, `UserspaceTimestampMonotonic`, in microseconds of the monotonic clock.
  public let managerBegan: UInt64
  /// When all that it started at first was up, `FinishTimestampMonotonic`; nil while it still starts.
  public let managerFinished: UInt64?

  /// Whether the last start was part of the boot, or for a user's manager of its own start.
  public var isBoot: Bool {
    guard let began = path?.steps.first?.began else { return false }
    return managerFinished.map { began <= $0 } ?? true
  }

  /// Reads the times of all units, and makes the reports of some. `ListUnits`, `Properties.Get`, `GetJobBefore`.
  ///
  /// - Parameters:
  ///   - names: the units, by their primary names.
  ///   - client: their manager.
  /// - Returns: the reports in the order of the names.
  /// - Throws: why there is no answer.
  @LoopActor
  public static func gather(_ names: [String], _ client: ManagerClient) async throws(BusError)
    -> [StartReport]
  {
    let units = try await client.listUnits()
    var summaries: [String: UnitSummary] = [:]
    for unit in units { summaries[unit.name] = unit }
    let all = units.map(\.name) + names.filter { summaries[$0] == nil }
    let answers = try await client.properties({ _ in StartTimes.properties }, of: all.map(UnitSummary.path))
    var times: [String: StartTimes] = [:]
    for (name, answer) in zip(all, answers) { times[name] = StartTimes(name, answer) }
    let values = try await client.managerProperties()
    func time(_ name: String) -> UInt64 {
      values.first { $0.name == "\(name)TimestampMonotonic" }?.value.unsigned ?? 0
    }
    var reports: [StartReport] = []
    for name in names {
      let job = summaries[name]?.job
      var waitsFor: [UnitJob] = []
      if let job {
        // It may be over by now.
        do throws(BusError) { waitsFor = try await client.jobs(before: job.id) } catch {
          guard error.name == "org.freedesktop.systemd1.NoSuchJob" else { throw error }
        }
      }
      reports.append(
        StartReport(
          unit: name, state: summaries[name]?.activeState ?? .inactive,
          path: CriticalPath(of: name, in: times), job: job,
          waitsFor: waitsFor.sorted { $0.unit < $1.unit }, managerBegan: time("Userspace"),
          managerFinished: time("Finish") == 0 ? nil : time("Finish")))
    }
    return reports
  }
}
