import Glibc
package import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// One hardening, from the first look to the last clean-up.
///
/// Whatever happens, the unit is put back: on an error and on cancellation by this process, and by its guard if this
/// process is killed.
@LoopActor
package final class HardenSession {
  let options: HardenOptions
  let tell: @LoopActor (HardenStep) -> Void
  let target: HardenTarget
  let file: TrialFile
  let lasting: LastingFile
  var client: ManagerClient
  // Whether the service has been restarted, so that it has to be put back.
  var isTouched = false
  // Whether that was under a sandbox of ours, so that its failure is not its own.
  var isTried = false

  /// Hardens a service.
  ///
  /// - Parameters:
  ///   - options: what is wanted.
  ///   - tell: called with what happens, in order.
  /// - Returns: what came of it. The unit is in its old state, or hardened if that was asked for.
  /// - Throws: why it did not work out; the unit is in its old state.
  package static func run(
    _ options: HardenOptions, tell: @escaping @LoopActor (HardenStep) -> Void = { _ in }
  ) async throws(HardenError) -> HardenReport {
    guard unsafe access("/run/systemd/system", F_OK) == 0 else {
      throw HardenError(.failed, "systemd does not run here, so there is nothing to try a sandbox with")
    }
    guard options.isDryRun || geteuid() == 0 else {
      throw HardenError(.notPermitted, "only root may try a sandbox on a service: run it with sudo")
    }
    let client = try connect()
    let found = try await HardenTarget(options.unit, isTried: false, with: client)
    if options.isDryRun { return HardenSession(options, client, found, tell).preview() }
    guard let lock = try HardenError.wrap({ () throws(SystemError) in try TrialLock.take(found.name) }) else {
      throw HardenError(
        .unusable, "another upkeep harden is at work on \(found.name), or cleaning up after one")
    }
    do throws(HardenError) {
      let report = try await run(options, tell, found, lock, client)
      lock.remove()
      return report
    } catch {
      // With the lock's file still there, the guard tries what could not be done here.
      if !error.leavesWork { lock.remove() }
      throw error
    }
  }

  /// With the lock in hand.
  private static func run(
    _ options: HardenOptions, _ tell: @escaping @LoopActor (HardenStep) -> Void, _ found: HardenTarget,
    _ lock: TrialLock, _ client: ManagerClient
  ) async throws(HardenError) -> HardenReport {
    // Before anything else is looked at: what was left is in the way of what is there.
    let wasUp = try await takeBackLeftover(found, lock, client, tell)
    let target = try await HardenTarget(found.name, isTried: true, with: client)
    try HardenError.wrap { () throws(SystemError) in try lock.note(wasUp: wasUp ?? target.isUp) }
    do throws(BusError) {
      try await TrialGuard.start(target.name, with: client)
    } catch {
      tell(.warning("nobody will clean up if this program is killed: \(error)"))
    }
    let session = HardenSession(options, client, target, tell)
    do throws(HardenError) {
      return try await session.harden()
    } catch {
      try await session.putBack(after: error)
      throw error
    }
  }

  private init(
    _ options: HardenOptions, _ client: ManagerClient, _ target: HardenTarget,
    _ tell: @escaping @LoopActor (HardenStep) -> Void
  ) {
    self.options = options
    self.client = client
    self.target = target
    self.tell = tell
    file = TrialFile(unit: target.name)
    lasting = LastingFile(unit: target.name)
  }

  /// Connects to the system's manager; as root past the bus, which may be what is restarted.
  static func connect() throws(HardenError) -> ManagerClient {
    do throws(BusError) {
      return try ManagerClient.connect(to: .system, directly: geteuid() == 0)
    } catch {
      // Where the direct way is closed, the bus may still be open.
      do throws(BusError) { return try ManagerClient.connect(to: .system) } catch {
        throw HardenError(error, "connect to systemd")
      }
    }
  }

  // MARK: Steps

  /// What would be tried first.
  private func preview() -> HardenReport {
    let sight = ServiceSight(group: target.properties.controlGroup, main: target.properties.mainPID)
    var facts = sight.facts
    if sight.processes.isEmpty { facts.isRoot = target.properties.user.isEmpty }
    let selection = select(facts)
    let conclusion = TrialConclusion(
      candidate: TrialCandidate(levels: selection.settings.map { _ in 0 }), culprits: [], undecided: [],
      trials: 0, isProven: true)
    return report(selection, selection.settings, conclusion)
  }

  private func harden() async throws(HardenError) -> HardenReport {
    let checks = try ServiceChecks(target.unit, commands: options.checks)
    let trial = ServiceTrial(target.name, settle: options.settle, timeout: options.timeout, checks: checks)
    try await learn(trial)
    var facts = trial.sight.facts
    if trial.sight.processes.isEmpty { facts.isRoot = target.properties.user.isEmpty }
    let selection = select(facts)
    let fixed = selection.fixed.flatMap { $0.lines(at: 0) }
    var search = TrialSearch(selection.settings, facts: facts, limit: options.trials)
    var action = search.begin()
    if !fixed.isEmpty { try await requireFixed(fixed, trial) }
    while case .attempt(let candidate) = action {
      tell(
        .attempt(
          number: search.trials + 1, limit: options.trials, what: Self.describe(candidate, search.settings)))
      action = search.finished(try await attempt(fixed + candidate.lines(of: search.settings), trial))
    }
    guard case .conclude(let conclusion) = action else { throw HardenError(.failed, "the search has no end") }
    var report = report(selection, search.settings, conclusion)
    if report.lines.isEmpty {
      try await putBack()
      return report
    }
    if options.isApplied {
      try await apply(&report, trial)
    } else {
      if options.observation > .zero {
        try await requireWorks(try await attempt(report.lines, trial), "under the result")
        try await observe(trial)
      }
      try await putBack()
    }
    return report
  }

  private func learn(_ trial: ServiceTrial) async throws(HardenError) {
    if target.hasFailed {
      tell(
        .warning(
          "\(target.name) has failed, which systemd forgets when it is started: "
            + "if it works now it is stopped afterwards, and not failed any more"))
    }
    tell(.baseline)
    let before = ServiceSight(group: target.properties.controlGroup, main: target.properties.mainPID)
    isTouched = true
    let begin = ContinuousClock.now
    let outcome: TrialSearch.Outcome
    do throws(BusError) {
      outcome = try await trial.learn(before, with: client)
    } catch {
      throw HardenError(error, "restart \(target.name)")
    }
    tell(.verdict(outcome, ContinuousClock.now - begin))
    try await requireWorks(outcome, "as it is, without any sandbox of ours")
  }

  private func requireFixed(_ lines: [String], _ trial: ServiceTrial) async throws(HardenError) {
    tell(.attempt(number: 0, limit: options.trials, what: "what is to be kept, alone"))
    try await requireWorks(try await attempt(lines, trial), "with what is to be kept")
  }

  func requireWorks(_ outcome: TrialSearch.Outcome, _ when: String) async throws(HardenError) {
    guard case .fails(let evidence) = outcome else { return }
    let said = (evidence.denials + evidence.lastLines).suffix(3).map { "\n  \($0)" }.joined()
    throw HardenError(.failed, "\(target.name) does not work \(when): \(evidence.summary)\(said)")
  }

  /// Puts a sandbox on, restarts the service and looks how it is.
  func attempt(_ lines: [String], _ trial: ServiceTrial) async throws(HardenError) -> TrialSearch.Outcome {
    let begin = ContinuousClock.now
    isTried = true
    try HardenError.wrap { () throws(SystemError) in try file.write(lines) }
    do throws(BusError) {
      try await client.daemonReload()
      let outcome = try await trial.restart(with: client)
      tell(.verdict(outcome, ContinuousClock.now - begin))
      return outcome
    } catch {
      throw HardenError(error, "try a sandbox on \(target.name)")
    }
  }

  private func select(_ facts: TrialFacts) -> TrialSelection {
    TrialSelection(
      for: target.unit, profile: options.profile, systemd: target.version, facts: facts,
      wishes: options.wishes)
  }

  /// What is special about a candidate, in a few words.
  private static func describe(_ candidate: TrialCandidate, _ settings: [TrialSetting]) -> String {
    var (off, weaker): ([String], [String]) = ([], [])
    for (setting, level) in zip(settings, candidate.levels) where level > 0 {
      if level >= setting.off {
        off.append(setting.name)
      } else {
        weaker.append(setting.lines(at: level).first { $0.hasPrefix(setting.directive) } ?? setting.name)
      }
    }
    let on = settings.count - off.count
    if off.isEmpty && weaker.isEmpty { return "all \(settings.count) settings" }
    let with = weaker.isEmpty ? "" : ", with \(weaker.joined(separator: ", "))"
    if off.isEmpty { return "all settings\(with)" }
    return off.count > 3
      ? "\(on) of \(settings.count) settings\(with)"
      : "all settings but \(off.joined(separator: ", "))\(with)"
  }
}
