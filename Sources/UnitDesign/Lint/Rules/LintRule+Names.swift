import UnitFiles

/// Sections and keys that systemd does not know, or knows elsewhere or under another name.
extension LintRule {
  static let names: [LintRule] = [
    LintRule(
      "L14", .error, "The setting stands in a section where systemd does not look for it",
      why:
        "systemd takes a setting only in its own section. Elsewhere it is ignored, with a line in the journal.",
      bad: "[Unit]\nDescription=Server\nRestart=always\n[Service]\nExecStart=/usr/bin/server\n",
      good: "[Unit]\nDescription=Server\n[Service]\nExecStart=/usr/bin/server\nRestart=always\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      for assignment in misplaced(unit).prefix(LintReport.most) {
        let sections = Catalogue.sections(of: assignment.key)
        guard let target = sections.first(where: unit.isRead(section:)) else {
          report.key(
            assignment,
            "'\(assignment.key)=' is a setting of [\(sections.joined(separator: "] and ["))]; "
              + "a \(unit.type) unit has none, so it is ignored")
          continue
        }
        report.key(
          assignment, "'\(assignment.key)=' is ignored in [\(assignment.section)]",
          fix: "move it to [\(target)]",
          edit: .move(assignment, section: target, key: assignment.key))
      }
    },
    LintRule(
      "L15", .error, "systemd knows no such setting or section",
      why:
        "A misspelt setting is ignored, with a line in the journal that hardly anybody reads. So is a whole section.",
      bad: "[Service]\nExecStart=/usr/bin/server\nRestrat=always\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestart=always\n",
      ignore:
        "When another program reads it; name the key or the section X-... then, which systemd passes over."
    ) { unit, report in
      for assignment in unknown(unit).prefix(LintReport.most) {
        let suggestion = Catalogue.suggestion(for: assignment.key, in: assignment.section)
        let isCase = suggestion?.lowercased() == assignment.key.lowercased()
        let target = suggestion.flatMap { name in
          Catalogue.directive(name, in: assignment.section) == nil
            ? Catalogue.sections(of: name).first(where: unit.isRead(section:)) : assignment.section
        }
        let edit: Finding.Edit? =
          suggestion.flatMap { name in
            guard isCase, let target else { return nil }
            return target == assignment.section
              ? .rename(assignment, name) : .move(assignment, section: target, key: name)
          }
        let place = target == nil || target == assignment.section ? "" : " in [\(target ?? "")]"
        report.key(
          assignment, "systemd knows no '\(assignment.key)=' in [\(assignment.section)] and ignores it",
          fix: suggestion.map { "did you mean '\($0)='\(place)?" } ?? "", edit: edit)
      }
      unknownSections(unit, &report)
    },
    LintRule(
      "L16", .warning, "The name is an old one",
      why: """
        The setting or value was renamed, and the old name is kept only for old units. Some old names are gone \
        already: there the line is an error, because it is ignored.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nMemoryLimit=1G\n",
      good: "[Service]\nExecStart=/usr/bin/server\nMemoryMax=1G\n",
      ignore: "When the unit has to work with a systemd that has only the old name.", isAdvice: true
    ) { unit, report in
      for setting in unit.settings where setting.isRead {
        guard let directive = setting.directive else { continue }
        let assignment = setting.assignment
        oldName(assignment, directive, unit, &report)
        if let value = directive.value(assignment.value), let new = value.replacement {
          report.value(
            assignment, "'\(assignment.value)' is an old value", fix: "write '\(new)'",
            edit: .replaceValue(assignment, new))
        }
        if directive.kind == .units { oldUnits(assignment, &report) }
        if setting.value.holds("%"), !setting.isOthers, expandsSpecifiers(directive.kind) {
          oldSpecifiers(assignment, &report)
        }
      }
    },
  ]

  // MARK: Steps

  /// Assignments in sections that systemd reads, whose key it knows only elsewhere.
  static func misplaced(_ unit: LintSubject) -> [Assignment] {
    unplaced(unit).filter { !Catalogue.sections(of: $0.key).isEmpty }
  }

  static func unknown(_ unit: LintSubject) -> [Assignment] {
    unplaced(unit).filter { Catalogue.sections(of: $0.key).isEmpty }
  }

  private static func unplaced(_ unit: LintSubject) -> [Assignment] {
    unit.settings.lazy.filter { setting in
      setting.directive == nil && setting.isRead && !setting.isOthers
        && !setting.assignment.key.hasPrefix("X-")
    }.map(\.assignment)
  }

  private static func unknownSections(_ unit: LintSubject, _ report: inout LintReport) {
    for file in unit.unit.files {
      for name in file.sectionNames where !unit.isRead(section: name) {
        let position =
          file.position(ofSection: name) ?? Position(path: file.path, line: 1, column: 1)
        let mine = ["Unit", "Install", "X-Upkeep"] + (unit.section.map { [$0] } ?? [])
        let nearest = Suggestion.nearest(to: name, among: mine)
        let isOther = Catalogue.sections.contains(name)
        // The policy reader has its own word for what was meant for Upkeep.
        report.place(
          position,
          isOther
            ? "a \(unit.type) unit has no section [\(name)]; all of it is ignored"
            : "systemd knows no section [\(name)] and ignores all of it",
          fix: nearest.map { "did you mean [\($0)]?" }
            ?? (isOther ? "move it to a unit of its type" : "name it [X-\(name)] if another program reads it")
        )
      }
    }
  }

  private static func oldName(
    _ assignment: Assignment, _ directive: Directive, _ unit: LintSubject, _ report: inout LintReport
  ) {
    let isGone = directive.removed.map { $0 > 0 && $0 <= unit.context.version } ?? false
    guard let new = directive.replacement else {
      if let removed = directive.removed {
        report.key(
          assignment,
          isGone
            ? "systemd \(removed) and later take no notice of '\(assignment.key)='"
            : "'\(assignment.key)=' is deprecated"
              + (removed > 0 ? " and gone from systemd \(removed) on" : ""),
          fix: assignment.key == "PermissionsStartOnly"
            ? "put '+' before the commands that need full privileges" : "remove the line",
          severity: isGone ? .error : nil)
      }
      return
    }
    let section = new.section ?? assignment.section
    let target = Catalogue.directive(new.name, in: section)
    let isThere = (target?.since ?? .max) <= unit.context.version
    guard isThere else { return }
    let place = new.section.map { " in [\($0)]" } ?? ""
    let edit: Finding.Edit? =
      new.keepsValue
      ? new.section.map { .move(assignment, section: $0, key: new.name) } ?? .rename(assignment, new.name)
      : nil
    report.key(
      assignment,
      isGone
        ? "systemd \(directive.removed ?? 0) and later take no notice of '\(assignment.key)='"
        : "'\(assignment.key)=' is \(new.section == nil ? "an old name" : "kept here for old units only")",
      fix: "write '\(new.name)='\(place)" + (new.keepsValue ? "" : ", whose values are others"), edit: edit,
      severity: isGone ? .error : nil)
  }

  private static func oldSpecifiers(_ assignment: Assignment, _ report: inout LintReport) {
    for (offset, letter) in Specifiers.occurrences(in: assignment.value)
    where Specifiers.deprecatedLetters.contains(letter) {
      report.value(
        assignment, at: offset, length: 2,
        "'%\(letter)' tells of control groups, which are systemd's own affair; it is deprecated",
        fix: "write '%%\(letter)' if a percent sign is meant, else leave it out")
    }
  }

  private static func oldUnits(_ assignment: Assignment, _ report: inout LintReport) {
    let words = ValueWord.all(of: assignment.value)
    for word in words where word.raw == "syslog.target" {
      let rest = words.filter { $0.raw != "syslog.target" }.map(\.raw).joined(separator: " ")
      report.word(
        word, of: assignment,
        "there is no syslog.target any more: the log is there before any service starts",
        fix: "leave it out",
        edit: rest.isEmpty ? .remove(assignment) : .replaceValue(assignment, rest), severity: .note)
    }
  }
}
