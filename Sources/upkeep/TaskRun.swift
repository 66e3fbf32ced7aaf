import Inspection
import Presentation
import Systemd
import SystemdManager

/// A run of tasks that does not wait for their timers: starts their units and waits for the end of what they do.
struct TaskRun: Sendable {
  let acting: ActingOptions
  /// Whether the end of the runs is waited for.
  let isWaiting: Bool
  /// How long to wait for all of it; nil for as long as it takes.
  let limit: Duration?

  private var hasProgress: Bool { acting.output == .text && !acting.quiet }

  /// Does it, and shows what came of it.
  ///
  /// - Throws: the status of the first task that did not end well.
  @LoopActor
  func run(_ units: [String], _ client: ManagerClient) async throws {
    let began = JobRun.now
    let deadline = limit.map { ContinuousClock.now + $0 }
    let before = try await acting.manager.asking("read the units") { () async throws(BusError) in
      try await client.allProperties(of: units)
    }
    let run = JobRun(
      manager: acting.manager, verb: .start, goal: isWaiting ? .ended : .queued, limit: limit,
      hasProgress: hasProgress)
    let progress = !isWaiting || !hasProgress ? nil : before
    for (unit, state) in zip(units, progress ?? []) where Self.isRunning(state) {
      StandardError.line("upkeep: \(DisplayText.escaped(unit)) runs already; waiting for its end")
    }
    var outcomes: [JobOutcome] = []
    for (outcome, state) in zip(await run.outcomes(units, client), before) {
      guard isWaiting, outcome.result != "error", outcome.failure == nil || outcome.state != nil else {
        outcomes.append(outcome)
        continue
      }
      outcomes.append(await ended(outcome, before: state, began, deadline, client))
    }
    try show(outcomes)
  }

  // MARK: Steps

  /// What came of a run whose start was done.
  @LoopActor
  private func ended(
    _ outcome: JobOutcome, before: UnitProperties, _ began: Duration, _ deadline: ContinuousClock.Instant?,
    _ client: ManagerClient
  ) async -> JobOutcome {
    var outcome = outcome
    do throws(BusError) {
      guard var state = try await end(of: outcome.unit, deadline, client) else {
        let shown = DisplayText.escaped(outcome.unit)
        guard !Task.isCancelled else {
          return JobOutcome(
            outcome.unit, .start, ExitError("interrupted; \(shown) goes on", code: ExitError.failure))
        }
        return JobOutcome(
          outcome.unit, .start, ExitError("\(shown) did not end in time; it goes on", code: JobRun.timeIsOver)
        )
      }
      // systemd forgets a unit that nobody needs after its run; what was seen of it before counts then.
      if !Self.hasBegun(state), let seen = outcome.state, Self.hasBegun(seen) { state = seen }
      outcome.state = state
      if outcome.failure != nil || JobRun.hasFailed(state) {
        outcome.code = Self.code(of: state)
        if outcome.failure == nil {
          outcome.failure = try await JobFailure.gather(
            outcome.unit, .start, .done, since: began, client, acting.manager.address)
        }
        return outcome
      }
      let task = ScheduledTask(timer: UnitProperties(), unit: state)
      let hasRun = state["InactiveExitTimestamp"] != before["InactiveExitTimestamp"] || Self.isRunning(before)
      if outcome.result == JobResult.skipped.rawValue || task.outcome == .skipped {
        outcome.failure = JobFailure(
          unit: outcome.unit,
          sentences: [
            task.reason(options: acting.manager.address.options) ?? outcome.remark
              ?? "a condition did not hold"
          ])
        outcome.code = ExitError.failure
      } else if !hasRun, state.activeState.isUp {
        outcome.result = JobResult.skipped.rawValue
        outcome.failure = JobFailure(
          unit: outcome.unit,
          sentences: [
            "it is still active from its last run (RemainAfterExit=yes); '\(acting.manager.command("restart"))' runs it anew"
          ])
        outcome.code = ExitError.failure
      } else {
        let took = task.duration(now: nil).map { " in \(ProcessorTime.text(microseconds: $0))" } ?? ""
        outcome.remark = "ended well\(took)"
      }
      return outcome
    } catch {
      return JobOutcome(
        outcome.unit, .start, await acting.manager.failure(error, "follow", unit: outcome.unit, client))
    }
  }

  /// A unit's properties as soon as it does not run any more; nil if that is not in time.
  @LoopActor
  private func end(
    of unit: String, _ deadline: ContinuousClock.Instant?, _ client: ManagerClient
  ) async throws(BusError) -> UnitProperties? {
    let progress = hasProgress ? JobProgress(.start, [unit], client) : nil
    defer { progress?.clear() }
    do throws(BusError) {
      let rest = deadline.map { max($0 - .now, .zero) }
      return try await JobRun.watch(unit, rest, client, until: { !Self.isRunning($0) })
    } catch {
      if Task.isCancelled { return nil }
      throw error
    }
  }

  /// Whether a run is on its way. What stays up on purpose does not run any more.
  private static func isRunning(_ state: UnitProperties) -> Bool {
    guard !JobRun.hasFailed(state) else { return false }
    switch state.activeState {
    case .inactive, .failed: return false
    default:
      return state.subState != "exited" && (state.name.hasSuffix(".service") || !state.activeState.isUp)
    }
  }

  private static func hasBegun(_ state: UnitProperties) -> Bool {
    (state["InactiveExitTimestampMonotonic"]?.unsigned ?? 0) > 0
  }

  /// The exit status that a failed run passes on, as `systemd-run --wait` does.
  private static func code(of state: UnitProperties) -> Int32 {
    switch (state.result, state.mainCode) {
    case ("exit-code", 1) where state.mainStatus > 0: min(state.mainStatus, 255)
    case ("signal", 2), ("core-dump", 3), ("watchdog", 2), ("oom-kill", 2), ("timeout", 2):
      128 + state.mainStatus
    case _: ExitError.failure
    }
  }

  private func show(_ outcomes: [JobOutcome]) throws(ExitError) {
    if acting.output == .text {
      let terminal = Terminal(2)
      let width = terminal.isInteractive ? terminal.width : nil
      for outcome in outcomes {
        if outcome.failure == nil { acting.say(outcome.line) }
        let what = outcome.result == JobResult.skipped.rawValue ? "did not run" : "failed"
        for line in outcome.complaint(terminal.palette, width: width, what, for: acting.manager) {
          StandardError.line(line)
        }
      }
    } else {
      let answer = JSONValue.list(outcomes.map(Self.json))
      StandardOutput.write("\(answer.text(isPretty: acting.output == .jsonPretty))\n")
    }
    if let failed = outcomes.first(where: { $0.code != 0 }) { throw ExitError("", code: failed.code) }
  }

  /// The fields of a job, and how long the run took.
  private static func json(_ outcome: JobOutcome) -> JSONValue {
    guard case .object(let fields) = outcome.json else { return outcome.json }
    let task = outcome.state.map { ScheduledTask(timer: UnitProperties(), unit: $0) }
    return .object(fields + [.init("took_usec", .count(task?.duration(now: nil)))])
  }
}
