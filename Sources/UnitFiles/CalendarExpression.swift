/// A calendar expression as `OnCalendar=` takes it, see `systemd.time(7)`: `daily`, `Mon..Fri 09:30`, `*-*-1 03:00 UTC`.
public struct CalendarExpression: Sendable, Hashable, CustomStringConvertible {
  /// Values of a field: one, or several at the same distance.
  public struct Values: Sendable, Hashable, Comparable {
    /// The first one; in a date that counts from the month's end the last one.
    public let first: Int
    /// The last one; nil for a single one, or for all that the field has room for.
    public let last: Int?
    /// The distance from one to the next; 0 for a single one.
    public let step: Int

    /// Makes values without comparing them.
    public init(_ first: Int, through last: Int? = nil, by step: Int = 0) {
      self.first = first
      self.last = last
      self.step = step
    }

    /// By the first value, then by the last one, then by the distance.
    public static func < (left: Values, right: Values) -> Bool {
      (left.first, left.last ?? -1, left.step) < (right.first, right.last ?? -1, right.step)
    }
  }

  /// Whose clock counts.
  public enum Zone: Sendable, Hashable {
    /// That of the machine.
    case local
    /// Universal time.
    case utc
    /// A zone by its name, such as `Europe/Berlin`, or the machine's own by its short one, such as `CEST`.
    case named(String)
  }

  /// The days of the week, Monday as the lowest bit; all seven for any day.
  public internal(set) var weekdays: UInt8 = 0
  /// Years; empty for any, as with the fields below.
  public internal(set) var years: [Values] = []
  /// Months, from 1.
  public internal(set) var months: [Values] = []
  /// Days of the month, from 1.
  public internal(set) var days: [Values] = []
  /// Whether days count from the month's end, where 1 is the last one.
  public internal(set) var countsFromMonthEnd = false
  /// Hours.
  public internal(set) var hours: [Values] = []
  /// Minutes.
  public internal(set) var minutes: [Values] = []
  /// Microseconds of the minute; never empty.
  public internal(set) var microseconds: [Values] = []
  /// The clock.
  public internal(set) var zone = Zone.local

  /// All days of the week.
  public static let allWeekdays: UInt8 = 0x7f
  static let second = 1_000_000
  static let weekdayNames = [
    "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday",
  ]
  static let monthNames = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Reads an expression the way systemd does, as strictly.
  ///
  /// - Parameters:
  ///   - text: the expression, without specifiers.
  ///   - isZone: whether a last word is a time zone, which only the machine's files can tell; by default what looks like
  ///     one is.
  /// - Returns: the expression in systemd's normal form.
  /// - Throws: what systemd would not read, and where.
  public static func parse(
    _ text: String, isZone: (String) -> Bool = looksLikeZone
  ) throws(ValueError) -> CalendarExpression {
    try CalendarParser.parse(text, isZone)
  }

  /// Whether a word has the form of a time zone's name: `Europe/Berlin`, `CEST`, `Etc/GMT+5`, `+03`.
  public static func looksLikeZone(_ word: String) -> Bool {
    let bytes = Array(word.utf8)
    guard let first = bytes.first, let last = bytes.last, last != ASCII.slash, bytes.count <= 64 else {
      return false
    }
    if first == UInt8(ascii: "+") || first == ASCII.dash {
      return (3...5).contains(bytes.count) && bytes.dropFirst().allSatisfy(\.isDigit)
    }
    guard first.isLetter, isZoneName(word) else { return false }
    let isWeekday = weekdayNames.contains {
      $0.lowercased() == word.lowercased() || $0.prefix(3).lowercased() == word.lowercased()
    }
    return !isWeekday && CalendarParser.shorthand(word.lowercased()) == nil
  }

  /// Whether a word could be the name of a file of the zone database.
  public static func isZoneName(_ word: String) -> Bool {
    var isAfterSlash = true
    for byte in word.utf8 {
      if byte == ASCII.slash {
        if isAfterSlash { return false }
        isAfterSlash = true
        continue
      }
      guard
        byte.isDigit || byte.isLetter || byte == ASCII.dash || byte == ASCII.underscore
          || byte == UInt8(ascii: "+")
      else { return false }
      isAfterSlash = false
    }
    return !isAfterSlash
  }

  // MARK: Normal form

  /// systemd's normal form, such as `Mon..Fri *-*-* 09:30:00`.
  public var description: String {
    let days = weekdays == Self.allWeekdays ? "" : "\(weekdayList) "
    let date = [
      Self.text(years, width: 4), Self.text(months, width: 2), Self.text(self.days, width: 2),
    ]
    let time = [
      Self.text(hours, width: 2), Self.text(minutes, width: 2),
      Self.text(microseconds, width: 2, unit: Self.second),
    ]
    let clock =
      switch zone {
      case .local: ""
      case .utc: " UTC"
      case .named(let name): " \(name)"
      }
    return "\(days)\(date[0])-\(date[1])\(countsFromMonthEnd ? "~" : "-")\(date[2]) "
      + time.joined(separator: ":") + clock
  }

  /// `Mon..Fri`, `Sat,Sun`.
  var weekdayList: String {
    var parts: [String] = []
    var day = 0
    while day < 7 {
      guard weekdays & 1 << day != 0 else {
        day += 1
        continue
      }
      var end = day
      while end < 6, weekdays & 1 << (end + 1) != 0 { end += 1 }
      let (first, last) = (Self.weekdayNames[day].prefix(3), Self.weekdayNames[end].prefix(3))
      parts.append(end == day ? "\(first)" : "\(first)\(end == day + 1 ? "," : "..")\(last)")
      day = end + 1
    }
    return parts.joined(separator: ",")
  }

  private static func text(_ field: [Values], width: Int, unit: Int = 1) -> String {
    if field.isEmpty { return "*" }
    if unit > 1, field.contains(Values(0, by: unit)) { return "*" }
    return field.map { values in
      var text = number(values.first, width, unit)
      if let last = values.last { text += ".." + number(last, width, unit) }
      if values.step > 0, values.last == nil || values.step != unit {
        text += "/" + number(values.step, 1, unit)
      }
      return text
    }.joined(separator: ",")
  }

  static func number(_ value: Int, _ width: Int, _ unit: Int = 1) -> String {
    let padded = { (value: Int, width: Int) in
      let text = String(value)
      return String(repeating: "0", count: max(width - text.utf8.count, 0)) + text
    }
    return padded(value / unit, width) + (value % unit > 0 ? "." + padded(value % unit, 6) : "")
  }
}
