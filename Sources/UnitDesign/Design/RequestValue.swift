import UnitFiles

/// Readers of the options' values; each gives what stands in a unit file, or one clear message.
enum RequestValue {
  // MARK: Names

  /// A unit's name, with or without `.service`, as a name without it.
  static func unitName(_ text: String) throws(ValueError) -> String {
    let stem = text.hasSuffix(".service") ? String(text.dropLast(8)) : text
    let name = try UnitName(stem + ".service")
    guard name.instance == nil else {
      throw ValueError(
        message: "'\(text)' is an instance; write '\(name.prefix)@' for its template and start the instance")
    }
    return stem
  }

  /// A unit that a drop-in is for; `.service` may be left out.
  static func serviceName(_ text: String) throws(ValueError) -> String {
    let name = try UnitName((try? UnitName(text)) == nil ? text + ".service" : text)
    guard name.suffix == "service" else {
      throw ValueError(message: "'\(text)' is no service; drop-ins are made for services only")
    }
    return name.text
  }

  static func unit(_ text: String, _ percent: UnitValue.Percent) throws(ValueError) -> String {
    // A specifier is no character of a name, but stands for some.
    guard percent == .specifier, text.contains("%") else { return try UnitValue.unitNames([UnitName(text)]) }
    return try UnitValue.line(text, percent: .specifier)
  }

  /// A name that `sysusers.d(5)` makes and systemd takes: no `nobody`, no number, no blanks.
  static func userName(_ text: String) throws(ValueError) -> String {
    let bytes = Array(text.utf8)
    let isSound = { (byte: UInt8) in
      (0x61...0x7a).contains(byte | 0x20) || (0x30...0x39).contains(byte) || byte == 0x5f || byte == 0x2d
    }
    guard let first = bytes.first, bytes.count <= 31, bytes.allSatisfy(isSound),
      (0x61...0x7a).contains(first | 0x20) || first == 0x5f
    else {
      throw ValueError(
        message:
          "'\(text)' is no name of a user or group; letters, digits, '-' and '_' are allowed, at most 31, "
          + "and a letter or '_' first")
    }
    guard text != "nobody", text != "nogroup" else {
      throw ValueError(
        message: "'\(text)' is shared by all that have no user; leave --user out for one of the service's own"
      )
    }
    return text
  }

  // MARK: Words and numbers

  static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String, _: Choice.Type
  ) throws(ValueError) -> Choice {
    guard let choice = Choice(rawValue: text) else {
      throw unknown(text, Choice.allCases.map(\.rawValue))
    }
    return choice
  }

  static func oneOf(_ text: String, _ words: [String]) throws(ValueError) -> String {
    guard words.contains(text) else { throw unknown(text, words) }
    return text
  }

  private static func unknown(_ text: String, _ words: [String]) -> ValueError {
    let hint = Suggestion.nearest(to: text, among: words).map { "; did you mean '\($0)'?" } ?? ""
    return ValueError(message: "'\(text)' is none of \(words.joined(separator: ", "))\(hint)")
  }

  static func restart(_ text: String) throws(ValueError) -> String {
    try oneOf(
      text, ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"])
  }

  static func line(_ text: String, _ percent: UnitValue.Percent) throws(ValueError) -> String {
    try UnitValue.line(text, percent: percent)
  }

  static func time(_ text: String) throws(ValueError) -> String {
    _ = try TimeSpan.parse(text)
    return try UnitValue.line(text)
  }

  static func positiveTime(_ text: String) throws(ValueError) -> String {
    guard let span = try TimeSpan.parse(text), span > .zero else {
      throw ValueError(message: "'\(text)' is no time that passes; write for example '30s'")
    }
    return try UnitValue.line(text)
  }

  static func integer(_ text: String, in range: ClosedRange<Int>) throws(ValueError) -> String {
    guard let number = Int(text), range.contains(number) else {
      throw ValueError(
        message: "'\(text)' is no whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return String(number)
  }

  static func mode(_ text: String) throws(ValueError) -> String {
    guard text.utf8.allSatisfy({ (0x30...0x37).contains($0) }), let mode = UInt32(text, radix: 8),
      mode <= 0o7777
    else { throw ValueError(message: "'\(text)' is no octal mode; write for example '0660'") }
    return text
  }

  static func signal(_ text: String, _: UnitValue.Percent) throws(ValueError) -> String {
    _ = try SignalName.number(of: text)
    let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    return isNumber || text.hasPrefix("SIG") ? text : "SIG" + text
  }

  static func exitStatus(_ text: String, _: UnitValue.Percent) throws(ValueError) -> String {
    _ = try ExitStatusSet.parse(text)
    return try UnitValue.line(text)
  }

  static func sizeOrPercent(_ text: String) throws(ValueError) -> String {
    if let percent = percent(text), percent <= 100 { return text }
    _ = try ByteSize.parse(text)
    return try UnitValue.line(text)
  }

  static func tasks(_ text: String) throws(ValueError) -> String {
    if let percent = percent(text), percent <= 100 { return text }
    if text == "infinity" { return text }
    return try integer(text, in: 1...Int(Int32.max))
  }

  static func quota(_ text: String) throws(ValueError) -> String {
    guard let percent = percent(text), percent > 0, percent <= 1_000_000 else {
      throw ValueError(
        message: "'\(text)' is no share of a CPU; write for example '50%', or '200%' for two CPUs")
    }
    return text
  }

  /// The whole number before a percent sign, from 0; systemd reads no specifiers here.
  private static func percent(_ text: String) -> Int? {
    guard text.hasSuffix("%"), text.utf8.dropLast().allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text.dropLast())
  }

  static func startLimit(_ text: String) throws(ValueError) -> ServiceRequest.StartLimit {
    if text == "0" || text == "no" { return ServiceRequest.StartLimit(burst: 0, interval: "0") }
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    guard parts.count == 2, let burst = Int(parts[0]), (1...1_000_000).contains(burst) else {
      throw ValueError(
        message: "'\(text)' is no start limit; write COUNT/TIME such as '5/10min', or 0 for none")
    }
    return ServiceRequest.StartLimit(burst: burst, interval: try positiveTime(parts[1]))
  }

  static func limit(_ text: String) throws(ValueError) -> ServiceRequest.LimitSetting {
    let limit = try ResourceLimit.parse(text)
    let value = text.utf8.firstIndex(of: UInt8(ascii: "=")).map {
      String(text[text.utf8.index(after: $0)...])
    }
    return ServiceRequest.LimitSetting(
      directive: limit.resource.directive, value: try UnitValue.line(value ?? ""))
  }

  static func version(_ text: String) throws(ValueError) -> Int {
    guard let version = Int(text), versions.contains(version) else {
      throw ValueError(
        message:
          "'\(text)' is no version of systemd; write \(versions.lowerBound) to \(versions.upperBound), or auto"
      )
    }
    return version
  }

  /// The versions that units are made for: from the first with dynamic users to any to come.
  static let versions = 235...9999

  // MARK: Pairs

  static func environment(_ text: String, _ percent: UnitValue.Percent) throws(ValueError) -> String {
    let assignment = try EnvironmentAssignment(Array(text.utf8))
    let written = try UnitValue.environment([assignment])
    return percent == .literal ? written : halvedPercent(written)
  }

  /// Takes back the doubling of percent signs, where they begin specifiers.
  private static func halvedPercent(_ text: String) -> String {
    var result: [UInt8] = []
    var isSecond = false
    for byte in text.utf8 {
      isSecond = byte == UInt8(ascii: "%") && !isSecond
      if byte != UInt8(ascii: "%") || isSecond { result.append(byte) }
    }
    return String(decoding: result, as: UTF8.self)
  }

  static func credential(_ text: String, _ percent: UnitValue.Percent) throws(ValueError) -> String {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw ValueError(message: "'\(text)' is no credential; write ID=/PATH")
    }
    return try UnitValue.credential(id: parts[0], path: parts[1], percent: percent)
  }

  static func sharedFolder(_ text: String) throws(ValueError) -> ServiceRequest.SharedFolder {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let path = parts.first ?? ""
    _ = try UnitValue.path(path)
    let isOdd = path.utf8.contains { $0 <= 0x20 || $0 == 0x7f || "\\\"'%".utf8.contains($0) }
    guard parts.count <= 4, !isOdd else {
      throw ValueError(
        message:
          "'\(text)' is no folder; write /PATH[:MODE[:USER[:GROUP]]] without blanks, quotes and percent signs"
      )
    }
    return ServiceRequest.SharedFolder(
      path: path, mode: parts.count > 1 ? try mode(parts[1]) : "0770",
      user: parts.count > 2 ? try userName(parts[2]) : nil,
      group: parts.count > 3 ? try userName(parts[3]) : nil)
  }

  /// `node`, `root-master` or `supervisor`; several with commas.
  static func runtime(_ text: String, _ request: inout ServiceRequest) throws(ValueError) {
    for word in text.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      if word == "auto" { continue }
      if let kind = ProgramKind(rawValue: word) {
        request.kinds = (request.kinds ?? []) + [kind]
      } else if let role = KnownProgram.Role(rawValue: word) {
        request.role = role
      } else {
        let words = ProgramKind.allCases.map(\.rawValue) + KnownProgram.Role.allCases.map(\.rawValue)
        throw unknown(word, ["auto"] + words)
      }
    }
  }
}
