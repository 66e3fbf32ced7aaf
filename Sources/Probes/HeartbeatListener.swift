package import Supervision
package import Systemd

/// Hears the heartbeats of a service from one source. It says when they came; what that means is decided elsewhere.
@LoopActor
package protocol HeartbeatListener: AnyObject, Sendable {
  /// Called when a heartbeat was heard, if the source tells by itself.
  var onBeat: @LoopActor () -> Void { get set }

  /// Makes ready for an instance that is about to start: what an earlier one left behind is dropped.
  func prepare()

  /// Listens from now on; what came before is forgotten.
  func listen()

  /// Looks whether a heartbeat has come. It never waits.
  func look() -> HeartbeatSighting
}

/// When the last heartbeat came, for listeners that are told of each.
struct BeatTime {
  private var begin = SuspendingClock.now
  private var last: SuspendingClock.Instant?

  /// Nothing was heard yet.
  init() {}

  /// A heartbeat comes now.
  mutating func beat() { last = .now }

  /// What there is to say now.
  var sighting: HeartbeatSighting {
    last.map { .heard(ago: .now - $0) } ?? .silent(for: .now - begin)
  }
}
