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
      for assignment in unit.assignments where unit.isRead(section: assignment.section) {
        guard !assignment.value.isEmpty, !assignment.section.hasPrefix("X-"),
          let directive = unit.directive(assignment),
          trailingComment(assignment, unit) == nil,
          let fault = ValueCheck.fault(in: assignment.value, of: directive)
        else { continue }
        report.value(
          assignment, at: fault.offset, length: fault.length, fault.message, fix: fault.fix)
      }
      for (assignment, error) in unit.brokenCommands {
        let isOthers = ["quote is not closed", "quotes, backslashes or control", "neither an absolute path"]
          .contains { error.message.contains($0) }
        if isOthers,
          brokenProgram(assignment).map({ $0.text.contains("/") || $0.text.contains("\"") }) ?? false
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
      for file in unit.unit.files {
        var last: [String: Assignment] = [:]
        for assignment in file.assignments where unit.isRead(section: assignment.section) {
          guard let directive = unit.directive(assignment), !directive.isList
          else {
            continue
          }
          let place = "\(assignment.section).\(assignment.key)"
          if let earlier = last[place], !earlier.value.isEmpty,
            !isFallback(earlier, for: assignment, directive)
          {
            report.key(
              earlier,
              "line \(assignment.position.line) replaces this"
                + (earlier.value == assignment.value ? " with the same value" : ""),
              fix: "remove one of the two")
          }
          last[place] = assignment
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
