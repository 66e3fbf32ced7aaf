/// All probes of a service: which of them run when, and what their verdicts mean together.
///
/// Nothing but startup probes run until all of those have succeeded once; then they stop and the others begin. All
/// probes of a kind have to be healthy. After a startup or liveness failure nothing is asked until the next
/// instance. With no readiness probe the service is ready as soon as it has started.
public struct ProbeSet: Sendable {
  /// What the caller has to do, in order.
  public enum Step: Sendable, Hashable {
    /// Attempt this probe now, for at most this long, and report by ``ProbeSet/finished(_:_:took:)``. What listens to
    /// heartbeats looks at its source, at once, and reports by ``ProbeSet/looked(_:_:)``.
    case attempt(Int, timeout: Duration)
    /// Listen to this probe's heartbeats from now on; what came before is forgotten.
    case listen(Int)
    /// Call ``ProbeSet/due(_:late:)`` after this time.
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
  // Those of the active ones that listen to heartbeats, and whose initial delay is over.
  private var listening: Set<Int> = []
  private var hasStarted = false
  /// Whether the present instance has said `READY=1`.
  public private(set) var childIsReady = false
  /// Whether the present instance was ready at least once.
  public private(set) var wasReady = false
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
    guard startup.isEmpty else { return steps + startup.flatMap { begin($0) } }
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
    defer { (active, listening) = ([], []) }
    return active.sorted().map { .cancel($0) }
  }

  /// The wait of this probe is over.
  ///
  /// - Parameters:
  ///   - index: the probe.
  ///   - late: how much later than asked for.
  /// - Returns: the attempt; for one who listens to heartbeats and is told so late that this very program cannot have
  ///   run, and so perhaps the service neither, another wait.
  public mutating func due(_ index: Int, late: Duration = .zero) -> [Step] {
    guard active.contains(index) else { return [] }
    let settings = tracks[index].settings
    if settings.target.isHeartbeat {
      guard listening.contains(index) else { return listen(index) }
      if late >= max(settings.interval / 4, Self.leastLateness) { return [.wait(index, settings.interval)] }
    }
    return [.attempt(index, timeout: tracks[index].timeout)]
  }

  /// A timer that fires by less than this too late was not kept from it.
  static let leastLateness = Duration.milliseconds(250)

  /// An attempt of this probe has ended after `took`.
  public mutating func finished(_ index: Int, _ outcome: ProbeOutcome, took: Duration) -> [Step] {
    guard active.contains(index) else { return [] }
    let steps = take(index, outcome, took)
    guard active.contains(index) else { return steps }
    let track = tracks[index]
    let isWaited = !wasReady && track.verdict != .healthy
    return steps + [.wait(index, track.delay(afterAttemptOf: took, beforeFirstReady: isWaited))]
  }

  /// The source of this probe's heartbeats was looked at, because it was time or because one was heard.
  public mutating func looked(_ index: Int, _ sighting: HeartbeatSighting) -> [Step] {
    guard active.contains(index) else { return [] }
    listening.insert(index)
    // As with systemd's own watchdog, a service is owed heartbeats from its first on, or once it is ready.
    let isOwed =
      if case .silent = sighting { wasReady || tracks[index].settings.kind != .liveness } else { true }
    let outcome = isOwed ? tracks[index].outcome(of: sighting) : nil
    let steps = outcome.map { take(index, $0, .zero) } ?? []
    guard active.contains(index) else { return steps }
    return steps + [.wait(index, tracks[index].nextLook(after: sighting))]
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

  /// Counts an outcome; the probe is no longer active if it has done its part or has ended the instance.
  private mutating func take(_ index: Int, _ outcome: ProbeOutcome, _ took: Duration) -> [Step] {
    guard tracks[index].record(outcome, took: took) else { return [] }
    let track = tracks[index]
    let record = [Step.record(.flipped(track))]
    switch (track.settings.kind, track.verdict) {
    case (.startup, .healthy):
      active.remove(index)
      let others = indices(of: .startup)
      guard others.allSatisfy({ tracks[$0].verdict == .healthy }) else { return record }
      return record + [.started] + beginOthers()
    case (.startup, _):
      return record + instanceEnded() + [.judged(.startupFailed(track.reason))]
    case (.liveness, .unhealthy):
      let isHeartbeat = track.settings.target.isHeartbeat
      return record + instanceEnded() + [
        .judged(isHeartbeat ? .heartbeatLost(track.settings.interval) : .livenessFailed(track.reason))
      ]
    case (.liveness, _):
      return record
    case (.readiness, _):
      return record + updateReadiness(reason: track.reason)
    }
  }

  private func indices(of kind: ProbeKind) -> [Int] {
    tracks.indices.filter { tracks[$0].settings.kind == kind }
  }

  private mutating func begin(_ index: Int) -> [Step] {
    active.insert(index)
    let settings = tracks[index].settings
    guard settings.initialDelay == .zero else { return [.wait(index, settings.initialDelay)] }
    return settings.target.isHeartbeat ? listen(index) : [.attempt(index, timeout: tracks[index].timeout)]
  }

  private mutating func listen(_ index: Int) -> [Step] {
    listening.insert(index)
    return [.listen(index), .wait(index, tracks[index].nextLook(after: .silent(for: .zero)))]
  }

  private mutating func beginOthers() -> [Step] {
    hasStarted = true
    var steps = updateReadiness(reason: "")
    for index in tracks.indices where tracks[index].settings.kind != .startup { steps += begin(index) }
    return steps
  }

  private mutating func updateReadiness(reason: String) -> [Step] {
    let now =
      hasStarted && (childIsReady || !wantsNotify)
      && indices(of: .readiness).allSatisfy { tracks[$0].verdict == .healthy }
    guard now != isReady else { return [] }
    isReady = now
    guard now else { return [.unready(reason)] }
    let isFirst = !wasReady
    wasReady = true
    return [.ready] + (isFirst ? listenAnew() : [])
  }

  /// A service that has become ready owes its first heartbeat from then on.
  private mutating func listenAnew() -> [Step] {
    let silent = listening.sorted().filter {
      if case .healthy = tracks[$0].lastOutcome { return false }
      return tracks[$0].settings.kind == .liveness
    }
    return silent.flatMap { listen($0) }
  }
}
