import UnitFiles

/// Values of the wrong form, and values that others replace.
extension LintRule {
  static let values: [LintRule] = [
    LintRule(
      "L57", .error, "The value is not what the setting takes",
      why:
        "systemd ignores a line whose value it cannot read, with a line in the journal, and takes the default.",
      bad: "[Service]\nExecStart=/usr/bin/server\nTimeoutStopSec=5 bananas\n",
      good: "[Service]\nExecStart=/usr/bin/server\nTimeoutStopSec=5min\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      for setting in unit.settings where setting.isRead && !setting.isOthers {
        guard let directive = setting.directive, !setting.value.isEmpty, trailingComment(setting) == nil,
          let fault = ValueCheck.fault(in: setting.value, of: directive)
        else { continue }
        report.value(
          setting.assignment, at: fault.offset, length: fault.length, fault.message, fix: fault.fix)
      }
      for (assignment, error) in unit.brokenCommands {
        let isOthers = ["quote is not closed", "quotes, backslashes or control", "neither an absolute path"]
          .contains { error.message.contains($0) }
        if isOthers,
          brokenProgram(assignment).map({ $0.text.holds("/") || $0.text.holds("\"") }) ?? false
        {
          continue
        }
        report.value(assignment, at: error.offset, "\(error.message); systemd ignores the whole line")
      }
    },
    LintRule(
      "L58", .warning, "A value is replaced by a later one",
      why:
        "A setting that is no list has one value, the last one. An earlier line in the same file is without effect.",
      bad: "[Service]\nExecStart=/usr/bin/server\nRestartSec=1s\nRestartSec=5s\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestartSec=5s\n",
      ignore: "When the earlier line is for an older systemd that ignores the later one."
    ) { unit, report in
      var last: [String: [String: LintSetting]] = [:]
      for setting in unit.settings where setting.isRead {
        guard let directive = setting.directive, !directive.isList else { continue }
        let assignment = setting.assignment
        let earlier = last[assignment.section, default: [:]].updateValue(setting, forKey: assignment.key)
        // A drop-in replaces on purpose.
        if let earlier = earlier?.assignment, earlier.position.path == assignment.position.path,
          !earlier.value.isEmpty, !isFallback(earlier, for: assignment, directive)
        {
          report.key(
            earlier,
            "line \(assignment.position.line) replaces this"
              + (earlier.value == assignment.value ? " with the same value" : ""),
            fix: "remove one of the two")
        }
      }
    },
  ]

  /// Whether the earlier line is there for a systemd that does not know the later value.
  private static func isFallback(
    _ earlier: Assignment, for later: Assignment, _ directive: Directive
  ) -> Bool {
    guard let new = directive.versionNeeded(by: later.value),
      let old = directive.versionNeeded(by: earlier.value)
    else { return false }
    return new > max(old, directive.since)
  }
}
