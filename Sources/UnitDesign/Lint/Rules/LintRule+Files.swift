import UnitFiles

/// The files themselves.
extension LintRule {
  static let files: [LintRule] = [
    LintRule(
      "L56", .error, "A line cannot be read",
      why:
        "systemd passes over a line without '=', before any section or not in UTF-8, and gives the file up at a broken header.",
      bad: "[Service]\nExecStart=/usr/bin/server\nRestart always\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestart=always\n",
      ignore: "Never."
    ) { unit, report in
      for problem in unit.unit.problems {
        report.place(problem.position, problem.message)
      }
    },
    LintRule(
      "L61", .warning, "A drop-in changes nothing",
      why: "A drop-in needs the header of a section, and settings under it, as a unit file does.",
      bad: "# A drop-in without a header.\nNice=5\n",
      good: "[Service]\nNice=5\n",
      ignore: "When the file is meant to hide one of the same name elsewhere."
    ) { unit, report in
      // A unit without a file of its own, as an example here, is all drop-ins.
      let isAllDropIns = unit.unit.files.first.map { $0.path.hasSuffix(".conf") } ?? false
      for file in unit.unit.files.dropFirst(isAllDropIns ? 0 : 1) {
        // An empty file hides one of the same name.
        guard !file.bytes.isEmpty, file.assignments.allSatisfy({ !unit.isRead(section: $0.section) }) else {
          continue
        }
        report.file(
          file.path, "the drop-in sets nothing that systemd reads in a \(unit.type) unit",
          fix: file.sectionNames.isEmpty
            ? "put '[\(unit.section ?? "Unit")]' on its first line" : "correct the section")
      }
    },
    LintRule(
      "L62", .warning, "The file's permissions are wrong",
      why: """
        Whoever may write a unit file has the rights of the service's user, and of root through ExecStart=+. An \
        executable or unreadable unit file makes systemd complain.
        """,
      bad: "# A file with mode 0666\n[Service]\nExecStart=/usr/bin/server\n",
      good: "[Service]\nExecStart=/usr/bin/server\n",
      ignore: "Never."
    ) { unit, report in
      for file in unit.unit.files where file.path.hasPrefix("/") {
        guard let facts = unit.surroundings.unitFile(at: file.path), facts.kind == .file else { continue }
        let mode = String(facts.mode, radix: 8)
        if facts.mode & 0o002 != 0 {
          report.file(
            file.path, "every user may change the unit (mode \(mode)), and so have the service's rights",
            fix: "chmod 644 '\(file.path)'", severity: .error)
        } else if facts.mode & 0o111 != 0 {
          report.file(
            file.path, "the unit file is executable (mode \(mode)); systemd complains at each reload",
            fix: "chmod 644 '\(file.path)'")
        }
      }
    },
    LintRule(
      "L68", .warning, "A comment for the linter names no rule",
      why:
        "'# upkeep-lint: ignore L22 reason' leaves a finding out. One that is misspelt leaves nothing out.",
      bad: "# upkeep-lint: ignore L999 not our business\n[Service]\nExecStart=/usr/bin/server\n",
      good: "# upkeep-lint: ignore L22 it has to be root\n[Service]\nExecStart=/usr/bin/server\n",
      ignore: "Never."
    ) { unit, report in
      for mistake in Suppressions(unit.unit.files).mistakes {
        report.place(
          mistake.position,
          mistake.word.isEmpty || mistake.word == "ignore"
            ? "the comment says nothing to the linter" : "there is no rule '\(mistake.word)'",
          fix: "write '# upkeep-lint: ignore L22 reason'")
      }
    },
  ]
}
