/// The `WATCHDOG=1` of an instance that nobody asked for: expected only from one that has sent the first.
///
/// Those that a probe listens to are counted by a ``ProbeTrack``. What this program itself sends to systemd is
/// another matter.
public struct Heartbeat: Sendable, Hashable {
  /// How long the service may be silent; nil if nobody expects heartbeats.
  public private(set) var interval: Duration?
  /// Whether this instance has sent one.
  public private(set) var hasBegun = false
  private let configured: Duration?

  /// Heartbeats within `interval`, the watchdog time that the service was given.
  public init(interval: Duration?) {
    self.interval = interval
    configured = interval
  }

  /// A new instance runs, which has not sent any.
  public mutating func instanceStarted() {
    interval = configured
    hasBegun = false
  }

  /// A heartbeat arrived; returns how long to wait for the next, nil for ever.
  public mutating func beat() -> Duration? {
    hasBegun = true
    return interval
  }

  /// The service chose another interval by `WATCHDOG_USEC=`; returns how long to wait for the next heartbeat.
  public mutating func change(to interval: Duration) -> Duration? {
    self.interval = interval > .zero ? interval : nil
    return hasBegun ? self.interval : nil
  }
}
