import UnitFiles

/// What the unit needs, and when.
extension LintRule {
  static let dependencies: [LintRule] = [
    LintRule(
      "L42", .warning, "A dependency does not do what it seems to",
      why: """
        After= only orders, and Requires= only pulls in: without the other, network-online.target is never reached, \
        and a required unit starts at the same time. A required unit that does not exist fails the start.
        """,
      bad: "[Unit]\nAfter=network-online.target\n[Service]\nExecStart=/usr/bin/server\n",
      good:
        "[Unit]\nWants=network-online.target\nAfter=network-online.target\n[Service]\nExecStart=/usr/bin/server\n",
      ignore: "When another unit pulls the one in that this one waits for.", isAdvice: true
    ) { unit, report in
      let after = units(unit, "After")
      let pulled = ["Wants", "Requires", "BindsTo", "Requisite", "Upholds"].flatMap { units(unit, $0) }
      if let (word, assignment) = after.first(where: { $0.word.text == "network-online.target" }),
        !pulled.contains(where: { $0.word.text == "network-online.target" })
      {
        report.word(
          word, of: assignment,
          "nothing here starts network-online.target, so the unit may not wait for the network at all",
          fix: "add Wants=network-online.target")
      }
      let ordered = Set((after + units(unit, "Before")).map(\.word.text))
      for key in ["Requires", "BindsTo"] {
        for (word, assignment) in units(unit, key) where needsOrder(word.text) && !ordered.contains(word.text)
        {
          report.word(
            word, of: assignment, "'\(word.text)' starts at the same time, not before this unit",
            fix: "add After=\(word.text)")
        }
      }
      missing(unit, &report)
    },
    LintRule(
      "L60", .error, "The unit depends on itself, or is before and after another at once",
      why:
        "A unit cannot wait for itself. systemd drops such an order, or breaks the cycle by not starting a unit.",
      bad: "[Unit]\nAfter=other.service\nBefore=other.service\n[Service]\nExecStart=/usr/bin/server\n",
      good: "[Unit]\nAfter=other.service\n[Service]\nExecStart=/usr/bin/server\n",
      ignore: "Never."
    ) { unit, report in
      if let name = unit.name {
        for key in dependencyKeys {
          for (word, assignment) in units(unit, key) where word.text == name.text || word.text == "%n" {
            report.word(
              word, of: assignment, "the unit names itself in \(key)=, which systemd drops", fix: "remove it",
              severity: key == "Conflicts" || key == "Before" || key == "After" ? nil : .warning)
          }
        }
      }
      let before = Set(units(unit, "Before").map(\.word.text))
      for (word, assignment) in units(unit, "After") where before.contains(word.text) {
        report.word(
          word, of: assignment,
          "'\(word.text)' is before and after this unit, so systemd breaks the cycle by dropping a start",
          fix: "remove it from After= or Before=")
      }
    },
  ]

  static let installation: [LintRule] = [
    LintRule(
      "L43", .warning, "Enabling the unit does nothing, or not what it should",
      why: """
        'systemctl enable' only makes the links that [Install] asks for. Without one the unit is not started at \
        boot; a target that does not exist is never reached.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nUser=app\n[Install]\nWantedBy=multiuser.target\n",
      good: "[Service]\nExecStart=/usr/bin/server\nUser=app\n[Install]\nWantedBy=multi-user.target\n",
      ignore: "When something else starts the unit."
    ) { unit, report in
      let keys = ["WantedBy", "RequiredBy", "UpheldBy"]
      for key in keys {
        for assignment in unit.unit.values(key, in: "Install").prefix(most) where !report.isFull {
          for word in ValueWord.all(of: assignment.value) { checkTarget(word, assignment, unit, &report) }
        }
      }
      for assignment in unit.unit.values("Alias", in: "Install") {
        for word in ValueWord.all(of: assignment.value) where !word.text.holds("%") {
          guard let type = word.text.split(separator: ".").last.map(String.init), type != unit.type else {
            continue
          }
          report.word(
            word, of: assignment,
            "the alias has to end in '.\(unit.type)' as the unit does, so enabling it fails",
            fix: "write '\(word.text.split(separator: ".").first ?? "").\(unit.type)'", severity: .error)
        }
      }
      guard let file = unit.unit.files.first, let name = unit.name else { return }
      let install = unit.unit.assignments(in: "Install").filter { !$0.value.isEmpty }
      if install.isEmpty, let position = file.position(ofSection: "Install") {
        report.place(
          position, "[Install] is empty, so enabling the unit does nothing",
          fix: "add WantedBy=multi-user.target")
      } else if install.isEmpty, unit.isService, file.path.holds("/"), !LintSubject.isVendor(file.path),
        !["oneshot", "dbus"].contains(unit.serviceType), !name.isTemplate, name.instance == nil,
        !["socket", "timer", "path"].contains(where: unit.hasSibling),
        !unit.unit.assignments(in: "Service").isEmpty
      {
        report.file(
          file.path, "the unit has no [Install], so it cannot be enabled and is not started at boot",
          fix: "add [Install] with WantedBy=multi-user.target", severity: .note)
      }
    }
  ]

  // MARK: Steps

  private static let dependencyKeys = [
    "Requires", "Requisite", "Wants", "BindsTo", "PartOf", "Conflicts", "Before", "After", "Upholds",
    "OnFailure",
  ]

  /// The most units of a dependency that are looked up.
  private static let most = 500

  static func units(_ unit: LintSubject, _ key: String) -> [(word: ValueWord, assignment: Assignment)] {
    let words = unit.unit.values(key, in: "Unit").prefix(most).flatMap { assignment in
      ValueWord.all(of: assignment.value).map { (word: $0, assignment: assignment) }
    }
    return Array(words.prefix(most))
  }

  /// Sockets, mounts and slices are ordered by themselves, and so is what every unit waits for.
  private static func needsOrder(_ name: String) -> Bool {
    let early = ["sysinit.target", "basic.target", "local-fs.target"]
    return (name.hasSuffix(".service") || name.hasSuffix(".target")) && !early.contains(name)
      && !name.holds("%")
  }

  private static let targets = [
    "multi-user.target", "graphical.target", "network.target", "network-online.target", "network-pre.target",
    "basic.target", "sysinit.target", "default.target", "timers.target", "sockets.target", "paths.target",
    "local-fs.target", "remote-fs.target", "nss-lookup.target", "nss-user-lookup.target", "time-sync.target",
    "shutdown.target", "rescue.target", "emergency.target", "sleep.target", "suspend.target", "swap.target",
    "reboot.target", "halt.target", "poweroff.target", "getty.target", "time-set.target", "rpcbind.target",
    "printer.target", "sound.target", "bluetooth.target", "smartcard.target", "slices.target",
  ]

  private static func checkTarget(
    _ word: ValueWord, _ assignment: Assignment, _ unit: LintSubject, _ report: inout LintReport
  ) {
    let name = word.text
    guard !name.holds("%"), unit.surroundings.hasUnit(name) == false, !targets.contains(name) else {
      return
    }
    let nearest = Suggestion.nearest(to: name, among: targets)
    guard name.hasSuffix(".target") || nearest != nil || (try? UnitName(name)) == nil else { return }
    report.word(
      word, of: assignment, "there is no '\(name)', so nothing starts the unit",
      fix: nearest.map { "did you mean '\($0)'?" } ?? "write the name of a target such as multi-user.target")
  }

  private static func missing(_ unit: LintSubject, _ report: inout LintReport) {
    for key in ["Requires", "BindsTo", "Requisite", "OnFailure", "OnSuccess", "Upholds"] {
      for (word, assignment) in units(unit, key) {
        let name = word.text
        // Devices, slices, scopes and mounts come without a file.
        let types = [".service", ".socket", ".target", ".timer", ".path"]
        guard types.contains(where: name.hasSuffix), !name.holds("%"),
          unit.surroundings.hasUnit(name) == false
        else { continue }
        let isFatal = key == "Requires" || key == "BindsTo" || key == "Requisite"
        report.word(
          word, of: assignment,
          "there is no unit '\(name)'" + (isFatal ? ", so this one cannot start" : ", so nothing happens"),
          fix: Suggestion.nearest(to: name, among: targets).map { "did you mean '\($0)'?" }
            ?? "install or correct it",
          severity: isFatal ? .error : nil)
      }
    }
    for key in ["After", "Before", "Wants"] {
      for (word, assignment) in units(unit, key) {
        let name = word.text
        guard name.hasSuffix(".target"), name != "syslog.target", !targets.contains(name),
          unit.surroundings.hasUnit(name) == false,
          let nearest = Suggestion.nearest(to: name, among: targets)
        else { continue }
        report.word(
          word, of: assignment, "there is no '\(name)', so the line does nothing",
          fix: "did you mean '\(nearest)'?")
      }
    }
  }
}
