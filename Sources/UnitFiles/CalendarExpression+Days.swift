// Which moments an expression means.
extension CalendarExpression {
  /// The days after 1970-01-01 that there are years for: 1970 to 2199.
  private static let allDays = 0..<84_006

  /// Whether there is any day that it means: there is none for February 30, or for a date of another day of the week.
  public var hasDays: Bool {
    // Nearly all have one within the first years.
    Self.allDays.contains { isMeant(day: $0, CivilTime(day: $0)) }
  }

  /// The last moment that it means at or before another.
  ///
  /// - Parameter seconds: seconds since 1970-01-01 00:00 by the wall clock of its zone, not in UTC.
  /// - Returns: the moment by the same clock, to the second; nil if there is none.
  public func last(atOrBefore seconds: Int) -> Int? {
    let now = CivilTime(seconds: seconds)
    let today = (seconds - now.second) / 86_400
    let times = secondsOfDay
    guard !times.isEmpty else { return nil }
    for day in stride(from: min(today, Self.allDays.upperBound - 1), through: 0, by: -1) {
      guard isMeant(day: day, CivilTime(day: day)) else { continue }
      let latest = day == today ? now.second : 86_399
      if let time = times.last(where: { $0 <= latest }) { return day * 86_400 + time }
    }
    return nil
  }

  // MARK: Steps

  private func isMeant(day: Int, _ date: CivilTime) -> Bool {
    guard weekdays & 1 << UInt8(CivilTime.weekday(ofDay: day)) != 0, Self.field(years, has: date.year),
      Self.field(months, has: date.month)
    else { return false }
    guard countsFromMonthEnd else { return Self.field(days, has: date.day) }
    let end = CivilTime.length(ofMonth: date.month, in: date.year) + 1
    return days.contains { values in
      // The first value is the later day here, and without a last one days follow to the month's end.
      let (first, last) = (end - (values.last ?? values.first), end - values.first)
      guard values.step > 0 else { return date.day == last }
      let high = values.last == nil ? end - 1 : last
      return (first...high) ~= date.day && (date.day - first).isMultiple(of: values.step)
    }
  }

  private static func field(_ field: [Values], has value: Int) -> Bool {
    field.isEmpty
      || field.contains { values in
        guard value >= values.first, value <= values.last ?? .max else { return false }
        return values.step == 0 ? value == values.first : (value - values.first).isMultiple(of: values.step)
      }
  }

  /// The times of day that it means, to the second, in their order.
  private var secondsOfDay: [Int] {
    let seconds = Self.expand(microseconds, 0..<(60 * Self.second)).map { $0 / Self.second }
    let minutes = Self.expand(minutes, 0..<60)
    return Self.expand(hours, 0..<24).flatMap { hour in
      minutes.flatMap { minute in seconds.map { hour * 3600 + minute * 60 + $0 } }
    }
  }

  /// All values of a field in their order, each once; more than a field of whole numbers can have are cut off.
  static func expand(_ field: [Values], _ range: Range<Int>) -> [Int] {
    if field.isEmpty { return Array(range) }
    var result: Set<Int> = []
    for values in field {
      let step = max(values.step, 1)
      let last = values.step == 0 ? values.first : min(values.last ?? .max, range.upperBound - 1)
      for value in stride(from: values.first, through: last, by: step).prefix(3600) { result.insert(value) }
    }
    return result.sorted()
  }
}
