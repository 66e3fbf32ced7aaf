import UnitFiles

/// How the service's main process ended.
public enum ExitCause: Sendable, Hashable, CustomStringConvertible {
  /// It called `exit` with this code, 0 to 255.
  case exited(Int32)
  /// A signal killed it.
  case signaled(number: Int32, name: String, coreDumped: Bool)

  /// Words for a status line: `exit 1`, `SIGSEGV (core dumped)`.
  public var description: String {
    switch self {
    case .exited(let code): "exit \(code)"
    case .signaled(_, let name, let coreDumped): coreDumped ? "\(name) (core dumped)" : name
    }
  }

  /// The code a wrapper exits with to say the same: the child's own, or 128 and the signal's number.
  public var exitCode: Int32 {
    switch self {
    case .exited(let code): code
    case .signaled(let number, _, _): 128 + number
    }
  }
}

/// Why a running service was judged beyond hope, so that it has to be replaced by a new instance.
public enum Judgement: Sendable, Hashable, CustomStringConvertible {
  /// The startup probe failed as often as its threshold allows; with the last reason.
  case startupFailed(String)
  /// The liveness probe failed as often as its threshold allows; with the last reason.
  case livenessFailed(String)
  /// The service sent heartbeats and stopped sending them for this long.
  case heartbeatLost(Duration)
  /// It was ready and no longer is, and the policy wants it replaced for that; with the reason.
  case readinessLost(String)
  /// The service itself asked to be ended by `WATCHDOG=trigger`.
  case watchdogTriggered
  /// It was not ready within its start time-out.
  case startTimedOut(Duration)
  /// A repair replaces it; with the rule and the cause.
  case repair(String)
  /// A repair rule gave it up; with the reason.
  case givenUp(String)

  /// Words for a status line: `liveness probe failed: connection refused`.
  public var description: String {
    switch self {
    case .startupFailed(let reason): "startup probe failed: \(reason)"
    case .livenessFailed(let reason): "liveness probe failed: \(reason)"
    case .heartbeatLost(let limit): "no heartbeat for \(TimeSpan.format(limit))"
    case .readinessLost(let reason): "no longer ready: \(reason)"
    case .watchdogTriggered: "the service reported itself broken (WATCHDOG=trigger)"
    case .startTimedOut(let limit): "not ready within \(TimeSpan.format(limit))"
    case .repair(let cause), .givenUp(let cause): cause
    }
  }
}

/// Why an instance of the service is over: the reason a restart or a failure is explained with.
public enum EndReason: Sendable, Hashable, CustomStringConvertible {
  /// It ended by itself.
  case ended(ExitCause)
  /// We ended it.
  case judged(Judgement)
  /// It could not be started; with the code a wrapper exits with (systemd's 200-series) and the whole sentence.
  case notStarted(exitCode: Int32, reason: String)

  /// Words for a status line.
  public var description: String {
    switch self {
    case .ended(let cause): cause.description
    case .judged(let judgement): judgement.description
    case .notStarted(_, let reason): "start failure: \(reason)"
    }
  }

  /// The code to exit with when no restart is wanted: the main process's own, or a failure.
  public var exitCode: Int32 {
    if case .ended(let cause) = self { cause.exitCode } else { failureCode }
  }

  /// The code to exit with when no further attempt is made because of this; never 0.
  public var failureCode: Int32 {
    switch self {
    case .ended(let cause): cause.exitCode == 0 ? 1 : cause.exitCode
    case .judged: 1
    case .notStarted(let exitCode, _): exitCode
    }
  }
}
