import UnitFiles

/// Calendar events as `systemd.time(7)` writes them, looked at closely enough that systemd takes what passes.
enum CalendarEvent {
  private static let words: Set<String> = [
    "minutely", "hourly", "daily", "weekly", "monthly", "quarterly", "semiannually", "biannually",
    "bi-annually", "semi-annually", "yearly", "annually", "anually",
  ]
  private static let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
  private static let longDays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// Gives the event back if systemd can read it.
  ///
  /// - Throws: what is wrong, and right events.
  static func check(_ text: String) throws(ValueError) -> String {
    _ = try UnitValue.line(text)
    let fault = ValueError(
      message:
        "'\(text)' is no calendar event; write for example 'daily', '04:30', 'Mon..Fri 08:00', '*-*-01 03:00'"
    )
    var parts = text.split(separator: " ").map(String.init)
    guard let first = parts.first else { throw fault }
    if let zone = parts.last, parts.count > 1, isZone(zone) { parts.removeLast() }
    if parts.count == 1, words.contains(first.lowercased()) { return text }
    if let days = parts.first, isDays(days) { parts.removeFirst() }
    guard parts.count <= 2 else { throw fault }
    if parts.count == 2 {
      guard isDate(parts[0]), isTime(parts[1]) else { throw fault }
    } else if let only = parts.first {
      guard isDate(only) || isTime(only) else { throw fault }
    }
    return text
  }

  // MARK: Steps

  /// UTC, or a name of the zone database, which only systemd can look up; no field of an event looks like one.
  private static func isZone(_ text: String) -> Bool {
    text == "UTC"
      || text.contains("/") && text.first.map { $0.isASCII && $0.isUppercase } == true
        && text.utf8.allSatisfy {
          (0x61...0x7a).contains($0 | 0x20) || (0x30...0x39).contains($0) || "/_+-".utf8.contains($0)
        }
  }

  private static func isDays(_ text: String) -> Bool {
    let list = text.lowercased().split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    // A comma may stand at the end of the list.
    let entries = list.last == "" && list.count > 1 ? Array(list.dropLast()) : list
    return entries.allSatisfy { entry in
      let range = entry.contains("..") ? parts(entry, "..") : [entry]
      return range.count <= 2 && range.allSatisfy { days.contains($0) || longDays.contains($0) }
    }
  }

  /// `*-*-*`, `2026-12-*`, `*-05-03`, `*-02~03` counted from the end of the month.
  private static func isDate(_ text: String) -> Bool {
    guard text.contains("-") || text.contains("~") else { return false }
    let fromEnd = text.contains("~")
    let fields = text.split(omittingEmptySubsequences: false) { $0 == "-" || $0 == "~" }.map(String.init)
    guard fromEnd ? text.last(where: { $0 == "-" || $0 == "~" }) == "~" : true,
      text.filter({ $0 == "~" }).count <= 1
    else { return false }
    let ranges = [1970...2199, 1...12, 1...31].suffix(fields.count)
    return (2...3).contains(fields.count)
      && zip(fields, ranges).allSatisfy { isField($0, in: $1, allowsFraction: false) }
  }

  /// `04:30`, `*:0/15`, `*:*:30.5`.
  private static func isTime(_ text: String) -> Bool {
    guard text.contains(":") else { return false }
    let fields = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let ranges = [0...23, 0...59, 0...59]
    return (2...3).contains(fields.count)
      && zip(fields, ranges).enumerated().allSatisfy { index, pair in
        isField(pair.0, in: pair.1, allowsFraction: index == 2)
      }
  }

  /// A field: `*`, or a list of numbers, ranges and repetitions.
  private static func isField(_ text: String, in range: ClosedRange<Int>, allowsFraction: Bool) -> Bool {
    if text == "*" { return true }
    return text.split(separator: ",", omittingEmptySubsequences: false).map(String.init).allSatisfy { entry in
      let steps = entry.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard steps.count <= 2, let start = steps.first else { return false }
      if steps.count == 2, !isNumber(steps[1], in: 1...range.upperBound, allowsFraction) { return false }
      if start == "*" { return steps.count == 2 && range.lowerBound == 0 }
      let bounds = start.contains("..") ? parts(start, "..") : [start]
      guard bounds.count <= 2, bounds.allSatisfy({ isNumber($0, in: range, allowsFraction) }) else {
        return false
      }
      // A range that runs backwards never comes.
      guard bounds.count == 2, let low = Double(bounds[0]), let high = Double(bounds[1]) else { return true }
      return low <= high
    }
  }

  private static func isNumber(_ text: String, in range: ClosedRange<Int>, _ allowsFraction: Bool) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 1 || allowsFraction && parts.count == 2, let whole = parts.first else {
      return false
    }
    guard
      parts.allSatisfy({
        !$0.isEmpty && $0.utf8.count <= 6 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      })
    else { return false }
    return Int(whole).map { range.contains($0) } ?? false
  }

  private static func parts(_ text: String, _ separator: String) -> [String] {
    var result: [String] = []
    var rest = text[...]
    while let found = rest.firstRange(of: separator) {
      result.append(String(rest[..<found.lowerBound]))
      rest = rest[found.upperBound...]
    }
    return result + [String(rest)]
  }
}
