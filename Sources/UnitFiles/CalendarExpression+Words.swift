// Expressions in words.
extension CalendarExpression {
  /// More values than this are no sentence any more.
  private static let mostListed = 4

  /// What the expression means in words, such as `every day at 03:00`, `Mon..Fri at 09:30` or `every 15 min`; nil for
  /// one that words would not make clearer.
  public var words: String? {
    guard let time = timeWords, let date = dateWords else { return nil }
    let clock =
      switch zone {
      case .local: ""
      case .utc: " UTC"
      case .named(let name): " \(name)"
      }
    switch time {
    case .points(let points): return "\(date) at \(Self.list(points))\(clock)"
    case .interval(let interval): return (date == "every day" ? interval : "\(interval), \(date)") + clock
    }
  }

  private enum Times {
    /// Times of day.
    case points([String])
    /// Times at the same distance, such as `every 15 min`.
    case interval(String)
  }

  // MARK: Time

  private var timeWords: Times? {
    let isWhole = microseconds.allSatisfy { values in
      [values.first, values.last ?? 0, values.step].allSatisfy { $0.isMultiple(of: Self.second) }
    }
    guard isWhole else { return nil }
    let hours = Self.expand(hours, 0..<24)
    let minutes = Self.expand(minutes, 0..<60)
    let seconds = Self.expand(microseconds, 0..<(60 * Self.second)).map { $0 / Self.second }
    guard let second = seconds.first, let minute = minutes.first else { return nil }
    if seconds.count > 1 {
      guard hours.count == 24, minutes.count == 60, let step = Self.step(of: seconds, in: 60), second == 0
      else { return nil }
      return .interval(step == 1 ? "every second" : "every \(step) s")
    }
    if hours.count * minutes.count <= Self.mostListed, Self.step(of: hours, in: 24) == nil || hours.count < 3
    {
      return .points(hours.flatMap { hour in minutes.map { Self.clock(hour, $0, second) } })
    }
    return minutes.count > 1 ? Self.eachMinute(hours, minutes, second) : Self.eachHour(hours, minute, second)
  }

  private static func eachMinute(_ hours: [Int], _ minutes: [Int], _ second: Int) -> Times? {
    guard let from = hours.first, let to = hours.last, hours.count == to - from + 1,
      let first = minutes.first, let last = minutes.last
    else { return nil }
    guard let step = step(of: minutes, in: 60) else {
      guard hours.count == 24, second == 0, minutes.count <= mostListed else { return nil }
      return .interval("every hour at minutes \(list(minutes.map(String.init)))")
    }
    let interval = step == 1 ? "every minute" : "every \(step) min"
    if hours.count < 24 {
      return .interval("\(interval) from \(clock(from, first, second)) to \(clock(to, last, second))")
    }
    return .interval(interval + (first + second > 0 ? " from \(clock(0, first, second)) on" : ""))
  }

  private static func eachHour(_ hours: [Int], _ minute: Int, _ second: Int) -> Times? {
    guard let from = hours.first, let to = hours.last else { return nil }
    if let step = step(of: hours, in: 24) {
      if step == 1 {
        let tail = second > 0 ? ", second \(second)" : ""
        return .interval("every hour" + (minute + second > 0 ? " at minute \(minute)\(tail)" : ""))
      }
      let start = from + minute + second > 0 ? " from \(clock(from, minute, second)) on" : ""
      return .interval("every \(step) hours\(start)")
    }
    guard hours.count > 2, let step = distance(of: hours) else {
      return hours.count <= 2 * mostListed ? .points(hours.map { clock($0, minute, second) }) : nil
    }
    let interval = step == 1 ? "every hour" : "every \(step) hours"
    return .interval("\(interval) from \(clock(from, minute, second)) to \(clock(to, minute, second))")
  }

  /// The distance of values that go round the whole field without a gap or a shorter step; nil for others.
  private static func step(of values: [Int], in size: Int) -> Int? {
    guard let distance = distance(of: values), let first = values.first, let last = values.last,
      first + size - last == distance
    else { return nil }
    return distance
  }

  private static func distance(of values: [Int]) -> Int? {
    guard values.count > 1 else { return nil }
    let distance = values[1] - values[0]
    return zip(values, values.dropFirst()).allSatisfy { $1 - $0 == distance } ? distance : nil
  }

  private static func clock(_ hour: Int, _ minute: Int, _ second: Int) -> String {
    "\(number(hour, 2)):\(number(minute, 2))" + (second > 0 ? ":\(number(second, 2))" : "")
  }

  // MARK: Date

  private var dateWords: String? {
    if let date = singleDate { return date }
    let chosen = Self.expand(months, 1..<13)
    guard let year = yearWords, let month = Self.monthWords(chosen) else { return nil }
    let week =
      weekdays.nonzeroBitCount == 1
      ? "every \(Self.weekdayNames[weekdays.trailingZeroBitCount])" : weekdayWords
    if days.isEmpty {
      let isRange = chosen.count > 2 && Self.distance(of: chosen) == 1
      let period = chosen.count == 12 ? "" : isRange ? " \(month)" : " in \(month)"
      return (weekdays == Self.allWeekdays ? "every day" : week) + period + year
    }
    let isYearly = chosen.count == 1 && !countsFromMonthEnd && weekdays == Self.allWeekdays
    if isYearly, let day = Self.single(days), year.isEmpty { return "every year on \(day) \(month)" }
    let isRange = chosen.count > 2 && Self.distance(of: chosen) == 1
    let each = chosen.count == 12 ? "every month" : isRange ? "every month \(month)" : month
    if weekdays.nonzeroBitCount == 1, let which = weekOfMonth {
      return "on the \(which) \(Self.weekdayNames[weekdays.trailingZeroBitCount]) of \(each)" + year
    }
    guard let day = dayWords else { return nil }
    return "on the \(day) of \(each)" + year + (weekdays == Self.allWeekdays ? "" : ", \(weekdayWords) only")
  }

  /// A date that comes once.
  private var singleDate: String? {
    guard let year = Self.single(years), let month = Self.single(months), let day = Self.single(days),
      !countsFromMonthEnd, weekdays == Self.allWeekdays
    else { return nil }
    return "once, on \(Self.number(year, 4))-\(Self.number(month, 2))-\(Self.number(day, 2))"
  }

  private static func single(_ field: [Values]) -> Int? {
    field.count == 1 && field[0].step == 0 ? field[0].first : nil
  }

  /// `Mon..Fri`, `Sat and Sun`.
  private var weekdayWords: String { Self.list(weekdayList.split(separator: ",").map(String.init)) }

  private var yearWords: String? {
    guard !years.isEmpty else { return "" }
    let chosen = Self.expand(years, 1970..<2200)
    if chosen.count <= Self.mostListed { return " in \(Self.list(chosen.map(String.init)))" }
    guard Self.distance(of: chosen) == 1, let first = chosen.first, let last = chosen.last else { return nil }
    return last == 2199 ? " from \(first) on" : " from \(first) to \(last)"
  }

  private static func monthWords(_ chosen: [Int]) -> String? {
    guard chosen.count < 12, let first = chosen.first, let last = chosen.last else { return "" }
    if chosen.count > 2, distance(of: chosen) == 1 {
      return "from \(monthNames[first - 1]) to \(monthNames[last - 1])"
    }
    return chosen.count <= mostListed + 2 ? list(chosen.map { monthNames[$0 - 1] }) : nil
  }

  /// `first` for the days 1 to 7, on which each day of the week comes once, and so on.
  private var weekOfMonth: String? {
    guard days.count == 1 else { return nil }
    let values = days[0]
    if countsFromMonthEnd {
      let isWeek =
        values.step == 1
        && (values.first == 7 && values.last == nil || values == Values(1, through: 7, by: 1))
      return isWeek ? "last" : nil
    }
    guard values.step == 1, let last = values.last, last - values.first == 6, last.isMultiple(of: 7) else {
      return nil
    }
    return ["first", "second", "third", "fourth"][last / 7 - 1]
  }

  private var dayWords: String? {
    if countsFromMonthEnd {
      guard days.count == 1 else { return nil }
      let values = days[0]
      switch (values.first, values.last, values.step) {
      case (1, nil, 0): return "last day"
      case (let day, nil, 0): return "\(Self.ordinal(day)) last day"
      case (let day, nil, 1): return "last \(day) days"
      case (1, .some(let day), 1): return "last \(day) days"
      case _: return nil
      }
    }
    let chosen = Self.expand(days, 1..<32)
    guard let first = chosen.first, let last = chosen.last else { return nil }
    if chosen.count > 2, Self.distance(of: chosen) == 1 {
      return "\(Self.ordinal(first)) to \(Self.ordinal(last))"
    }
    return chosen.count <= Self.mostListed ? Self.list(chosen.map(Self.ordinal)) : nil
  }

  // MARK: Words

  /// `1st`, `2nd`, `3rd`, `11th`.
  private static func ordinal(_ number: Int) -> String {
    let ending =
      switch (number % 10, number / 10 % 10) {
      case (_, 1): "th"
      case (1, _): "st"
      case (2, _): "nd"
      case (3, _): "rd"
      case _: "th"
      }
    return "\(number)\(ending)"
  }

  /// `a`, `a and b`, `a, b and c`.
  private static func list(_ words: [String]) -> String {
    guard words.count > 1, let last = words.last else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + last
  }
}
