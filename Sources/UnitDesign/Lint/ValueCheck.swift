import UnitFiles

/// Whether a value has the form that its setting takes.
enum ValueCheck {
  /// What is wrong, and where in the value.
  struct Fault {
    var message: String
    var fix = ""
    var offset = 0
    var length: Int?
  }

  /// What systemd would not read; nil for a value that it takes, or that only it can judge.
  ///
  /// Values with a specifier in them are not judged.
  static func fault(in value: String, of directive: Directive) -> Fault? {
    if value.holds("%"), LintRule.expandsSpecifiers(directive.kind) || directive.kind == .boolean {
      return nil
    }
    switch directive.kind {
    case .boolean, .choice: return choiceFault(value, directive)
    case .words, .namespaces, .architectures: return wordFault(value, directive)
    case .timeSpan, .nanoseconds: return check { () throws(ValueError) in _ = try TimeSpan.parse(value) }
    case .timer:
      return directive.name == "OnCalendar"
        ? nil : check { () throws(ValueError) in _ = try TimeSpan.parse(value) }
    case .unsigned: return integer(value, 0...Int64(UInt32.max))
    case .integer: return check { () throws(ValueError) in _ = try WholeNumber.parse(value) }
    case .niceLevel: return integer(value, -20...19)
    case .oomScore: return integer(value, -1000...1000)
    case .weight: return integer(value, 1...10000)
    case .cpuWeight: return value == "idle" ? nil : integer(value, 1...10000)
    case .exitStatus: return integer(value, 0...255)
    case .size:
      let base = ByteSize.Base(key: directive.name)
      return check { () throws(ValueError) in _ = try ByteSize.parse(value, base: base) }
    case .memory:
      return value.hasSuffix("%") || value.hasSuffix("‰") || value.hasSuffix("‱")
        ? check { () throws(ValueError) in _ = try Percentage.parse(value) }
        : check { () throws(ValueError) in _ = try ByteSize.parse(value) }
    case .tasks:
      if value == "infinity" || (try? Percentage.parse(value)) != nil { return nil }
      return integer(value, 1...Int64.max)
    case .percentage:
      // Only a share of processors may be more than all of one.
      return directive.name == "CPUQuota"
        ? check { () throws(ValueError) in _ = try Percentage.parseUnbounded(value) }
        : check { () throws(ValueError) in _ = try Percentage.parse(value) }
    case .limit:
      guard let resource = Resource(name: directive.name) else { return nil }
      return check { () throws(ValueError) in _ = try ResourceLimit.parse(value, for: resource) }
    case .signal: return check { () throws(ValueError) in _ = try SignalName.number(of: value) }
    case .mode: return check { () throws(ValueError) in _ = try FileMode.parse(value) }
    case .exitStatuses: return check { () throws(ValueError) in _ = try ExitStatusSet.parse(value) }
    case .errorNumber:
      return value == "kill" || ErrorName.isValid(value)
        ? nil : Fault(message: "'\(value)' is no error's name", fix: "write for example 'EPERM'")
    case .units: return units(value, directive)
    case .unit, .slice: return unit(value, directive)
    case .urls: return urls(value)
    case .user: return value.holds(" ") ? Fault(message: "'\(value)' is no name: it holds a blank") : nil
    case .paths: return paths(value)
    case .delegate, .path, .workingDirectory, .optionalPath, .folders, .binds, .watch, .listen, .command,
      .condition, .text, .environment, .names, .users, .capabilities, .systemCalls, .addressFamilies,
      .addresses,
      .credential, .other:
      return nil
    }
  }

  // MARK: Kinds

  private static func check(_ parse: () throws(ValueError) -> Void) -> Fault? {
    do throws(ValueError) {
      try parse()
      return nil
    } catch {
      return Fault(message: "\(error.message); the line is ignored", offset: error.offset)
    }
  }

  private static func choiceFault(_ value: String, _ directive: Directive) -> Fault? {
    guard directive.version(ofWord: value) == nil else { return nil }
    // Old names are among the values so that they can be told; they are not offered.
    let words = directive.values.filter { $0.replacement == nil }.map(\.text)
    let offered = (directive.kind == .boolean ? ["yes", "no"] : []) + words
    let nearest = Suggestion.nearest(to: value, among: offered)
    let list = offered.prefix(12).joined(separator: ", ") + (offered.count > 12 ? ", ..." : "")
    return Fault(
      message: "'\(value)' is no value of \(directive.name)=, so the line is ignored",
      fix: nearest.map { "did you mean '\($0)'?" } ?? "write one of: \(list)")
  }

  private static func wordFault(_ value: String, _ directive: Directive) -> Fault? {
    for word in ValueWord.all(of: value) {
      var text = word.text
      if text.hasPrefix("~"), word.offset == 0 { text.removeFirst() }
      guard !text.isEmpty, directive.version(ofWord: text) == nil else { continue }
      let nearest = Suggestion.nearest(to: text, among: directive.values.map(\.text))
      return Fault(
        message: "'\(text)' is none of the words that \(directive.name)= takes",
        fix: nearest.map { "did you mean '\($0)'?" } ?? "", offset: word.offset,
        length: word.raw.unicodeScalars.count)
    }
    return nil
  }

  private static func integer(_ text: String, _ range: ClosedRange<Int64>) -> Fault? {
    check { () throws(ValueError) in _ = try WholeNumber.parse(text, in: range) }
  }

  private static func units(_ value: String, _ directive: Directive) -> Fault? {
    for word in ValueWord.all(of: value) {
      guard var fault = unit(word.text, directive) else { continue }
      fault.offset = word.offset
      fault.length = word.raw.unicodeScalars.count
      return fault
    }
    return nil
  }

  private static func unit(_ text: String, _ directive: Directive) -> Fault? {
    guard !text.holds("%") else { return nil }
    do throws(ValueError) {
      _ = try UnitName(text)
      return nil
    } catch {
      return Fault(
        message: "\(error.message); it is ignored",
        fix: text.holds(".") ? "" : "write '\(text).\(directive.kind == .slice ? "slice" : "service")'")
    }
  }

  private static let schemes = ["http://", "https://", "file:", "info:", "man:"]

  private static func urls(_ value: String) -> Fault? {
    for word in ValueWord.all(of: value) where !schemes.contains(where: word.text.hasPrefix) {
      return Fault(
        message: "'\(word.text)' is no address that systemd takes",
        fix: "write man:, http:, https:, file: or info: before it",
        offset: word.offset, length: word.raw.unicodeScalars.count)
    }
    return nil
  }

  private static func paths(_ value: String) -> Fault? {
    for word in ValueWord.all(of: value) {
      let path = word.text.drop { $0 == "-" || $0 == "+" }
      guard !path.hasPrefix("/") else { continue }
      return Fault(
        message: "'\(word.text)' is not absolute and ignored", offset: word.offset,
        length: word.raw.unicodeScalars.count)
    }
    return nil
  }
}
