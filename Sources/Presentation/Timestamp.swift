/// A point in time as systemd counts it, in microseconds since 1970 in UTC, and its ways of being written.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Microseconds since 1970-01-01 00:00:00 UTC.
  public let microseconds: UInt64

  /// Takes systemd's number; 0 and 2^64-1 mean "never", which is nil.
  public init?(microseconds: UInt64) {
    guard microseconds != 0, microseconds != .max else { return nil }
    self.microseconds = microseconds
  }

  /// The earlier one is the smaller.
  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }

  /// RFC 3339 in UTC to the microsecond, for programs: `2026-11-24T13:33:24.123456Z`.
  public var rfc3339: String {
    let fraction = Self.digits(microseconds % 1_000_000, 6)
    let parts = parts(offset: 0)
    return "\(parts.date)T\(parts.time).\(fraction)Z"
  }

  /// For people, in a zone so many seconds east of UTC: `Tue 2026-11-24 13:33:24`.
  public func text(offset: Int) -> String {
    let parts = parts(offset: offset)
    return "\(parts.weekday) \(parts.date) \(parts.time)"
  }

  /// For lines of logs, in a zone so many seconds east of UTC, as syslog writes it: `Nov 24 13:33:24`.
  public func syslog(offset: Int) -> String {
    let parts = parts(offset: offset)
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let fields = parts.date.split(separator: "-")
    let month = fields.count == 3 ? Int(fields[1]) ?? 1 : 1
    return "\(names[month - 1]) \(fields.last ?? "") \(parts.time)"
  }

  /// The distance to now in its two largest units: `2h 3min ago`, `in 5s`, `now` within a second.
  public func distance(from now: Timestamp) -> String {
    let isPast = self <= now
    let gap = isPast ? now.microseconds - microseconds : microseconds - now.microseconds
    guard gap >= 1_000_000 else { return "now" }
    let span = Self.span(seconds: gap / 1_000_000)
    return isPast ? "\(span) ago" : "in \(span)"
  }

  /// A number of seconds in its two largest units: `1month 3d`, `2h 3min`, `59s`.
  public static func span(seconds: UInt64) -> String {
    var rest = seconds
    var words: [String] = []
    for (name, size) in [("y", 31_557_600), ("month", 2_629_800), ("w", 604_800), ("d", 86_400), ("h", 3600)]
      + [("min", 60), ("s", 1 as UInt64)]
    {
      if rest >= size { words.append("\(rest / size)\(name)") }
      // The second unit follows the first directly: not "1y 3s".
      if words.count == 2 || (words.count == 1 && rest < size) { break }
      rest %= size
    }
    return words.isEmpty ? "0s" : words.joined(separator: " ")
  }

  // MARK: Calendar

  private func parts(offset: Int) -> (weekday: String, date: String, time: String) {
    let seconds = Int(microseconds / 1_000_000) + offset
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    let inDay = UInt64(seconds - days * 86_400)
    let names = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let time = [inDay / 3600, inDay / 60 % 60, inDay % 60].map { Self.digits($0, 2) }.joined(separator: ":")
    return (names[((days % 7) + 7) % 7], Self.date(days: days), time)
  }

  /// The day so many days after 1970-01-01 in the Gregorian calendar: years are counted from March, so that the leap
  /// day comes last.
  private static func date(days: Int) -> String {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return [digits(UInt64(max(year, 0)), 4), digits(UInt64(month), 2), digits(UInt64(day), 2)]
      .joined(separator: "-")
  }

  private static func digits(_ number: UInt64, _ count: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(count - text.count, 0)) + text
  }
}
