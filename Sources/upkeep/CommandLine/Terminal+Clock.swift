import Glibc
import Presentation

extension Terminal {
  /// How many seconds local time is ahead of UTC at a moment; 0 for none.
  static func offset(at moment: Timestamp?) -> Int {
    guard let moment else { return 0 }
    var seconds = time_t(moment.microseconds / 1_000_000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    return unsafe parts.tm_gmtoff
  }

  /// When the monotonic clock was at zero, in microseconds since 1970 by the present wall clock.
  static var monotonicStart: UInt64? {
    var (wall, monotonic) = (timespec(), timespec())
    unsafe clock_gettime(CLOCK_REALTIME, &wall)
    unsafe clock_gettime(CLOCK_MONOTONIC, &monotonic)
    let start =
      Int64(wall.tv_sec - monotonic.tv_sec) * 1_000_000 + Int64(wall.tv_nsec - monotonic.tv_nsec) / 1000
    return UInt64(exactly: start)
  }
}

extension Terminal {
  /// A point in time as systemd prints it, with the zone's name: `Tue 2026-11-24 14:00:00 UTC`; empty for never.
  @Sendable static func time(_ microseconds: UInt64) -> String {
    guard let moment = Timestamp(microseconds: microseconds) else { return "" }
    var seconds = time_t(microseconds / 1_000_000)
    var parts = unsafe tm()
    unsafe localtime_r(&seconds, &parts)
    let zone = unsafe parts.tm_zone.map { unsafe " " + String(cString: $0) } ?? ""
    return unsafe moment.text(offset: parts.tm_gmtoff) + zone
  }
}
