import Glibc

/// Tells instants as local times of day, for status lines.
enum WallClock {
  /// The parts of a local time that are shown.
  private struct LocalTime {
    let date: String
    let time: String

    init(_ seconds: time_t) {
      var seconds = seconds
      var parts = unsafe tm()
      unsafe localtime_r(&seconds, &parts)
      unsafe date = "\(parts.tm_year + 1900)-\(Self.pad(parts.tm_mon + 1))-\(Self.pad(parts.tm_mday))"
      unsafe time = "\(Self.pad(parts.tm_hour)):\(Self.pad(parts.tm_min)):\(Self.pad(parts.tm_sec))"
    }

    private static func pad(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
  }

  /// The seconds since 1970.
  static var seconds: Int {
    var present = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &present)
    return present.tv_sec
  }

  /// `14:03:22` for an instant of today, with the date before it for any other day.
  static func text(_ instant: ContinuousClock.Instant) -> String {
    var present = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &present)
    let sinceEpoch =
      .seconds(present.tv_sec) + .nanoseconds(present.tv_nsec) + (instant - ContinuousClock.now)
    let then = LocalTime(time_t(sinceEpoch.components.seconds))
    return then.date == LocalTime(present.tv_sec).date ? then.time : "\(then.date) \(then.time)"
  }
}
