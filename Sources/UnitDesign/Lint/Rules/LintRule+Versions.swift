import UnitFiles

/// What the systemd that the unit is for does not know yet.
extension LintRule {
  static let versions: [LintRule] = [
    LintRule(
      "L17", .error, "The value is newer than the systemd it is for",
      why: """
        systemd drops a line whose value it does not know: PrivateTmp=disconnected is no PrivateTmp at all before \
        257. An older value on a line before keeps the protection.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nPrivateTmp=disconnected\n",
      good: "[Service]\nExecStart=/usr/bin/server\nPrivateTmp=yes\nPrivateTmp=disconnected\n",
      ignore: "When the unit is only for machines with the newer systemd; then give --systemd."
    ) { unit, report in
      for setting in unit.settings where setting.isRead {
        let assignment = setting.assignment
        guard let directive = setting.directive,
          directive.since <= unit.context.version, let needed = directive.versionNeeded(by: assignment.value),
          needed > unit.context.version
        else { continue }
        let earlier = unit.unit.assignments(in: assignment.section)
          .prefix { $0 != assignment }
          .last { $0.key == assignment.key && !$0.value.isEmpty }
        if let earlier, !directive.hasWords,
          (directive.versionNeeded(by: earlier.value) ?? .max) <= unit.context.version
        {
          continue
        }
        report.value(
          assignment,
          "systemd \(unit.context.version) does not know '\(assignment.value)' (it came with \(needed)) and "
            + "ignores the whole line",
          fix: directive.hasWords
            ? "leave the newer word out"
            : "write an older value on a line before it, such as '\(older(directive))'")
      }
    },
    LintRule(
      "L18", .warning, "The setting is newer than the systemd it is for",
      why:
        "An older systemd ignores the setting, with a line in the journal, and does without what it asks for.",
      bad: "[Service]\nExecStart=/usr/bin/server\nPrivatePIDs=yes\n",
      good: "[Service]\nExecStart=/usr/bin/server\nPrivateIPC=yes\n",
      ignore: "When it is a bonus on newer systems.", isAdvice: true
    ) { unit, report in
      for setting in unit.settings where setting.isRead {
        let assignment = setting.assignment
        guard let directive = setting.directive, directive.since > unit.context.version else { continue }
        report.key(
          assignment,
          "systemd \(unit.context.version) ignores '\(assignment.key)=', which came with \(directive.since)")
      }
    },
  ]

  private static func older(_ directive: Directive) -> String {
    directive.kind == .boolean ? "yes" : directive.values.first { $0.since == 0 }?.text ?? "the default"
  }
}
