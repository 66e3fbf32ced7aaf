import UnitFiles

extension Lifecycle {
  /// The truth about the service in one line, for `STATUS=`.
  ///
  /// Instants are told as points in time, not as distances, because a line stands for hours.
  ///
  /// - Parameters:
  ///   - own: the service's own `STATUS=`; empty if it sent none.
  ///   - clock: tells an instant as a local time of day.
  /// - Returns: one line without control characters of ours.
  public func statusText(own: String, clock: (ContinuousClock.Instant) -> String) -> String {
    var text: String
    switch state {
    case .created: text = "starting"
    case .starting: text = "starting" + waitingText
    case .ready: text = "ready"
    case .unhealthy: text = "not ready: \(unreadyReason)"
    case .ending: text = endingText
    case .backingOff:
      text = hold != nil && wait == .zero ? "backing off" : "backing off \(TimeSpan.format(wait.rounded))"
      if let lastEnd { text += " after \(lastEnd.reason)" }
      text += attemptText
      if let nextAttempt { text += ", next at \(clock(nextAttempt))" }
      return text + repairText
    case .stopping:
      return (kills > 0 ? "stopping, killed what did not stop in time" : "stopping") + unreadyText
    case .terminated: return "stopped" + unreadyText
    case .failed:
      return "failed" + (lastEnd.map { ": \($0.reason)" } ?? "") + (limitIsReached ? attemptText : "")
    }
    if restarts > 0, let lastEnd {
      text += ", restarted \(restarts) \(restarts == 1 ? "time" : "times")"
      text += ", last: \(lastEnd.reason) at \(clock(lastEnd.at))"
    }
    text += repairText
    if !figures.isEmpty, state == .ready || state == .unhealthy { text += "; \(figures)" }
    return own.isEmpty ? text : "\(text); \(own)"
  }

  private var repairText: String { repair.isEmpty ? "" : "; \(repair)" }

  private var waitingText: String { missing.isEmpty ? "" : ", waiting for \(missing)" }

  /// What a service that systemd gave up waiting for was waiting for itself.
  var unreadyText: String { hasEverBeenReady || !hasEverRun ? "" : " before it was ready" + waitingText }

  private var endingText: String {
    switch plan {
    case .restart(let reason): "restarting after \(reason)"
    case .over(let reason): "ended: \(reason)"
    case nil: "ending"
    }
  }
}
