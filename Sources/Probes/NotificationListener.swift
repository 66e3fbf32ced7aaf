package import Supervision
import Systemd

/// The heartbeats that a service sends as `WATCHDOG=1`; who takes its notifications tells of them.
package final class NotificationListener: HeartbeatListener {
  /// Called when a heartbeat was heard.
  package var onBeat: @LoopActor () -> Void = {}

  private let isReachable: Bool
  private var time = BeatTime()

  /// A listener; `isReachable` tells whether the service can send notifications at all.
  init(isReachable: Bool) { self.isReachable = isReachable }

  /// The service has sent `WATCHDOG=1`.
  package func beat() {
    time.beat()
    onBeat()
  }

  /// Makes ready for an instance; there is nothing to drop.
  package func prepare() {}

  /// Listens from now on.
  package func listen() { time = BeatTime() }

  /// Tells when the last heartbeat came.
  package func look() -> HeartbeatSighting {
    isReachable ? time.sighting : .unknown("the service has no NOTIFY_SOCKET: Unix sockets are not allowed")
  }
}
