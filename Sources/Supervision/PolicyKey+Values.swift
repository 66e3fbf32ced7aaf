import UnitFiles

/// Readers of single values, each with one clear message for what it does not take.
enum PolicyValue {
  /// The longest time that makes sense anywhere: a year.
  static let longestTime = Duration.seconds(31_536_000)
  /// The largest number of attempts or thresholds.
  static let largestCount = 1_000_000

  static func time(_ text: String) throws(ValueError) -> Duration {
    guard let time = try TimeSpan.parse(text), time <= longestTime else {
      throw ValueError(message: "\"\(text)\" is too long: at most a year")
    }
    return time
  }

  static func positiveTime(_ text: String) throws(ValueError) -> Duration {
    let time = try time(text)
    guard time >= .milliseconds(1) else {
      throw ValueError(message: "\"\(text)\" is too short: at least 1ms")
    }
    return time
  }

  /// A tenth of a second at least: nobody looks more often.
  static func heartbeat(_ text: String) throws(ValueError) -> Duration {
    let time = try time(text)
    guard time >= .milliseconds(100) else {
      throw ValueError(message: "\"\(text)\" is too short for heartbeats: at least 100ms")
    }
    return time
  }

  /// nil means infinity.
  static func timeOrInfinity(_ text: String) throws(ValueError) -> Duration? {
    guard let time = try TimeSpan.parse(text) else { return nil }
    return min(time, longestTime)
  }

  /// As ``timeOrInfinity(_:)``; 0 means infinity too, as in systemd's own keys of the same name.
  static func timeout(_ text: String) throws(ValueError) -> Duration? {
    let time = try timeOrInfinity(text)
    return time == .zero ? nil : time
  }

  static func count(_ text: String, from least: Int) throws(ValueError) -> Int {
    guard isPlain(text), let count = Int(text), (least...largestCount).contains(count) else {
      throw ValueError(message: "\"\(text)\" is no whole number from \(least) to \(largestCount)")
    }
    return count
  }

  /// A number such as `2` or `1.5`, from 1 to 100.
  static func factor(_ text: String) throws(ValueError) -> Double {
    guard isPlain(text), !text.contains("x"), let factor = Double(text), (1...100).contains(factor) else {
      throw ValueError(message: "\"\(text)\" is no number from 1 to 100")
    }
    return factor
  }

  /// A percentage such as `10%`, as a fraction.
  static func percentage(_ text: String) throws(ValueError) -> Double {
    guard isPlain(text), text.hasSuffix("%"), let percent = Int(text.dropLast()), (0...100).contains(percent)
    else {
      throw ValueError(message: "\"\(text)\" is no percentage: write 0% to 100%")
    }
    return Double(percent) / 100
  }

  static func umask(_ text: String) throws(ValueError) -> UInt32 {
    guard isPlain(text), let mask = UInt32(text, radix: 8), mask <= 0o777 else {
      throw ValueError(message: "\"\(text)\" is no octal mask from 0000 to 0777")
    }
    return mask
  }

  /// Whether a number begins with a digit: Swift takes signs too, which say nothing here.
  private static func isPlain(_ text: String) -> Bool {
    text.utf8.first.map { (0x30...0x39).contains($0) } ?? false
  }

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String, _: Choice.Type
  ) throws(ValueError) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValueError(message: "\"\(text)\" is none of: \(choices)")
    }
    return choice
  }

  /// `none`, `restart`, or `command` with a program and its arguments.
  static func unreadyReaction(_ text: String) throws(ValueError) -> Policy.UnreadyReaction {
    if text == "none" { return .none }
    if text == "restart" { return .restart }
    guard text.hasPrefix("command ") else {
      throw ValueError(message: "\"\(text)\" is none of: none, restart, command /PROGRAM ARGUMENTS")
    }
    let words = try WordList.parse(String(text.dropFirst("command ".count)))
    guard words.first?.first == UInt8(ascii: "/") else {
      throw ValueError(message: "\"\(text)\" has no program: write command /ABSOLUTE/PATH ARGUMENTS")
    }
    return .command(words)
  }

  static func name(_ text: String) throws(ValueError) -> String {
    guard !text.isEmpty, text.utf8.count <= 255, !text.utf8.contains(where: { $0 <= 0x20 || $0 == 0x3a })
    else {
      throw ValueError(message: "\"\(text)\" is no user or group name")
    }
    return text
  }

  static func names(_ text: String) throws(ValueError) -> [String] {
    var names: [String] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      names.append(try name(String(word)))
    }
    return names
  }

  /// A working directory: an absolute path or `~`, with `-` before it if it may be missing.
  static func folder(_ text: String) throws(ValueError) -> String {
    let path = text.hasPrefix("-") ? String(text.dropFirst()) : text
    if path != "~" { _ = try absolutePath(path) }
    return text
  }

  static func absolutePath(_ text: String) throws(ValueError) -> String {
    guard text.hasPrefix("/"), !text.utf8.contains(0), text.utf8.count < 4096 else {
      throw ValueError(message: "\"\(text)\" is no absolute path")
    }
    return text
  }
}
