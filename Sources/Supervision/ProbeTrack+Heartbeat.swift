import UnitFiles

extension ProbeTrack {
  /// How long a source that cannot be listened to is left alone.
  static let retryInterval = Duration.seconds(1)

  /// What a look at a source of heartbeats says about the service; nil if it says nothing new.
  func outcome(of sighting: HeartbeatSighting) -> ProbeOutcome? {
    let limit = settings.interval
    switch sighting {
    case .heard(let ago) where ago < limit: return .healthy("a heartbeat came")
    case .silent(let time) where time < limit: return nil
    case .heard, .silent: return .unhealthy("no heartbeat for \(TimeSpan.format(limit))")
    case .unknown(let reason): return .unknown(reason)
    }
  }

  /// How long to wait before the next look, unless a heartbeat is heard before.
  func nextLook(after sighting: HeartbeatSighting) -> Duration {
    let limit = settings.interval
    guard case .heartbeat(let source) = settings.target else { return limit }
    // While one is hoped for.
    let hope = source.hasToBeLookedFor ? min(settings.startInterval, limit) : limit
    switch sighting {
    case .heard(let ago): return ago < limit ? limit - ago : hope
    // A service that is taken to be well is looked at when its time is over.
    case .silent(let time):
      return time < limit ? min(verdict == .healthy ? limit : hope, limit - time) : hope
    case .unknown: return min(limit, Self.retryInterval)
    }
  }
}
