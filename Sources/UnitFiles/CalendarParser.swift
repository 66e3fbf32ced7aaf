/// Reads calendar expressions.
struct CalendarParser {
  /// No field has more values between commas.
  private static let mostValues = 241

  private var scanner: ValueScanner
  private var result = CalendarExpression()

  static func parse(
    _ text: String, _ isZone: (String) -> Bool
  ) throws(ValueError) -> CalendarExpression {
    var (body, zone) = (text, CalendarExpression.Zone.local)
    if text.lowercased().hasSuffix(" utc"), text.utf8.suffix(4).allSatisfy({ $0 < 0x80 }) {
      (body, zone) = (String(text.dropLast(4)), .utc)
    } else if let space = text.lastIndex(of: " ") {
      let word = String(text[text.index(after: space)...])
      if isZone(word) { (body, zone) = (String(text[..<space]), .named(word)) }
    }
    var expression: CalendarExpression
    if let known = shorthand(body.lowercased()), body.utf8.allSatisfy({ $0 < 0x80 }) {
      expression = known
    } else {
      var parser = CalendarParser(scanner: ValueScanner(body))
      if let hint = cronHint(body) { throw hint }
      expression = try parser.read()
    }
    // Seconds since 1970 are in UTC, whatever follows them.
    if expression.zone == .local { expression.zone = zone }
    return expression
  }

  // MARK: Words

  /// What a word such as `daily` stands for.
  static func shorthand(_ word: String) -> CalendarExpression? {
    var date: (months: [Int], days: [Int]) = ([], [])
    var clock: (hours: [Int], minutes: [Int]) = ([0], [0])
    var weekdays = CalendarExpression.allWeekdays
    switch word {
    case "minutely": clock = ([], [])
    case "hourly": clock.hours = []
    case "daily": break
    case "weekly": weekdays = 1
    case "monthly": date.days = [1]
    case "quarterly": date = ([1, 4, 7, 10], [1])
    case "biannually", "bi-annually", "semiannually", "semi-annually": date = ([1, 7], [1])
    case "annually", "yearly", "anually": date = ([1], [1])
    default: return nil
    }
    var result = CalendarExpression()
    result.weekdays = weekdays
    result.months = date.months.map { .init($0) }
    result.days = date.days.map { .init($0) }
    result.hours = clock.hours.map { .init($0) }
    result.minutes = clock.minutes.map { .init($0) }
    result.microseconds = [.init(0)]
    return result
  }

  private static let shorthands = [
    "minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "yearly",
  ]

  /// An error for what cron would read.
  private static func cronHint(_ text: String) -> ValueError? {
    let fields = text.split(separator: " ")
    let marks: [UInt8] = Array("*,/-".utf8)
    guard fields.count == 5, fields.allSatisfy({ $0.utf8.allSatisfy { $0.isDigit || marks.contains($0) } })
    else { return nil }
    return ValueError(
      message: "'\(text)' is cron's way to write it; systemd takes for example '*-*-* 03:00' or 'Mon *:0/15'")
  }

  // MARK: Parts

  private mutating func read() throws(ValueError) -> CalendarExpression {
    guard !scanner.isAtEnd else {
      throw scanner.error("the calendar expression is empty; write for example 'daily' or 'Mon..Fri 09:30'")
    }
    try readWeekdays()
    if try !readDate() { try readTime() }
    guard scanner.isAtEnd else { throw fault("nothing may follow here") }
    normalize()
    try check()
    return result
  }

  private func fault(_ reason: String) -> ValueError {
    let text = scanner.bytes.text
    if scanner.index == 0, let word = Suggestion.nearest(to: text, among: Self.shorthands) {
      return scanner.error("'\(text)' is no calendar expression; did you mean '\(word)'?")
    }
    return scanner.error(
      "'\(text)' is no calendar expression: \(reason); write for example 'Mon..Fri 09:30' or '*-*-1 03:00'")
  }

  private func isNext(_ bytes: UInt8..., orEnd: Bool = false) -> Bool {
    scanner.peek.map(bytes.contains) ?? orEnd
  }

  private mutating func skipBlanks() {
    while scanner.take(ASCII.space) {}
  }

  private mutating func takeWeekday() -> Int? {
    let rest = scanner.bytes[scanner.index...]
    for (day, name) in CalendarExpression.weekdayNames.enumerated() {
      for form in [Array(name.utf8), Array(name.utf8.prefix(3))]
      where rest.prefix(form.count).elementsEqual(form, by: { $0 | 0x20 == $1 | 0x20 }) {
        for _ in form { _ = scanner.take(scanner.peek ?? 0) }
        return day
      }
    }
    return nil
  }

  private mutating func readWeekdays() throws(ValueError) {
    var begin: Int?
    var isFirst = true
    while true {
      let place = scanner
      guard let day = takeWeekday() else {
        if isFirst { return }
        throw fault("a day of the week is missing")
      }
      guard isNext(ASCII.dash, ASCII.dot, UInt8(ascii: ","), ASCII.space, orEnd: true) else {
        scanner = place
        throw fault("there is no such day of the week")
      }
      if let begin, begin > day {
        scanner = place
        throw fault("a range of days of the week goes from Mon to Sun")
      }
      for index in (begin ?? day)...day { result.weekdays |= 1 << UInt8(index) }
      if scanner.isAtEnd { return }
      if isNext(ASCII.space) { return skipBlanks() }
      if scanner.take(UInt8(ascii: ",")) {
        begin = nil
      } else {
        guard begin == nil, scanner.take("..") || scanner.take(ASCII.dash) else {
          throw fault("a range of days of the week is written 'Mon..Fri'")
        }
        begin = day
      }
      if isNext(ASCII.space, orEnd: true) {
        guard begin == nil else { throw fault("a range of days of the week has no end") }
        return skipBlanks()
      }
      isFirst = false
    }
  }

  /// Reads a date if there is one; true if nothing may follow it.
  private mutating func readDate() throws(ValueError) -> Bool {
    if scanner.isAtEnd { return false }
    if scanner.take(UInt8(ascii: "@")) {
      try readEpoch()
      return true
    }
    let begin = scanner
    let first = try field()
    if isNext(ASCII.colon, orEnd: true) {
      scanner = begin
      return false
    }
    try takeDateMark()
    let second = try field()
    if isNext(ASCII.space, orEnd: true) {
      skipBlanks()
      (result.months, result.days) = (first, second)
      return false
    }
    guard !result.countsFromMonthEnd else { throw fault("a '~' stands before the day") }
    try takeDateMark()
    let third = try field()
    guard isNext(ASCII.space, orEnd: true) else { throw fault("a date is written 'YEAR-MONTH-DAY'") }
    skipBlanks()
    (result.years, result.months, result.days) = (first, second, third)
    return false
  }

  private mutating func takeDateMark() throws(ValueError) {
    if scanner.take(UInt8(ascii: "~")) {
      result.countsFromMonthEnd = true
    } else if !scanner.take(ASCII.dash) {
      throw fault("a date is written 'YEAR-MONTH-DAY' and a time 'HOUR:MINUTE'")
    }
  }

  /// Seconds since 1970, in UTC.
  private mutating func readEpoch() throws(ValueError) {
    scanner.skipWhitespace()
    _ = scanner.take(UInt8(ascii: "+"))
    let digits = scanner.takeDigits()
    guard let seconds = UInt64(decimal: digits), seconds < 1 << 40 else {
      throw fault("behind '@' stand the seconds since 1970")
    }
    let time = CivilTime(seconds: Int(seconds))
    result.zone = .utc
    result.years = [.init(time.year)]
    result.months = [.init(time.month)]
    result.days = [.init(time.day)]
    result.hours = [.init(time.second / 3600)]
    result.minutes = [.init(time.second / 60 % 60)]
    result.microseconds = [.init(time.second % 60 * CalendarExpression.second)]
  }

  private mutating func readTime() throws(ValueError) {
    guard !scanner.isAtEnd else {
      (result.hours, result.minutes, result.microseconds) = ([.init(0)], [.init(0)], [.init(0)])
      return
    }
    result.hours = try field()
    guard scanner.take(ASCII.colon) else { throw fault("a time is written 'HOUR:MINUTE'") }
    result.minutes = try field()
    guard !scanner.isAtEnd else {
      result.microseconds = [.init(0)]
      return
    }
    guard scanner.take(ASCII.colon) else { throw fault("a time is written 'HOUR:MINUTE:SECOND'") }
    result.microseconds = try field(isSeconds: true)
  }

  // MARK: Fields

  private mutating func field(isSeconds: Bool = false) throws(ValueError) -> [CalendarExpression.Values] {
    let unit = isSeconds ? CalendarExpression.second : 1
    if scanner.take(UInt8(ascii: "*")) { return isSeconds ? [.init(0, by: unit)] : [] }
    var field: [CalendarExpression.Values] = []
    repeat {
      guard field.count < Self.mostValues else { throw fault("there are too many values") }
      let first = try number(isSeconds)
      var (last, step) = (Int?.none, 0)
      if scanner.take("..") {
        last = try number(isSeconds)
        step = unit
      }
      if scanner.take(ASCII.slash) {
        step = try number(isSeconds)
        guard step > 0 else { throw fault("a step of 0 leads nowhere") }
      } else if isSeconds, let last, first + step > last {
        throw fault("a range shorter than a second needs a step")
      }
      guard
        isNext(ASCII.space, UInt8(ascii: ","), ASCII.dash, UInt8(ascii: "~"), ASCII.colon, orEnd: true)
      else { throw fault("a value is written '5', '5..7', '0/15' or '*'") }
      field.append(.init(first, through: last, by: step))
    } while scanner.take(UInt8(ascii: ","))
    return field
  }

  private mutating func number(_ isSeconds: Bool) throws(ValueError) -> Int {
    let begin = scanner
    let digits = scanner.takeDigits()
    guard !digits.isEmpty else { throw fault("a number is missing") }
    guard var value = UInt64(decimal: digits).flatMap({ Int(exactly: $0) }), value <= Int32.max else {
      scanner = begin
      throw fault("the number is too large")
    }
    if isSeconds {
      value *= CalendarExpression.second
      // One point is a decimal point, two are a range.
      let next = scanner.index + 1
      if isNext(ASCII.dot), !(next < scanner.bytes.count && scanner.bytes[next] == ASCII.dot) {
        _ = scanner.take(ASCII.dot)
        let fraction = Array(scanner.takeDigits())
        guard !fraction.isEmpty else { throw fault("a number is missing") }
        for place in 0..<6 {
          let digit = place < fraction.count ? Int(fraction[place] - 0x30) : 0
          value += digit * [100_000, 10_000, 1000, 100, 10, 1][place]
        }
        if fraction.count > 6, fraction[6] >= 0x35 { value += 1 }
      }
      guard value <= Int32.max else {
        scanner = begin
        throw fault("the number is too large")
      }
    }
    return value
  }

  // MARK: Normal form

  private mutating func normalize() {
    if result.weekdays == 0 { result.weekdays = CalendarExpression.allWeekdays }
    if result.days.isEmpty { result.countsFromMonthEnd = false }
    result.years = result.years.map {
      .init(Self.year($0.first), through: $0.last.map(Self.year), by: $0.step)
    }
    for field in [\CalendarExpression.years, \.months, \.days, \.hours, \.minutes, \.microseconds] {
      let values = result[keyPath: field].map(Self.normal)
      result[keyPath: field] = values.count > 1 ? Array(Set(values)).sorted() : values
    }
  }

  /// 26 is 2026, 89 is 1989.
  private static func year(_ value: Int) -> Int {
    value < 70 ? value + 2000 : value < 100 ? value + 1900 : value
  }

  private static func normal(_ values: CalendarExpression.Values) -> CalendarExpression.Values {
    guard var last = values.last else { return values }
    if last > values.first, values.step > 0 { last -= (last - values.first) % values.step }
    return last == values.first ? .init(last) : .init(values.first, through: last, by: values.step)
  }

  private func check() throws(ValueError) {
    try check(result.years, "year", 1970...2199)
    try check(result.months, "month", 1...12)
    try check(result.days, "day", 1...31)
    try check(result.hours, "hour", 0...23)
    try check(result.minutes, "minute", 0...59)
    try check(result.microseconds, "second", 0...(60 * CalendarExpression.second - 1))
  }

  private func check(
    _ field: [CalendarExpression.Values], _ name: String, _ range: ClosedRange<Int>
  ) throws(ValueError) {
    let isFromEnd = name == "day" && result.countsFromMonthEnd
    let unit = name == "second" ? CalendarExpression.second : 1
    var high = range.upperBound
    for values in field {
      // systemd wants to be sure of days that every month has, and takes three more off for each further value.
      if isFromEnd { high -= 3 }
      let shown = { (value: Int) in CalendarExpression.number(value, 1, unit) }
      for value in [values.first, values.last ?? values.first] where value < range.lowerBound || value > high
      {
        let limits = "\(shown(range.lowerBound)) to \(high / unit)"
        throw ValueError(
          message: "the \(name) \(shown(value)) is outside of \(limits)" + (isFromEnd ? " from the end" : ""))
      }
      if let last = values.last, values.first + values.step > last {
        throw ValueError(
          message: "the range of \(name)s \(shown(values.first))..\(shown(last)) runs backwards")
      }
      let end = isFromEnd && values.last == nil ? values.first - values.step : values.first + values.step
      guard values.step <= high - range.lowerBound, values.last != nil || (range.lowerBound...high) ~= end
      else {
        throw ValueError(
          message: "the step \(shown(values.step)) leads out of the \(name)s at once; leave it out")
      }
    }
  }
}
