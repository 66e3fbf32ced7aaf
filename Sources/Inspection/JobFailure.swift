public import Systemd
public import SystemdManager

/// Why a unit is not as a job was to make it: sentences without a full stop, the one that matters most first, and the
/// lines of the journal that matter.
///
/// Values of units and the journal are foreign text: escape them before they are shown.
public struct JobFailure: Sendable, Hashable {
  /// The unit's name.
  public let unit: String
  /// The reasons.
  public let sentences: [String]
  /// Entries of the unit's last run, the oldest first.
  public let log: [JournalRecord]
  /// The units that it requires and that failed, when that was the reason.
  public private(set) var requirements: [JobFailure] = []

  /// More units than this that failed before are not explained.
  static let requirementLimit = 3

  /// Describes a failure.
  public init(unit: String, sentences: [String], log: [JournalRecord] = []) {
    self.unit = unit
    self.sentences = sentences
    self.log = log
  }

  /// Finds out why.
  ///
  /// - Parameters:
  ///   - unit: the unit's name.
  ///   - verb: what the job was to do.
  ///   - result: how the job ended; ``JobResult/done`` for a unit that failed after it.
  ///   - began: when the job was asked for, in time since 1970.
  ///   - client: the unit's manager.
  ///   - address: where the manager is; only this machine's journal is read.
  /// - Returns: the reasons.
  /// - Throws: why the manager did not answer.
  @LoopActor
  public static func gather(
    _ unit: String, _ verb: JobVerb, _ result: JobResult, since began: Duration, _ client: ManagerClient,
    _ address: ManagerAddress
  ) async throws(BusError) -> JobFailure {
    // A unit that was not started has only lines of an earlier run.
    let hasRun = address.isLocal && [.done, .failed, .timeout].contains(result)
    if hasRun { await waitForLog(of: unit, since: began, address.scope) }
    let report = try await UnitReport.gather(unit, client, address, lines: 0)
    let names = try await failedRequirements(of: report.unit, result, client)
    var failure = JobFailure(
      unit: unit, sentences: sentences(report, verb, result, names),
      log: hasRun ? log(of: report.unit, since: began, address.scope) : [])
    for name in names.prefix(requirementLimit) {
      failure.requirements.append(try await gather(name, .start, .failed, since: began, client, address))
    }
    return failure
  }

  /// Why a unit is not active although the job for its start was done.
  ///
  /// - Parameters:
  ///   - unit: the unit's name.
  ///   - began: when the job was asked for, in time since 1970.
  ///   - client: the unit's manager.
  ///   - address: where the manager is.
  /// - Returns: what did not hold, as a sentence; nil for a unit that was started and has ended.
  /// - Throws: why the manager did not answer.
  @LoopActor
  public static func unmetCondition(
    of unit: String, since began: Duration, _ client: ManagerClient, _ address: ManagerAddress
  ) async throws(BusError) -> String? {
    let state = try await client.properties(of: unit)
    if (state["ConditionTimestamp"]?.unsigned ?? 0) > 0 {
      return state["ConditionResult"]?.truth == false ? UnitExplanation(of: state).sentences.first : nil
    }
    // The unit has left the memory, and what was known of it is in the journal only.
    guard address.isLocal else { return nil }
    let record = await JobLog.first(of: [JobLog.started], about: unit, since: began, address.scope)
    // Without a run it was not started; from systemd 252 on the message says which check it was.
    guard let record, record["INVOCATION_ID"] ?? record["USER_INVOCATION_ID"] ?? "" == "" else { return nil }
    let check = record.message.split(separator: "(").last?.split(separator: ")").first
    return check.map { "the check \($0) did not hold" } ?? record.message
  }

  // MARK: Sentences

  private static func sentences(
    _ report: UnitReport, _ verb: JobVerb, _ result: JobResult, _ requirements: [String]
  ) -> [String] {
    let explained = report.explanation.sentences
    switch result {
    case .done, .failed, .assert:
      return explained.isEmpty ? ["systemd gives no reason; its result is \(report.unit.result)"] : explained
    case .dependency:
      guard requirements.isEmpty else { return requirements.map { "it requires \($0), which failed" } }
      return ["a unit that it requires could not be started"]
    case .timeout: return ["the job took longer than its JobTimeoutSec= or JobRunningTimeoutSec= allows"]
    case .canceled: return ["another job took its place, or somebody cancelled it"]
    case .invalid:
      return ["it is \(report.unit.activeState), so there is nothing to \(verb.rawValue)"]
    case .unsupported: return ["this kind of unit is not supported on this machine"]
    case .collected: return ["systemd dropped the unit from its memory meanwhile"]
    case .once: return ["it may be started only once, and was before"]
    case .frozen:
      return ["it is frozen; 'upkeep resume \(report.address.options)\(report.unit.name)' lets it go on"]
    default: return ["systemd's job ended with '\(result)'"]
    }
  }

  @LoopActor
  private static func failedRequirements(
    of unit: UnitProperties, _ result: JobResult, _ client: ManagerClient
  ) async throws(BusError) -> [String] {
    guard result == .dependency else { return [] }
    let names = ["Requires", "Requisite", "BindsTo"].flatMap { unit[$0]?.elements?.compactMap(\.text) ?? [] }
    guard !names.isEmpty else { return [] }
    return try await client.listUnits(states: ["failed"], patterns: names).map(\.name).sorted()
  }

  // MARK: Journal

  /// Waits until the journal has what was written before the job ended.
  @LoopActor
  private static func waitForLog(of unit: String, since began: Duration, _ scope: ProcessUnit.Scope) async {
    guard await !Journal.synchronize() else { return }
    // Only root may ask journald. What the manager wrote last is there soon, and most often behind the rest.
    _ = await JobLog.first(of: JobLog.ends, about: unit, since: began, scope)
  }

  /// What the unit's last run said; none where the journal cannot be read.
  @LoopActor
  private static func log(
    of unit: UnitProperties, since began: Duration, _ scope: ProcessUnit.Scope
  ) -> [JournalRecord] {
    guard let run = unit.invocation,
      let reader = try? JournalReader(JobLog.match(unit.name, run, scope), namespace: .all),
      let records = try? reader.last(JobLog.searched)
    else { return [] }
    return JobLog.relevant(records.filter { JobLog.isOf(run, $0, since: began) })
  }
}
