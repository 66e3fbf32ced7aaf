import UnitFiles

extension RepairKey {
  /// Every key, in the order of the manual.
  public static let all: [RepairKey] = logs + conditions + marks + answers + restraints

  // MARK: Lines of logs

  private static let logs: [RepairKey] = [
    pattern("LogMatch", \.log.matches, "A line counts if it is found in it; may stand several times."),
    pattern(
      "LogExclude", \.log.excludes, "A line does not count if it is found in it; may stand several times."),
    list(
      "LogFile", "PATH", \.log.files, most: 16,
      "Files to read lines from instead of the service's output; * and ? stand for parts of a name."
    ) { (text, _) throws(ValueError) in [try logFile(text)] },
    list(
      "LogUnit", "UNIT", \.log.units, most: 16,
      "A unit whose journal is read instead of the service's output."
    ) { (text, _) throws(ValueError) in
      guard let unit = try? UnitName(text), !unit.isTemplate else {
        throw ValueError(message: "\"\(text)\" is no name of a unit: write NAME.service")
      }
      return [unit.text]
    },
    scalar("Count", "COUNT", \.log.count, default: "1", "How many lines within WithinSec= it takes.") {
      (text) throws(ValueError) in try lines(text)
    },
    scalar(
      "WithinSec", "TIME", \.log.interval, default: "1min", "The window in which lines are counted.",
      PolicyValue.positiveTime),
    scalar(
      "Consecutive", "COUNT", \.log.consecutive, default: "",
      "How many lines in a row it takes, without another line between."
    ) { (text) throws(ValueError) in try lines(text) },
  ]

  private static func pattern(
    _ name: String, _ path: any WritableKeyPath<RepairRule, [LogPattern]> & Sendable, _ summary: String
  ) -> RepairKey {
    list(name, "PATTERN", path, most: LogCondition.mostPatterns, isVerbatim: true, summary) {
      (text, position) throws(ValueError) in
      guard text.utf8.count <= LogCondition.longestPattern else {
        throw ValueError(
          message: "the pattern is longer than \(LogCondition.longestPattern) bytes; look for less")
      }
      return [LogPattern(text, position: position)]
    }
  }

  private static func logFile(_ text: String) throws(ValueError) -> String {
    let path = try PolicyValue.absolutePath(text)
    guard !path.hasSuffix("/"),
      !path.split(separator: "/").contains(where: { $0 == ".." || $0.contains("**") })
    else {
      throw ValueError(message: "\"\(text)\" names no log files: write /PATH/NAME, with * and ? in names")
    }
    return path
  }

  private static func lines(_ text: String) throws(ValueError) -> Int {
    let count = try PolicyValue.count(text, from: 1)
    guard count <= LogCondition.mostLines else {
      throw ValueError(message: "\"\(text)\" is too many: at most \(LogCondition.mostLines)")
    }
    return count
  }

  // MARK: Other triggers

  private static let conditions: [RepairKey] = [
    RepairKey(
      name: "ProbeFailed", placeholder: "startup|readiness|liveness...",
      summary:
        "Kinds of probes whose verdict becomes unhealthy, lost heartbeats of a liveness probe among them.",
      defaultText: "", isList: true,
      isVerbatim: false,
      apply: { (rule, text, _) throws(ValueError) in
        for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
          rule.probesFailed.insert(try PolicyValue.choice(String(word), ProbeKind.self))
        }
      },
      reset: { $0.probesFailed = [] }),
    RepairKey(
      name: "ExitStatus", placeholder: "STATUS...",
      summary: "Ends of the main process: exit codes and signals. The next instance waits for the repair.",
      defaultText: "", isList: true, isVerbatim: false,
      apply: { (rule, text, _) throws(ValueError) in
        let set = try ExitStatusSet.parse(text)
        rule.exitStatuses.codes.formUnion(set.codes)
        rule.exitStatuses.signals.formUnion(set.signals)
      },
      reset: { $0.exitStatuses = ExitStatusSet() }),
    scalar(
      "OOMKill", "BOOLEAN", \.onOutOfMemory, default: "no",
      "Whether the kernel killed a process of the service for want of memory.", Boolean.parse),
    scalar(
      "RestartLimitReached", "BOOLEAN", \.onRestartLimit, default: "no",
      "Whether RestartLimit= was reached. What OnRestartLimit= says waits for the repair.", Boolean.parse),
  ]

  private static let marks: [RepairKey] = [
    mark("DiskUsageAbove", "PATH:PERCENT", "Blocks or inodes in use of the file system with this path.") {
      (text) throws(ValueError) in try ResourceMark.disk(text)
    },
    mark("MemoryAbove", "PERCENT|SIZE", "The unit's memory; a percentage is one of its limit.") {
      (text) throws(ValueError) in .memory(try ResourceMark.level(text, sizes: true))
    },
    mark("CPUAbove", "PERCENT", "The unit's processor time; 100% is one processor.") {
      (text) throws(ValueError) in try ResourceMark.processor(text)
    },
    mark(
      "DescriptorsAbove", "PERCENT|COUNT",
      "Open descriptors of the main process; a percentage is one of its limit."
    ) { (text) throws(ValueError) in .descriptors(try ResourceMark.level(text, sizes: false)) },
    mark("TasksAbove", "PERCENT|COUNT", "The unit's tasks; a percentage is one of its limit.") {
      (text) throws(ValueError) in .tasks(try ResourceMark.level(text, sizes: false))
    },
    mark("PressureAbove", "cpu|io|memory:PERCENT", "The part of time in which some task of the unit waited.")
    {
      (text) throws(ValueError) in try ResourceMark.pressure(text)
    },
    scalar(
      "ForSec", "TIME", \.markDuration, default: "0", "How long a mark has to be passed without a break.",
      PolicyValue.time),
  ]

  private static func mark(
    _ name: String, _ placeholder: String, _ summary: String,
    _ parse: @escaping @Sendable (String) throws(ValueError) -> ResourceMark
  ) -> RepairKey {
    list(name, placeholder, \.marks, most: 16, summary) { (text, _) throws(ValueError) in [try parse(text)] }
  }

  // MARK: Answers

  private static let answers: [RepairKey] = [
    list(
      "Action", "ACTION", \.actions, most: RepairRule.mostActions,
      "What is done; may stand several times, the next one when the one before did not help."
    ) { (text, _) throws(ValueError) in [try RepairAction.parse(text)] },
    scalar(
      "ActionTimeoutSec", "TIME", \.actionTimeout, default: "1min", "How long an action may take.",
      PolicyValue.positiveTime),
    scalar(
      "VerifySec", "TIME", \.verifyTime, default: "30s",
      "How long the service has to be well after an action; 0 to believe the action.", PolicyValue.time),
  ]

  private static let restraints: [RepairKey] = [
    scalar(
      "Attempts", "COUNT", \.attempts, default: "3", "How many repairs are tried in AttemptsIntervalSec=."
    ) {
      (text) throws(ValueError) in
      let count = try PolicyValue.count(text, from: 1)
      guard count <= RepairLedger.mostAttempts else {
        throw ValueError(message: "\"\(text)\" is too many: at most \(RepairLedger.mostAttempts)")
      }
      return count
    },
    scalar(
      "AttemptsIntervalSec", "TIME", \.attemptsInterval, default: "1h",
      "The window in which repairs are counted.",
      PolicyValue.positiveTime),
    scalar(
      "CooldownSec", "TIME", \.cooldown, default: "1min",
      "How long after a repair the rule sets off no other.", PolicyValue.time),
    scalar(
      "OnExhausted", "alert|fail", \.onExhausted, default: "alert",
      "What happens when the attempts are used up."
    ) { (text) throws(ValueError) in try PolicyValue.choice(text, RepairRule.Exhaustion.self) },
  ]
}
