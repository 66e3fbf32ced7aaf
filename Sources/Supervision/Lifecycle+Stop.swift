// The moves that end a service for good.
extension Lifecycle {
  mutating func beginStop(_ urgency: StopUrgency) -> [LifecycleAction] {
    let isUntouched = state != .ending
    state = .stopping
    plan = nil
    isExamining = false
    readySince = nil
    self.urgency = urgency
    let start: [LifecycleAction] =
      [
        .notifyStopping, .stopProbes, .disarm(.start), .disarm(.backOff),
      ] + endHooks + [.record(ServiceEvent(.stopping, "Stopping" + unreadyText))]
    if kills > 0 {
      // It was asked and did not listen: to ask again would wait for nothing.
      kills = 0
      self.urgency = .kill
      return start + kill()
    }
    switch urgency {
    case .kill: return start + kill()
    case .immediate: return start + stopTimer(immediateLimit) + [askToStop]
    case .smooth:
      let ask = stopTimer(policy.stopTimeout) + [askToStop]
      return start + (isUntouched ? askBehindHooks(ask) : ask)
    }
  }

  /// Asks the main process to stop, or what is left of an instance without one.
  var askToStop: LifecycleAction {
    pid == nil ? .signalTree(policy.killSignal) : .signalMain(policy.killSignal)
  }

  mutating func hurryStop(_ urgency: StopUrgency) -> [LifecycleAction] {
    if isAwaitingHooks, urgency > self.urgency {
      isAwaitingHooks = false
      self.urgency = urgency
      return endHooks + (urgency == .kill ? kill() : stopTimer(immediateLimit) + [askToStop])
    }
    // The first of these asks for haste, the second for an end.
    if urgency == .kill || (urgency == .immediate && self.urgency == .immediate) {
      self.urgency = .kill
      return kill()
    }
    guard urgency > self.urgency else { return [] }
    self.urgency = urgency
    return stopTimer(immediateLimit)
  }

  mutating func kill() -> [LifecycleAction] {
    kills += 1
    isExamining = false
    // What survives SIGKILL hangs in the kernel. A service that is being stopped leaves it to systemd; a new
    // instance must not run beside it.
    if kills > 1, state == .stopping { return finish() }
    let what = kills > 1 ? "What is left survived SIGKILL, trying again" : "Killing what did not stop in time"
    // It may go on for days; the first, second, fourth, eighth ... attempt is news.
    let record: [LifecycleAction] = kills & (kills - 1) == 0 ? [.record(ServiceEvent(.killed, what))] : []
    return record + [.arm(.stop, Self.killGrace), .killTree]
  }

  mutating func finish() -> [LifecycleAction] {
    // What runs at the end of a stop is limited in time, and has that time.
    let begin: [LifecycleAction] = state == .stopping ? [] : [.notifyStopping] + endHooks
    state = .terminated
    nextAttempt = nil
    return begin + [
      .disarm(.stop), .disarm(.backOff), .record(ServiceEvent(.stopped, "Stopped")), .finish(0),
    ]
  }

  /// Gives the service the time it asks for, if that is more than it has: with systemd as well as here.
  func grant(_ time: Duration, at now: ContinuousClock.Instant) -> [LifecycleAction] {
    func later(_ timer: LifecycleTimer) -> [LifecycleAction] {
      deadlines[timer].map { now + time > $0 } == true ? [.arm(timer, time)] : []
    }
    let wait = time + Self.killGrace + Self.margin
    switch state {
    case .starting: return later(.start) + (hasEverBeenReady ? [] : [.extendTimeout(time)])
    case .stopping where kills == 0: return later(.stop) + [.extendTimeout(wait)]
    case .ending where kills == 0:
      return later(.stop) + [.suspendWatchdog(wait)] + (hasEverBeenReady ? [] : [.extendTimeout(wait)])
    case .created, .ready, .unhealthy, .ending, .backingOff, .stopping, .terminated, .failed:
      return []
    }
  }

  /// Limits how long what is left may take to end, and asks systemd for the same time.
  func stopTimer(_ limit: Duration?) -> [LifecycleAction] {
    guard let limit else {
      return [.disarm(.stop)] + (state == .stopping ? [] : [.suspendWatchdog(Self.endlessWait)])
    }
    let wait = limit + Self.killGrace + Self.margin
    guard state != .stopping else {
      // Our own default is no reason to stretch systemd's, which somebody may have set for the whole machine.
      return [.arm(.stop, limit)] + (policy.stopTimeoutIsGiven ? [.extendTimeout(wait)] : [])
    }
    // systemd still waits for the first READY=1, which has to come from the next instance.
    return [.arm(.stop, limit), .suspendWatchdog(wait)] + (hasEverBeenReady ? [] : [.extendTimeout(wait)])
  }

  private var immediateLimit: Duration { min(policy.stopTimeout ?? Self.immediateStop, Self.immediateStop) }
}
