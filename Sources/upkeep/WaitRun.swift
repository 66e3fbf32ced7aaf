import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// One wait for units, until all of them are in a state.
@LoopActor
final class WaitRun {
  private let goal: WaitCommand.Goal
  private let manager: ManagerOptions
  private let isQuiet: Bool
  private let monitor: UnitMonitor
  // What is waited for, and how it was when it was looked at last.
  private var pending: [String: String] = [:]

  init(for goal: WaitCommand.Goal, _ manager: ManagerOptions, isQuiet: Bool) {
    self.goal = goal
    self.manager = manager
    self.isQuiet = isQuiet
    monitor = UnitMonitor(manager.address, watching: [.statusText])
  }

  /// Waits for all units.
  ///
  /// - Throws: which unit will not get there, status 1; which does not exist, status 4; why nobody can tell.
  func wait(for units: [String]) async throws {
    do throws(BusError) {
      try await monitor.connect()
    } catch {
      throw manager.failure(error, "watch the units")
    }
    guard let client = monitor.client else { throw ExitError("the connection is lost") }
    for name in try await UnitArguments.resolve(units, client, manager) {
      let id = try await manager.asking("look for \(DisplayText.escaped(name))") {
        () async throws(BusError) in
        try await client.property(UnitProperty("Unit", "Id"), of: name).text
      }
      // Changes are told under the primary name, whatever alias was asked for.
      pending[id ?? name] = ""
    }
    try await lookAtAll(client)
    while !pending.isEmpty, let event = await monitor.next() { try await take(event) }
    if !pending.isEmpty { throw CancellationError() }
  }

  /// What is still waited for, and how it is, as one sentence without a full stop.
  var lateness: String {
    let units = pending.sorted { $0.key < $1.key }.map { name, words in
      "\(DisplayText.escaped(name)) is \(words.isEmpty ? "not known yet" : words)"
    }
    return "not \(goal.rawValue) in time: \(units.joined(separator: "; "))"
  }

  // MARK: Steps

  private func take(_ event: UnitEvent) async throws {
    switch event {
    case .unit(let change) where pending[change.name] != nil:
      // A question about a unit that is not up may load and unload it, which would be the next change.
      guard let unit = change.after, unit.activeState != .inactive else {
        pending[change.name] = goal == .inactive ? nil : "inactive (\(change.after?.subState ?? "dead"))"
        return
      }
      try await look(at: change.name)
    case .jobRemoved(let job, _):
      // It may have been the last hope of a unit that has failed.
      if pending[job.unit]?.hasPrefix("failed") == true { try await look(at: job.unit) }
    case .connected:
      if let client = monitor.client { try await lookAtAll(client) }
    case .unit, .disconnected, .jobNew, .reloading, .missed: break
    }
  }

  private func lookAtAll(_ client: ManagerClient) async throws {
    for name in pending.keys.sorted() { try await look(at: name, client) }
  }

  private func look(at name: String) async throws {
    // Without a connection the monitor makes another one, and then all are looked at.
    if let client = monitor.client { try await look(at: name, client) }
  }

  /// Looks at a unit as it is now. Throws if it will not get there.
  private func look(at name: String, _ client: ManagerClient) async throws {
    let wanted = ["LoadState", "ActiveState", "SubState", "Job"].map { UnitProperty("Unit", $0) }
    let unit: UnitProperties
    do throws(BusError) {
      unit =
        try await client.properties(
          { _ in wanted + [.statusText, .execStart] }, of: [UnitSummary.path(of: name)]
        ).first ?? .init()
    } catch {
      if !client.bus.isOpen { return }
      throw manager.failure(error, "ask for the state of \(DisplayText.escaped(name))")
    }
    let state = unit.activeState
    if unit.loadState == "not-found", state == .inactive, goal != .inactive {
      throw failure("\(DisplayText.escaped(name)): there is no such unit", code: ManagerFailure.noSuchUnit)
    }
    if isReached(by: unit) {
      pending[name] = nil
    } else if goal == .ready || goal == .active, Self.hasFailedForGood(unit) {
      let shown = DisplayText.escaped(name)
      throw failure("\(shown) failed; see '\(manager.command("status")) \(shown)'", code: ExitError.failure)
    } else {
      pending[name] = Self.words(unit)
    }
  }

  private func failure(_ text: String, code: Int32) -> ExitError {
    ExitError(isQuiet ? "" : text, code: code)
  }

  private func isReached(by unit: UnitProperties) -> Bool {
    switch goal {
    case .ready: Readiness.word(unit) == "ready"
    case .active: unit.activeState.isUp
    case .inactive: unit.activeState == .inactive || unit.activeState == .failed
    case .failed: unit.activeState == .failed
    }
  }

  /// Whether it has failed and nothing is under way that would start it.
  private static func hasFailedForGood(_ unit: UnitProperties) -> Bool {
    guard unit.activeState == .failed, !unit.subState.contains("auto-restart") else { return false }
    return (unit["Job"]?.elements?.first?.unsigned ?? 0) == 0
  }

  /// How a unit is, in a few words.
  private static func words(_ unit: UnitProperties) -> String {
    let state = "\(unit.activeState.rawValue) (\(DisplayText.escaped(unit.subState)))"
    guard unit.isSupervised, let report = StatusReport(unit.statusText), report.state != .ready else {
      return state
    }
    if unit.activeState.isUp { return DisplayText.escaped(Readiness.word(unit)) }
    return state + (report.waitingFor.map { ", waiting for \(DisplayText.escaped($0))" } ?? "")
  }
}
