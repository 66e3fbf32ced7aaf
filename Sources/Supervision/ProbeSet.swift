/// All probes of a service: which of them run when, and what their verdicts mean together.
///
/// Nothing but startup probes run until all of those have succeeded once; then they stop and the others begin. All
/// probes of a kind have to be healthy. After a startup or liveness failure nothing is asked until the next
/// instance. With no readiness probe the service is ready as soon as it has started.
public struct ProbeSet: Sendable {
  /// What the caller has to do, in order.
  public enum Step: Sendable, Hashable {
    /// Attempt this probe now, for at most this long, and report by ``ProbeSet/finished(_:_:took:)``.
    case attempt(Int, timeout: Duration)
    /// Call ``ProbeSet/due(_:)`` after this time.
    case wait(Int, Duration)
    /// Drop this probe's attempt or wait.
    case cancel(Int)
    /// Write this event into the journal.
    case record(ServiceEvent)
    /// All startup probes have succeeded.
    case started
    /// The service is ready: at first, or again.
    case ready
    /// The service was ready and no longer is; with the reason.
    case unready(String)
    /// The instance is beyond hope.
    case judged(Judgement)
  }

  /// The probes, in the policy's order; an index into this array names a probe.
  public private(set) var tracks: [ProbeTrack]
  private let settings: [ProbeSettings]
  private let wantsNotify: Bool
  private var active: Set<Int> = []
  private var hasStarted = false
  /// Whether the present instance has said `READY=1`.
  public private(set) var childIsReady = false
  private var wasReady = false
  private var isReady = false

  /// The probes of a policy; `notify` among them is answered by ``childBecameReady()``.
  public init(_ settings: [ProbeSettings]) {
    self.settings = settings.filter { $0.target != .notify }
    wantsNotify = settings.contains { $0.target == .notify }
    tracks = self.settings.map { ProbeTrack($0) }
  }

  // MARK: Events

  /// A new instance runs: every probe begins anew.
  public mutating func instanceStarted() -> [Step] {
    let steps = instanceEnded()
    tracks = settings.map { ProbeTrack($0) }
    hasStarted = false
    childIsReady = false
    wasReady = false
    isReady = false
    let startup = indices(of: .startup)
    guard startup.isEmpty else { return steps + startup.map { begin($0) } }
    return steps + beginOthers()
  }

  /// New probes take over an instance that was ready before, after a reload: what it is it stays until they say
  /// otherwise. A service says `READY=1` once, so it is not waited for again.
  public mutating func adoptInstance(isReady: Bool) -> [Step] {
    let steps = instanceEnded()
    tracks = settings.map { ProbeTrack($0, isReady: isReady) }
    hasStarted = true
    childIsReady = true
    wasReady = true
    self.isReady = isReady
    return steps + beginOthers()
  }

  /// The instance is over or about to be ended: nothing is asked any more.
  public mutating func instanceEnded() -> [Step] {
    defer { active = [] }
    return active.sorted().map { .cancel($0) }
  }

  /// The wait of this probe is over.
  public mutating func due(_ index: Int) -> [Step] {
    guard active.contains(index) else { return [] }
    return [.attempt(index, timeout: tracks[index].settings.timeout)]
  }

  /// An attempt of this probe has ended after `took`.
  public mutating func finished(_ index: Int, _ outcome: ProbeOutcome, took: Duration) -> [Step] {
    guard active.contains(index) else { return [] }
    let flipped = tracks[index].record(outcome)
    let track = tracks[index]
    var steps: [Step] = []
    if flipped {
      steps.append(.record(.flipped(track)))
      switch (track.settings.kind, track.verdict) {
      case (.startup, .healthy):
        active.remove(index)
        let others = indices(of: .startup)
        guard others.allSatisfy({ tracks[$0].verdict == .healthy }) else { return steps }
        return steps + [.started] + beginOthers()
      case (.startup, _):
        return steps + instanceEnded() + [.judged(.startupFailed(track.reason))]
      case (.liveness, .unhealthy):
        return steps + instanceEnded() + [.judged(.livenessFailed(track.reason))]
      case (.liveness, _):
        break
      case (.readiness, _):
        steps += updateReadiness(reason: track.reason)
      }
    }
    let isWaited = !wasReady && track.verdict != .healthy
    steps.append(.wait(index, track.delay(afterAttemptOf: took, beforeFirstReady: isWaited)))
    return steps
  }

  /// The service itself said `READY=1`.
  public mutating func childBecameReady() -> [Step] {
    childIsReady = true
    return hasStarted ? updateReadiness(reason: "") : []
  }

  // MARK: Answers

  /// What is missing before the service is ready, in words; empty if nothing is.
  public var missing: String {
    var parts: [String] = []
    for track in tracks where track.verdict != .healthy && hasStarted == (track.settings.kind != .startup) {
      let reason = track.lastOutcome == nil ? "" : " (\(track.reason))"
      parts.append("\(track.settings.kind.rawValue) probe \(track.settings.target)\(reason)")
    }
    if hasStarted, wantsNotify, !childIsReady { parts.append("the service's own READY=1") }
    return parts.joined(separator: ", ")
  }

  // MARK: Private steps

  private func indices(of kind: ProbeKind) -> [Int] {
    tracks.indices.filter { tracks[$0].settings.kind == kind }
  }

  private mutating func begin(_ index: Int) -> Step {
    active.insert(index)
    let settings = tracks[index].settings
    return settings.initialDelay > .zero
      ? .wait(index, settings.initialDelay) : .attempt(index, timeout: settings.timeout)
  }

  private mutating func beginOthers() -> [Step] {
    hasStarted = true
    var steps: [Step] = []
    for index in tracks.indices where tracks[index].settings.kind != .startup { steps.append(begin(index)) }
    return updateReadiness(reason: "") + steps
  }

  private mutating func updateReadiness(reason: String) -> [Step] {
    let now =
      hasStarted && (childIsReady || !wantsNotify)
      && indices(of: .readiness).allSatisfy { tracks[$0].verdict == .healthy }
    guard now != isReady else { return [] }
    isReady = now
    if now { wasReady = true }
    return now ? [.ready] : [.unready(reason)]
  }
}
