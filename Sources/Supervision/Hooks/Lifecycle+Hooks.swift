// Which commands of the policy run at which move.
extension Lifecycle {
  /// Runs the commands of a moment; nothing without any.
  func hooks(_ moment: HookMoment, reason: String = "") -> [LifecycleAction] {
    let commands = policy.hooks[moment]
    guard !commands.isEmpty else { return [] }
    return [
      .runHooks(
        HookCall(
          moment: moment, commands: commands, timeout: policy.hooks.timeout, reason: reason,
          restarts: restarts,
          pid: pid))
    ]
  }

  /// Starts an instance, behind the commands that it waits for.
  func spawnBehindHooks() -> [LifecycleAction] {
    let call = hooks(.start, reason: restarts > 0 ? lastEnd.map { "\($0.reason)" } ?? "" : "")
    guard !call.isEmpty else { return [.spawn] }
    let time = policy.hooks.budget(of: .start) + Self.margin
    return [.suspendWatchdog(time)] + (hasEverBeenReady ? [] : [.extendTimeout(time)]) + call
  }

  /// The service was found unhealthy; told once until it is ready again.
  mutating func noteUnhealthy(_ reason: String) -> [LifecycleAction] {
    guard !isUnwell else { return [] }
    isUnwell = true
    return hooks(.unhealthy, reason: reason)
  }

  /// The service is ready, as a new instance or again.
  mutating func noteReady(isNew: Bool) -> [LifecycleAction] {
    let call = isNew ? hooks(.ready) : []
    guard isUnwell else { return call }
    isUnwell = false
    return call + hooks(.recovered)
  }

  /// Ends the commands that run, if there can be any.
  var endHooks: [LifecycleAction] { policy.hooks.isEmpty ? [] : [.endHooks] }

  /// Asks the service to stop once the commands that this waits for are through.
  mutating func askBehindHooks(_ ask: [LifecycleAction]) -> [LifecycleAction] {
    let call = pid == nil ? [] : hooks(.stop)
    guard !call.isEmpty else { return ask }
    isAwaitingHooks = true
    return [.extendTimeout(policy.hooks.budget(of: .stop) + Self.margin)] + call
  }

  /// The commands that the next step waits for are through.
  mutating func goOn() -> [LifecycleAction] {
    guard state == .stopping else { return [.spawn] }
    guard isAwaitingHooks else { return [] }
    isAwaitingHooks = false
    return stopTimer(policy.stopTimeout)
      + [pid == nil ? .signalTree(policy.killSignal) : .signalMain(policy.killSignal)]
  }
}

extension Lifecycle {
  /// The service is given up: the last commands get their time, also from systemd.
  func callFailed(_ reason: String) -> [LifecycleAction] {
    let call = hooks(.failed, reason: reason)
    guard !call.isEmpty else { return [] }
    // Those of earlier moments may still be at it.
    let time = [HookMoment.ready, .unhealthy, .recovered, .failed].reduce(Self.margin) {
      $0 + policy.hooks.budget(of: $1)
    }
    return [.suspendWatchdog(time)] + (hasEverBeenReady ? [] : [.extendTimeout(time)]) + call
  }
}
