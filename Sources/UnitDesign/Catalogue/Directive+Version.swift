import UnitFiles

extension Directive {
  /// Whether every value is one of ``values``, or a yes or no where the kind allows that.
  var isClosed: Bool {
    switch kind {
    case .choice, .words, .namespaces, .architectures: true
    case .boolean: true
    case .timeSpan, .nanoseconds, .timer, .unsigned, .integer, .size, .memory, .tasks, .percentage, .weight,
      .cpuWeight, .limit, .niceLevel, .oomScore, .signal, .mode, .exitStatus, .exitStatuses, .errorNumber,
      .path,
      .workingDirectory, .optionalPath, .paths, .folders, .binds, .watch, .listen, .command, .unit, .units,
      .slice, .condition, .urls, .text, .environment, .names, .user, .users, .capabilities, .systemCalls,
      .addressFamilies, .addresses, .credential, .delegate, .other:
      false
    }
  }

  /// Whether the value is taken apart into words before it is looked up.
  var hasWords: Bool {
    switch kind {
    case .words, .namespaces, .architectures, .systemCalls, .addressFamilies: true
    case .choice, .boolean, .timeSpan, .nanoseconds, .timer, .unsigned, .integer, .size, .memory, .tasks,
      .percentage, .weight, .cpuWeight, .limit, .niceLevel, .oomScore, .signal, .mode, .exitStatus,
      .exitStatuses,
      .errorNumber, .path, .workingDirectory, .optionalPath, .paths, .folders, .binds, .watch, .listen,
      .command,
      .unit, .units, .slice, .condition, .urls, .text, .environment, .names, .user, .users, .capabilities,
      .addresses, .credential, .delegate, .other:
      false
    }
  }

  /// The version of systemd that takes this value, 0 for one as old as the setting; nil when none does.
  ///
  /// Only named values are judged; a value with a specifier in it cannot be judged and counts as old.
  public func versionNeeded(by value: String) -> Int? {
    guard !value.isEmpty, !value.holds("%") else { return 0 }
    guard hasWords else { return version(ofWord: value) }
    var text = value[...]
    if text.hasPrefix("~") { text = text.dropFirst() }
    var needed = 0
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      guard let version = version(ofWord: String(word)) else { return nil }
      needed = max(needed, version)
    }
    return needed
  }

  /// The version that takes one word of a value, nil when none does.
  func version(ofWord word: String) -> Int? {
    if kind == .boolean || kind == .namespaces, (try? Boolean.parse(word)) != nil { return 0 }
    if let known = value(word) { return known.since }
    guard kind == .systemCalls else { return isClosed ? nil : 0 }
    let name = word.prefix { $0 != ":" }
    if let known = value(String(name)) { return known.since }
    return name.hasPrefix("@") ? nil : 0
  }
}
