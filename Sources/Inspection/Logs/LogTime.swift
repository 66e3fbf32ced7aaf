import UnitFiles

/// Points in time as people write them for `--since` and `--until`: the forms of `systemd.time(7)` that are in use.
public struct LogTime: Sendable {
  /// What is wrong with a text that is no point in time.
  public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// The reason, with the fix.
    public let description: String
  }

  /// The present, in microseconds since 1970.
  public let now: Int64
  /// How many seconds local time is ahead of UTC at a time in seconds since 1970.
  private let offset: @Sendable (Int64) -> Int64

  /// Reads times as of `now`, in the zone that `offset` tells.
  public init(now: Int64, offset: @escaping @Sendable (Int64) -> Int64) {
    self.now = now
    self.offset = offset
  }

  /// The point in time that a text says, in microseconds since 1970.
  ///
  /// - Parameter text: `now`, `today`, `yesterday`, `tomorrow`, `-1h`, `+5min`, `1 hour ago`, `@1700000000`,
  ///   `2026-11-24`, `2026-11-24 13:00`, `13:00:05`, `2026-11-24T13:00:00Z`; also with `UTC` behind it.
  /// - Returns: the time; not before 1970.
  /// - Throws: what is wrong, and the forms that there are.
  public func microseconds(_ text: String) throws(Failure) -> Int64 {
    var words = text.split { $0 == " " || $0 == "\t" }.map(String.init)
    guard !words.isEmpty, text.utf8.count <= 100 else { throw Self.failure(text) }
    if words.count == 1, let time = try word(words[0], text) { return time }
    if words.last == "ago" {
      return try shifted(by: words.dropLast().joined(separator: " "), sign: -1, text)
    }
    if let sign = ["-": -1, "+": 1][words[0].prefix(1)] {
      let rest = ([String(words[0].dropFirst())] + words.dropFirst()).joined(separator: " ")
      return try shifted(by: rest, sign: Int64(sign), text)
    }
    let isUTC = words.last == "UTC"
    if isUTC { words.removeLast() }
    if words.count > 1, Self.weekdays.contains(words[0].lowercased()) { words.removeFirst() }
    return try calendar(words, isUTC: isUTC, text)
  }

  // MARK: Words

  private func word(_ word: String, _ text: String) throws(Failure) -> Int64? {
    switch word {
    case "now": return now
    case "today": return try day(0, text)
    case "yesterday": return try day(-1, text)
    case "tomorrow": return try day(1, text)
    default: return word.hasPrefix("@") ? try stamp(word.dropFirst(), text) : nil
    }
  }

  /// Seconds since 1970, with decimals or a unit.
  private func stamp(_ digits: Substring, _ text: String) throws(Failure) -> Int64 {
    guard let span = Self.span(String(digits)) else { throw Self.failure(text) }
    return span
  }

  private func shifted(by span: String, sign: Int64, _ text: String) throws(Failure) -> Int64 {
    guard let span = Self.span(span) else { throw Self.failure(text) }
    let (time, overflow) = now.addingReportingOverflow(sign * span)
    guard !overflow else { throw Self.failure(text) }
    return max(time, 0)
  }

  private static func span(_ text: String) -> Int64? {
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), let span = try? TimeSpan.parse(text) else {
      return nil
    }
    let parts = span.components
    guard parts.seconds < 1 << 42 else { return nil }
    return parts.seconds * 1_000_000 + parts.attoseconds / 1_000_000_000_000
  }

  /// The beginning of a day so many days after this one.
  private func day(_ number: Int64, _ text: String) throws(Failure) -> Int64 {
    let seconds = now / 1_000_000
    let local = seconds + offset(seconds)
    return try utc(local: (Self.floor(local, 86_400) + number) * 86_400, text) * 1_000_000
  }

  // MARK: Calendar

  private func calendar(_ words: [String], isUTC: Bool, _ text: String) throws(Failure) -> Int64 {
    var parts = words
    var zone: Int64? = isUTC ? 0 : nil
    if parts.count == 1, let middle = parts[0].firstIndex(of: "T") {
      parts = [String(parts[0][..<middle]), String(parts[0][parts[0].index(after: middle)...])]
    }
    if parts.count == 2, zone == nil, let (time, seconds) = Self.zone(of: parts[1]) {
      parts[1] = time
      zone = seconds
    }
    guard (1...2).contains(parts.count) else { throw Self.failure(text) }
    var clock: (seconds: Int64, fraction: Int64) = (0, 0)
    var days: Int64
    if let date = Self.days(parts[0]) {
      days = date
      if parts.count == 2 {
        guard let time = Self.clock(parts[1]) else { throw Self.failure(text) }
        clock = time
      }
    } else if parts.count == 1, let time = Self.clock(parts[0]) {
      let seconds = now / 1_000_000
      days = Self.floor(seconds + (isUTC ? 0 : offset(seconds)), 86_400)
      clock = time
    } else {
      throw Self.failure(text)
    }
    let local = days * 86_400 + clock.seconds
    let seconds = if let zone { local - zone } else { try utc(local: local, text) }
    guard seconds >= 0 else { throw Self.failure(text) }
    return seconds * 1_000_000 + clock.fraction
  }

  /// The moment at which local clocks show a time; of two, the first, and of none the one after the gap.
  private func utc(local: Int64, _ text: String) throws(Failure) -> Int64 {
    let early = local - offset(local - 86_400)
    let late = local - offset(local + 86_400)
    let seconds = [early, late].first { $0 + offset($0) == local } ?? early
    guard seconds >= 0 else { throw Self.failure(text) }
    return seconds
  }

  /// `2026-11-24` as days after 1970-01-01; nil for what is no date.
  private static func days(_ text: String) -> Int64? {
    let fields = text.split(separator: "-", omittingEmptySubsequences: false)
    guard fields.count == 3, fields[0].utf8.count == 4, let year = number(fields[0], 1970...9999),
      let month = number(fields[1], 1...12), let day = number(fields[2], 1...31)
    else { return nil }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let lengths: [Int64] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard day <= lengths[Int(month) - 1] else { return nil }
    // Years counted from March, so that the leap day comes last.
    let marchYear = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
  }

  /// `13:00` or `13:00:05.25` as seconds and microseconds of a day.
  private static func clock(_ text: String) -> (seconds: Int64, fraction: Int64)? {
    let fields = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(fields.count), let hour = number(fields[0], 0...23),
      let minute = number(fields[1], 0...59)
    else { return nil }
    guard fields.count == 3 else { return (hour * 3600 + minute * 60, 0) }
    let parts = fields[2].split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let second = number(parts[0], 0...59) else { return nil }
    var fraction: Int64 = 0
    if parts.count == 2 {
      guard let digits = number(parts[1].prefix(6), 0...999_999), parts[1].allSatisfy(\.isASCII) else {
        return nil
      }
      fraction = (0..<(6 - min(parts[1].count, 6))).reduce(digits) { value, _ in value * 10 }
    }
    return (hour * 3600 + minute * 60 + second, fraction)
  }

  /// A time of day with `Z` or `+02:00` behind it, and the zone's seconds; nil without a zone.
  private static func zone(of text: String) -> (time: String, seconds: Int64)? {
    if text.hasSuffix("Z") { return (String(text.dropLast()), 0) }
    guard let sign = text.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
    let digits = text[text.index(after: sign)...].filter { $0 != ":" }
    guard digits.utf8.count == 4, let hours = number(digits.prefix(2), 0...14),
      let minutes = number(digits.suffix(2), 0...59)
    else { return nil }
    return (String(text[..<sign]), (hours * 3600 + minutes * 60) * (text[sign] == "-" ? -1 : 1))
  }

  private static func number(_ text: some StringProtocol, _ range: ClosedRange<Int64>) -> Int64? {
    guard !text.isEmpty, text.utf8.count <= 6, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let value = Int64(text), range.contains(value)
    else { return nil }
    return value
  }

  private static func floor(_ value: Int64, _ size: Int64) -> Int64 {
    value >= 0 ? value / size : (value - size + 1) / size
  }

  private static let weekdays: Set<String> = [
    "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
    "saturday", "sunday",
  ]

  private static func failure(_ text: String) -> Failure {
    Failure(
      description:
        "'\(text.prefix(100))' is no point in time; write for example -1h, '2 days ago', today, yesterday,"
        + " '2026-11-24 13:00' or @1700000000")
  }
}
