import Glibc
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// Jobs for the units of one call: asks for them together, waits, and finds out why one of them failed.
struct JobRun: Sendable {
  /// What is waited for.
  enum Goal: Sendable {
    /// That the jobs are queued.
    case queued
    /// That the jobs have ended.
    case ended
    /// That the units are ready besides.
    case ready
  }

  let manager: ManagerOptions
  let verb: JobVerb
  var mode = JobMode.replace
  var goal = Goal.ended
  /// How long to wait for all of it; nil for as long as it takes.
  var limit: Duration?
  /// Whether a person may see how it goes.
  var hasProgress = false

  /// How long a service is watched that systemd regards as started as soon as there is a process for it, be its
  /// program there or not.
  static let grace = Duration.milliseconds(300)
  /// How long to wait at most for systemd to hand over to the program itself.
  static let patience = Duration.seconds(5)
  /// The exit status when the time is over, as `timeout(1)` has it.
  static let timeIsOver: Int32 = 124

  /// Does it.
  ///
  /// - Returns: what came of it, in the order of the units.
  @LoopActor
  func outcomes(_ units: [String], _ client: ManagerClient) async -> [JobOutcome] {
    let began = Self.now
    let deadline = limit.map { ContinuousClock.now + $0 }
    if goal == .queued {
      return await each(units) { unit in await queue(unit, client) }
    }
    var resting: Set<String> = []
    if verb == .tryRestart { resting = await self.resting(units, client) }
    let progress = hasProgress ? JobProgress(verb, units, client) : nil
    let results = await client.run(verb, units, mode: mode, timeout: limit) { index, _ in
      progress?.ended(units[index])
    }
    progress?.clear()
    let ends = Dictionary(zip(units, results), uniquingKeysWith: { first, _ in first })
    return await each(units) { unit in
      guard let result = ends[unit] else { return JobOutcome(unit, verb, result: "error") }
      if resting.contains(unit), case .success = result {
        var outcome = JobOutcome(unit, verb, result: JobResult.skipped.rawValue)
        outcome.remark = "does not run and was left alone"
        return outcome
      }
      return await outcome(unit, result, began, deadline, client)
    }
  }

  // MARK: Steps

  /// The present moment, in time since 1970.
  static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return .seconds(Int64(time.tv_sec)) + .nanoseconds(Int64(time.tv_nsec))
  }

  /// Does something for all units at once.
  @LoopActor
  private func each(
    _ units: [String], _ body: @escaping @LoopActor @Sendable (String) async -> JobOutcome
  ) async -> [JobOutcome] {
    let tasks = units.map { unit in EventLoop.main.spawn(name: unit) { await body(unit) } }
    return await withTaskCancellationHandler {
      var outcomes: [JobOutcome] = []
      for task in tasks { outcomes.append(await task.value) }
      return outcomes
    } onCancel: {
      for task in tasks { task.cancel() }
    }
  }

  @LoopActor
  private func queue(_ unit: String, _ client: ManagerClient) async -> JobOutcome {
    do throws(BusError) {
      try await client.queue(verb, unit, mode: mode)
      return JobOutcome(unit, verb, result: "queued")
    } catch {
      return JobOutcome(unit, verb, await manager.failure(error, verb.rawValue, unit: unit, client))
    }
  }

  @LoopActor
  private func outcome(
    _ unit: String, _ result: Result<JobResult, BusError>, _ began: Duration,
    _ deadline: ContinuousClock.Instant?, _ client: ManagerClient
  ) async -> JobOutcome {
    do throws(BusError) {
      let result = try result.get()
      var outcome = JobOutcome(unit, verb, result: result.rawValue)
      outcome.state = try await Self.state(of: unit, client)
      if result.isSuccess { try await settle(&outcome, began, deadline, client) }
      if !result.isSuccess || outcome.code != 0, outcome.failure == nil {
        outcome.failure = try await JobFailure.gather(
          unit, verb, result, since: began, client, manager.address)
        outcome.code = result == .invalid ? ExitError.notRunning : ExitError.failure
      }
      return outcome
    } catch {
      if error.isTimeout, limit != nil { return Self.late(unit, verb) }
      return JobOutcome(unit, verb, await manager.failure(error, verb.rawValue, unit: unit, client))
    }
  }

  private static func late(_ unit: String, _ verb: JobVerb) -> JobOutcome {
    JobOutcome(
      unit, verb,
      ExitError(
        "\(DisplayText.escaped(unit)) did not \(verb.rawValue) in time; its job goes on", code: timeIsOver))
  }

  /// The units that do not run, which a try-restart leaves alone.
  @LoopActor
  private func resting(_ units: [String], _ client: ManagerClient) async -> Set<String> {
    let wanted = [UnitProperty("Unit", "ActiveState")]
    // What cannot be asked shows in the call itself.
    let states = (try? await client.properties({ _ in wanted }, of: units.map(UnitSummary.path))) ?? []
    return Set(zip(units, states).filter { [.inactive, .failed].contains($0.1.activeState) }.map(\.0))
  }

  // MARK: After the job

  private static let watched =
    ["LoadState", "ActiveState", "SubState", "ConditionResult", "Id"].map { UnitProperty("Unit", $0) }
    + ["Type", "ExecMainHandoffTimestampMonotonic"].map { UnitProperty("Service", $0) }
    + [.statusText, .execStart]

  @LoopActor
  private static func state(of unit: String, _ client: ManagerClient) async throws(BusError) -> UnitProperties
  {
    try await client.properties({ _ in watched }, of: [UnitSummary.path(of: unit)]).first ?? UnitProperties()
  }

  /// Looks whether a unit stays as its job left it, and waits for its readiness if that is wanted.
  @LoopActor
  private func settle(
    _ outcome: inout JobOutcome, _ began: Duration, _ deadline: ContinuousClock.Instant?,
    _ client: ManagerClient
  ) async throws(BusError) {
    switch verb {
    case .stop, .reload: return
    case .start, .restart, .tryRestart, .reloadOrRestart: break
    }
    guard var state = outcome.state else { return }
    if Self.isUp(state) {
      if goal == .ready {
        let rest = deadline.map { $0 - .now }
        guard
          let end = try await Self.watch(
            outcome.unit, rest, client, until: { Self.hasFailed($0) || Readiness.word($0) == "ready" })
        else { return outcome = Self.late(outcome.unit, verb, Readiness.word(state)) }
        state = end
      } else if ["simple", "idle"].contains(state.serviceType) {
        state = try await firstMoments(of: outcome.unit, state, deadline, client)
      }
    }
    outcome.state = state
    if Self.hasFailed(state) {
      outcome.code = ExitError.failure
    } else if state.activeState == .inactive {
      if let reason = try await JobFailure.unmetCondition(
        of: outcome.unit, since: began, client, manager.address)
      {
        outcome.remark = "was not started: \(reason)"
        outcome.result = JobResult.skipped.rawValue
      } else {
        outcome.remark = "is not active any more: it has ended"
      }
    }
  }

  /// How a service is at the end of its grace, which begins with its program where systemd tells when that is.
  @LoopActor
  private func firstMoments(
    of unit: String, _ state: UnitProperties, _ deadline: ContinuousClock.Instant?, _ client: ManagerClient
  ) async throws(BusError) -> UnitProperties {
    var state = state
    if !state.hasBegun {
      let limit = min(Self.patience, deadline.map { $0 - .now } ?? Self.patience)
      state = try await Self.watch(unit, limit, client, until: { !Self.isUp($0) || $0.hasBegun }) ?? state
    }
    guard Self.isUp(state) else { return state }
    if let end = try await Self.watch(unit, Self.grace, client, until: { !Self.isUp($0) }) { return end }
    // On a busy host, reading alone may have taken all of the grace.
    return try await Self.state(of: unit, client)
  }

  private static func late(_ unit: String, _ verb: JobVerb, _ word: String) -> JobOutcome {
    let shown = DisplayText.escaped(word)
    return JobOutcome(
      unit, verb,
      ExitError("\(DisplayText.escaped(unit)) is not ready in time (\(shown)); it goes on", code: timeIsOver))
  }

  private static func isUp(_ state: UnitProperties) -> Bool { state.activeState.isUp }

  /// Whether a unit failed, be it that it waits for its next restart.
  static func hasFailed(_ state: UnitProperties) -> Bool {
    state.activeState == .failed || state.subState.hasPrefix("auto-restart")
  }

  /// The unit's properties as soon as they meet a condition; nil if they do not in time.
  @LoopActor
  static func watch(
    _ unit: String, _ limit: Duration?, _ client: ManagerClient,
    until condition: @escaping @Sendable (UnitProperties) -> Bool
  ) async throws(BusError) -> UnitProperties? {
    let watched = await TimeLimit.run(within: limit, name: "watch \(unit)") {
      () async -> Result<UnitProperties?, BusError> in
      do throws(BusError) {
        for await properties in try await client.changes(of: unit) where condition(properties) {
          return .success(properties)
        }
        return .success(nil)
      } catch {
        return .failure(error)
      }
    }
    guard !watched.isOver else { return nil }
    guard let properties = try watched.value.get() else {
      throw BusError(
        SystemError(errno: Task.isCancelled ? ECANCELED : ECONNRESET, operation: "watch", subject: unit))
    }
    return properties
  }
}
