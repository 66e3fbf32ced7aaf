/// The memory of one probe: its verdict and the run of equal answers that may flip it.
///
/// The rules are the kubelet's (prober/worker.go): readiness begins as unhealthy, liveness as healthy, startup as
/// unknown; an attempt that could not be made changes nothing; a verdict flips only after a run of equal answers as
/// long as its threshold.
public struct ProbeTrack: Sendable, Hashable {
  /// What is known of the service through this probe.
  public enum Verdict: String, Sendable, Hashable {
    case unknown, healthy, unhealthy
  }

  /// The probe's settings.
  public let settings: ProbeSettings
  /// The present verdict.
  public private(set) var verdict: Verdict
  /// What the last attempt found; nil before the first.
  public private(set) var lastOutcome: ProbeOutcome?
  /// How often it is made at present, and how long it may take.
  public private(set) var pace: ProbePace
  private var runIsHealthy = false
  private var runLength = 0

  /// A probe at the start of an instance, or of one that was found ready already.
  public init(_ settings: ProbeSettings, isReady: Bool = false) {
    self.settings = settings
    pace = ProbePace(settings)
    verdict =
      switch settings.kind {
      case .startup: isReady ? .healthy : .unknown
      case .readiness: isReady ? .healthy : .unhealthy
      case .liveness: .healthy
      }
  }

  /// Takes in the result of one attempt, which took `took`; returns whether the verdict flipped.
  public mutating func record(_ outcome: ProbeOutcome, took: Duration = .zero) -> Bool {
    lastOutcome = outcome
    pace.take(outcome, took: took)
    let isHealthy: Bool
    switch outcome {
    case .unknown: return false
    case .healthy: isHealthy = true
    case .unhealthy: isHealthy = false
    }
    runLength = isHealthy == runIsHealthy ? min(runLength, Int.max - 1) + 1 : 1
    runIsHealthy = isHealthy
    guard runLength >= (isHealthy ? settings.successThreshold : settings.failureThreshold) else {
      return false
    }
    let judged: Verdict = isHealthy ? .healthy : .unhealthy
    defer { verdict = judged }
    return verdict != judged
  }

  /// The reason of the last answer, for a status line; empty before the first.
  public var reason: String {
    switch lastOutcome {
    case .healthy(let detail): detail
    case .unhealthy(let reason): reason
    case .unknown(let reason): "the probe could not be made: \(reason)"
    case nil: ""
    }
  }

  /// How long the next attempt may take.
  public var timeout: Duration { pace.timeout }

  /// How long to wait after an attempt that took `took` before the next begins.
  public func delay(afterAttemptOf took: Duration, beforeFirstReady: Bool) -> Duration {
    let interval =
      settings.kind == .readiness && beforeFirstReady
      ? min(settings.startInterval, settings.interval) : pace.interval
    return max(interval - took, .zero)
  }
}

extension ServiceEvent {
  /// A probe's new verdict.
  static func flipped(_ track: ProbeTrack) -> ServiceEvent {
    let kind = track.settings.kind.rawValue
    let name = kind.prefix(1).uppercased() + kind.dropFirst()
    return ServiceEvent(
      .probeFlipped, "\(name) probe \(track.settings.target) is \(track.verdict.rawValue): \(track.reason)",
      priority: track.verdict == .healthy ? 6 : nil,
      fields: [
        .probeKind: kind, .probe: "\(track.settings.target)", .verdict: track.verdict.rawValue,
        .reason: track.reason,
      ])
  }
}
