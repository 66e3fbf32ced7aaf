/// A moment as clocks and calendars show it, in the Gregorian calendar.
struct CivilTime: Hashable {
  /// The year, such as 2026.
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int
  /// Seconds since midnight.
  var second: Int

  /// So many seconds after 1970-01-01 00:00 of the same clock.
  init(seconds: Int) {
    let days = Int((Double(seconds) / 86_400).rounded(.down))
    self.init(day: days)
    second = seconds - days * 86_400
  }

  /// Midnight of the day so many days after 1970-01-01. Years are counted from March, so that the leap day comes last.
  init(day days: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    second = 0
  }

  /// The days of a month.
  static func length(ofMonth month: Int, in year: Int) -> Int {
    switch month {
    case 2: year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The day of the week of the day so many days after 1970-01-01, a Thursday; 0 is Monday.
  static func weekday(ofDay day: Int) -> Int { ((day + 3) % 7 + 7) % 7 }
}
