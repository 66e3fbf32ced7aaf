import UnitFiles

// The moves from the start of an instance to the moment when nothing is left of it.
extension Lifecycle {
  mutating func launch(at now: ContinuousClock.Instant) -> [LifecycleAction] {
    isDue = hold != nil
    guard !isDue else { return [] }
    state = .starting
    startedAt = now
    readySince = nil
    healthyRun = nil
    nextAttempt = nil
    plan = nil
    kills = 0
    return [.disarm(.backOff)] + spawnBehindHooks()
  }

  mutating func enterStarting(_ pid: Int32) -> [LifecycleAction] {
    self.pid = pid
    hasEverRun = true
    let count = restarts > 0 ? ", restart \(restarts)" : ""
    var actions: [LifecycleAction] = [
      .record(
        ServiceEvent(
          .started, "Started main process \(pid)\(count)",
          fields: [.childPID: "\(pid)", .restarts: "\(restarts)"])),
      .resumeWatchdog,
    ]
    if let allowance = policy.startAllowance(isFirst: !hasEverBeenReady) {
      actions.append(.arm(.start, allowance))
    }
    if !hasEverBeenReady, let time = policy.startExtension {
      actions.append(.extendTimeout(time + Self.margin))
    }
    return actions + [.startProbes]
  }

  mutating func handleSpawnFailure(
    _ exitCode: Int32, _ reason: String, _ isTransient: Bool, at now: ContinuousClock.Instant, random: Double
  ) -> [LifecycleAction] {
    let record = LifecycleAction.record(
      ServiceEvent(
        .startFailed, "Cannot start: \(reason)", fields: [.exitCode: "\(exitCode)", .reason: reason]))
    // A service that never ran and cannot run by itself will not run after a wait either: say so at once. One
    // that ran before may be in the middle of an upgrade.
    guard policy.restartsUnhealthy, hasEverRun || isTransient else {
      state = .failed
      lastEnd = (.notStarted(exitCode: exitCode, reason: reason), now)
      return [record] + callFailed(reason) + [.finish(exitCode)]
    }
    return [record] + restart(after: .notStarted(exitCode: exitCode, reason: reason), at: now, random: random)
  }

  mutating func enterReady(at now: ContinuousClock.Instant) -> [LifecycleAction] {
    let wasStarting = state == .starting
    state = .ready
    readySince = now
    unreadyReason = ""
    var actions: [LifecycleAction] = wasStarting ? [.disarm(.start)] : []
    if !hasEverBeenReady { actions.append(.notifyReady) }
    hasEverBeenReady = true
    let took = startedAt.map { now - $0 } ?? .zero
    let message = wasStarting ? "Ready after \(TimeSpan.format(took.rounded))" : "Ready again"
    return actions + [
      .record(ServiceEvent(.ready, message, fields: [.startTime: "\(took.wholeMicroseconds)"]))
    ] + noteReady(isNew: wasStarting)
  }

  mutating func enterUnhealthy(_ reason: String, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    state = .unhealthy
    endHealthyRun(at: now, doubting: policy.detectionTime(of: .readiness))
    unreadyReason = reason
    let record = LifecycleAction.record(
      ServiceEvent(.unready, "No longer ready: \(reason)", fields: [.reason: reason]))
    return switch policy.onUnready {
    case .none: [record] + noteUnhealthy(reason)
    case .restart: [record] + replace(.readinessLost(reason), at: now)
    case .command(let words): [record, .runCommand(words, reason: reason)] + noteUnhealthy(reason)
    }
  }

  mutating func replace(_ judgement: Judgement, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    state = .ending
    endHealthyRun(at: now, doubting: doubt(after: judgement))
    let restarts =
      switch judgement {
      case .repair: true
      case .givenUp: false
      case .startupFailed, .livenessFailed, .heartbeatLost, .readinessLost, .watchdogTriggered,
        .startTimedOut:
        policy.restartsUnhealthy
      }
    plan = restarts ? .restart(.judged(judgement)) : .over(.judged(judgement))
    return [
      .stopProbes, .disarm(.start),
      .record(
        ServiceEvent(
          .judged, "Ending main process \(pid ?? 0): \(judgement)",
          fields: [.childPID: "\(pid ?? 0)", .reason: "\(judgement)"])),
    ] + (isExamined(after: judgement) ? examine() : askToEnd()) + noteUnhealthy("\(judgement)")
  }

  mutating func cleanUp(_ cause: ExitCause, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    let end = recordExit(cause, at: now, clean: policy.isClean(cause))
    endHealthyRun(at: now, doubting: .zero)
    state = .ending
    plan = policy.restarts(after: cause) ? .restart(.ended(cause)) : .over(.ended(cause))
    return [.stopProbes, .disarm(.start)] + end + stopTimer(policy.stopTimeout)
      + [.signalTree(policy.killSignal)]
  }

  mutating func noteExit(_ cause: ExitCause, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    var actions = recordExit(cause, at: now, clean: true) + endExamination()
    if isAwaitingHooks {
      // It went before it was asked to.
      isAwaitingHooks = false
      actions += stopTimer(policy.stopTimeout)
    }
    return actions + [.signalTree(kills > 0 ? 9 : policy.killSignal)]
  }

  mutating func settle(at now: ContinuousClock.Instant, random: Double) -> [LifecycleAction] {
    switch plan {
    case .restart(let reason):
      return [.disarm(.stop)] + restart(after: reason, at: now, random: random)
    case .over(let reason):
      let isClean = if case .ended(let cause) = reason { policy.isClean(cause) } else { false }
      state = isClean ? .terminated : .failed
      lastEnd = (reason, now)
      return [
        .disarm(.stop),
        .record(ServiceEvent(.stopped, "Over: \(reason), no restart wanted", priority: isClean ? 6 : 3)),
      ] + (isClean ? [] : callFailed("\(reason)")) + [.finish(reason.exitCode)]
    case nil:
      return []
    }
  }

  /// What follows an instance that is over: the next one, at once or after a wait, or the end at the limit.
  private mutating func restart(
    after reason: EndReason, at now: ContinuousClock.Instant, random: Double
  ) -> [LifecycleAction] {
    lastEnd = (reason, now)
    var actions: [LifecycleAction] = []
    // Once at the limit the waits stay long until the service was healthy: a window that has emptied meanwhile is
    // no reason for another row of quick attempts.
    if limitIsReached, policy.onRestartLimit == .retrySlowly, !wasHealthyLong {
      wait = policy.restartSlow
      return actions + waitOrLaunch(after: reason, at: now)
    }
    switch backOff.decide(at: now, healthySince: healthyRun.map { now - $0 }, random: random) {
    case .restart(let after, let attempt):
      wait = after
      self.attempt = attempt
      limitIsReached = false
      failureIsTold = false
    case .limitReached(let count):
      if !limitIsReached {
        actions.append(
          .record(
            ServiceEvent(
              .limitReached, "Restart limit of \(count) reached after \(reason)",
              fields: [.restarts: "\(restarts)"])))
      }
      limitIsReached = true
      if mayRepairLimit {
        wait = .zero
        // Until the answer comes, which is at once.
        hold = hold ?? .zero
        return actions + waitOrLaunch(after: reason, at: now) + [.repairLimit(reason)]
      }
      if !failureIsTold { actions += callFailed("restart limit of \(count) reached after \(reason)") }
      failureIsTold = true
      guard policy.onRestartLimit == .retrySlowly else {
        state = .failed
        return actions + [.finish(reason.failureCode)]
      }
      wait = policy.restartSlow
    }
    // A start that fails does so without going through the event loop: without a wait nobody else would get a word.
    if case .notStarted = reason { wait = max(wait, Self.leastFailureWait) }
    return actions + waitOrLaunch(after: reason, at: now)
  }

  /// No instance follows the one that is being ended.
  mutating func endForGood(_ reason: String) -> [LifecycleAction] {
    plan = .over(.judged(.givenUp(reason)))
    return []
  }

  /// No instance runs, and none follows.
  mutating func fail(_ reason: EndReason, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    // What an instance waits for is of no use any more.
    let end = state == .starting ? endHooks : []
    state = .failed
    nextAttempt = nil
    lastEnd = (reason, now)
    return end + [.disarm(.backOff), .record(ServiceEvent(.stopped, "Over: \(reason)", priority: 3))]
      + callFailed("\(reason)") + [.finish(reason.failureCode)]
  }

  private var wasHealthyLong: Bool { healthyRun.map { $0 >= policy.backOff.healthyReset } ?? false }

  private mutating func waitOrLaunch(
    after reason: EndReason, at now: ContinuousClock.Instant
  ) -> [LifecycleAction] {
    restarts += 1
    var actions: [LifecycleAction] = []
    guard wait > .zero || hold != nil else { return actions + launch(at: now) }
    state = .backingOff
    nextAttempt = wait > .zero ? now + wait : nil
    isDue = wait == .zero
    let time = max(wait, hold ?? .zero) + Self.margin
    if wait > .zero {
      actions += [
        .record(
          ServiceEvent(
            .backingOff, "Next attempt in \(TimeSpan.format(wait.rounded)) after \(reason)\(attemptText)",
            fields: [.delay: "\(wait.wholeMicroseconds)", .restarts: "\(restarts)"])),
        .arm(.backOff, wait),
      ]
    }
    actions.append(.suspendWatchdog(time))
    if !hasEverBeenReady { actions.append(.extendTimeout(time)) }
    return actions
  }

  /// Words such as `, attempt 4 of 5`; empty where nothing is counted.
  var attemptText: String {
    if limitIsReached { return ", limit of \(policy.backOff.limit) reached" }
    guard policy.backOff.limit > 0 else { return "" }
    return ", attempt \(attempt) of \(policy.backOff.limit)"
  }

  /// Ends the time in which the instance was healthy, if there is one; its last part, in which nobody would have
  /// seen that it no longer was, does not count.
  private mutating func endHealthyRun(at now: ContinuousClock.Instant, doubting doubt: Duration) {
    guard let since = readySince else { return }
    readySince = nil
    let run = now - since - doubt
    if run >= .zero { healthyRun = max(run, healthyRun ?? .zero) }
  }

  /// How long an instance may have been broken when it is judged so.
  private func doubt(after judgement: Judgement) -> Duration {
    switch judgement {
    case .livenessFailed: policy.detectionTime(of: .liveness)
    case .heartbeatLost(let limit): limit
    case .readinessLost: policy.detectionTime(of: .readiness)
    case .startupFailed, .watchdogTriggered, .startTimedOut, .repair, .givenUp: .zero
    }
  }

  private mutating func recordExit(
    _ cause: ExitCause, at now: ContinuousClock.Instant, clean: Bool
  ) -> [LifecycleAction] {
    defer { pid = nil }
    let end = Crash(
      cause, pid: pid ?? 0, ran: startedAt.map { now - $0 } ?? .zero, restarts: restarts)
    return [.record(.ended(end, clean: clean))] + (clean ? [] : [.reportCrash(end)])
  }
}
