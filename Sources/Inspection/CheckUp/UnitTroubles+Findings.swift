extension UnitTroubles {
  /// How many units a sentence names.
  static let named = 8

  /// What is to be said about the units; one finding a kind of trouble.
  public var findings: [CheckFinding] {
    (hasAnswer
      ? [failures, loops, unusable, required, wanted, changed, tasks, memory].compactMap { $0 } : [])
      + [lint].compactMap { $0 } + (hasAnswer ? [supervisedUnits] : [])
  }

  // MARK: Kinds

  private var failures: CheckFinding {
    guard let first = failed.first else { return CheckFinding("failed-units", .ok, "no unit has failed") }
    return CheckFinding(
      "failed-units", .problem, "\(Self.count(failed, "has", "have")) failed: \(Self.names(failed))",
      "they do not run and nothing starts them again",
      fix: failed.count == 1 ? "upkeep status \(own)\(first)" : "upkeep status \(own)".trimmed, units: failed)
  }

  private var loops: CheckFinding? {
    guard let first = looping.first else { return nil }
    return CheckFinding(
      "restart-loops", .problem,
      "\(Self.count(looping, "is", "are")) started again and again: \(Self.names(looping))",
      "they end soon after each start; generate and upkeep-run back off between attempts",
      fix: "upkeep logs \(own)\(first) -n 50", units: looping)
  }

  private var unusable: CheckFinding? {
    guard let first = broken.first else { return nil }
    return CheckFinding(
      "broken-units", .problem, "systemd cannot use the files of \(Self.names(broken))",
      "these units cannot be started", fix: "upkeep lint \(own)\(first)", units: broken)
  }

  private var required: CheckFinding? {
    let missing = absent.filter { !$0.requiredBy.isEmpty }
    guard let first = missing.first else { return nil }
    let texts = missing.map {
      "\($0.unit) (\($0.isMasked ? "masked" : "no such unit"), for \($0.requiredBy[0]))"
    }
    return CheckFinding(
      "required-units", .warning, "units are required that cannot be had: \(Self.names(texts))",
      "the units that require them cannot be started",
      fix: first.isMasked
        ? "sudo upkeep unmask \(own)\(first.unit)" : "upkeep deps \(own)--reverse \(first.unit)",
      units: missing.map(\.unit))
  }

  private var wanted: CheckFinding? {
    let missing = absent.filter { $0.requiredBy.isEmpty }
    guard let first = missing.first else { return nil }
    let texts = missing.map { "\($0.unit) (\($0.isMasked ? "masked" : "no such unit"))" }
    return CheckFinding(
      "wanted-units", .note, "units are wanted that cannot be had: \(Self.names(texts))",
      "those that want them start without them, which is often meant so",
      fix: "upkeep deps \(own)--reverse \(first.unit)", units: missing.map(\.unit))
  }

  private var changed: CheckFinding? {
    guard !stale.isEmpty else { return nil }
    return CheckFinding(
      "stale-units", .warning,
      "the files of \(Self.names(stale)) have changed since systemd read them",
      "systemd goes on with what it read",
      fix: isUser ? "upkeep daemon-reload --user" : "sudo upkeep daemon-reload",
      units: stale)
  }

  private var tasks: CheckFinding? {
    guard let first = taskLimited.first else { return nil }
    return CheckFinding(
      "task-limits", .warning,
      "\(Self.count(taskLimited, "has", "have")) hit TasksMax=: \(Self.names(taskLimited))",
      "they could not start a thread or a process", fix: "upkeep status \(own)\(first)", units: taskLimited)
  }

  private var memory: CheckFinding? {
    guard let first = memoryKilled.first else { return nil }
    return CheckFinding(
      "memory-limits", .warning,
      "processes were killed for want of memory in \(Self.names(memoryKilled))",
      "MemoryMax= is too small for them, or the machine is", fix: "upkeep status \(own)\(first)",
      units: memoryKilled)
  }

  private var lint: CheckFinding? {
    guard let first = wrong.first else {
      guard inspected > 0 else { return nil }
      return CheckFinding(
        "own-units", .ok,
        "lint finds no error in the \(inspected == 1 ? "unit" : "\(inspected) units") below /etc")
    }
    return CheckFinding(
      "own-units", .warning, "lint finds errors in \(Self.names(wrong))",
      "systemd refuses or ignores something in them, or they cannot work", fix: "upkeep lint \(own)\(first)",
      units: wrong)
  }

  private var supervisedUnits: CheckFinding {
    CheckFinding(
      "supervised-units", supervised.isEmpty ? .note : .ok,
      supervised.isEmpty
        ? "no service runs under upkeep-run"
        : "\(Self.names(supervised)) run\(supervised.count == 1 ? "s" : "") under upkeep-run",
      fix: supervised.isEmpty ? "upkeep generate --help" : nil, units: supervised)
  }

  // MARK: Words

  private var own: String { isUser ? "--user " : "" }

  private static func count(_ units: [String], _ one: String, _ many: String) -> String {
    units.count == 1 ? "1 unit \(one)" : "\(units.count) units \(many)"
  }

  private static func names(_ names: [String]) -> String {
    names.prefix(named).joined(separator: ", ")
      + (names.count > named ? " and \(names.count - named) more" : "")
  }
}

extension String {
  fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
