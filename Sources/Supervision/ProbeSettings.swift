/// What a probe decides.
public enum ProbeKind: String, Sendable, Hashable, CaseIterable {
  /// Whether the service has started; nothing else probes before it has succeeded once.
  case startup
  /// Whether the service can do its work right now.
  case readiness
  /// Whether the service can still recover by itself.
  case liveness
}

/// One probe of a policy: what it asks and when a run of answers counts.
public struct ProbeSettings: Sendable, Hashable {
  /// What it decides.
  public var kind: ProbeKind
  /// What it asks.
  public var target: ProbeTarget
  /// The time from the beginning of one attempt to the beginning of the next; of a heartbeat, the longest time from
  /// one to the next, or to the first.
  public var interval: Duration
  /// The interval until the first success; only readiness probes use it.
  public var startInterval: Duration
  /// How long an attempt may take.
  public var timeout: Duration
  /// How long after the start of an instance the first attempt is made.
  public var initialDelay: Duration
  /// How many successes in a row make the verdict healthy; at least 1.
  public var successThreshold: Int
  /// How many failures in a row make the verdict unhealthy; at least 1.
  public var failureThreshold: Int
  /// Whether interval and time-out follow what was found, as ``ProbePace`` says.
  public var isAdaptive = false
  /// What an HTTP probe sends and expects; other probes do not look at it.
  public var http = HTTPCheck()

  /// A probe of `target` with the given numbers; the defaults are the kubelet's.
  public init(
    kind: ProbeKind, target: ProbeTarget, interval: Duration = .seconds(10),
    startInterval: Duration = .milliseconds(200), timeout: Duration = .seconds(1),
    initialDelay: Duration = .zero, successThreshold: Int = 1, failureThreshold: Int = 3
  ) {
    self.kind = kind
    self.target = target
    self.interval = interval
    self.startInterval = startInterval
    self.timeout = timeout
    self.initialDelay = initialDelay
    self.successThreshold = successThreshold
    self.failureThreshold = failureThreshold
  }

  /// The same probe as it listens to heartbeats within `limit`: one that is missed is enough, and nothing is asked.
  func listening(within limit: Duration) -> ProbeSettings {
    var settings = self
    // A service that starts has as many intervals to begin as a startup probe may fail.
    settings.interval = kind == .startup ? limit * failureThreshold : limit
    settings.timeout = settings.interval
    settings.successThreshold = 1
    settings.failureThreshold = 1
    return settings
  }

  /// How long a service may have been broken before this probe says so.
  var detectionTime: Duration {
    target.isHeartbeat ? interval : max(interval, timeout) * failureThreshold + timeout
  }

  /// The longest time a startup probe gives an instance before it fails for good.
  public var startBudget: Duration {
    // An attempt that takes longer than the interval delays the next.
    initialDelay + max(interval, timeout) * (failureThreshold - 1) + timeout
  }
}
