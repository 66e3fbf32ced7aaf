import UnitFiles

/// What makes systemd refuse the whole unit.
extension LintRule {
  static let refusals: [LintRule] = [
    LintRule(
      "L36", .error, "systemd refuses the settings together",
      why: """
        Some settings exclude each other. systemd then does not load the unit at all: 'bad unit file setting'. A \
        drop-in that adds an ExecStart= without emptying the list first is the most frequent case.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nExecStart=/usr/bin/server --second\n",
      good: "[Service]\nExecStart=/usr/bin/server\nExecStart=\nExecStart=/usr/bin/server --second\n",
      ignore: "Never: the unit cannot be started."
    ) { unit, report in
      guard unit.isService else { return }
      let starts = unit.commands.filter { $0.key == "ExecStart" }
      if starts.count > 1, unit.serviceType != "oneshot", let second = starts.dropFirst().first {
        report.key(
          second.assignment,
          "only a oneshot service may have more than one ExecStart=, so systemd refuses the unit",
          fix: "write an empty 'ExecStart=' before it to replace the first one")
      }
      if let type = unit.value("Type"), type.value == "dbus", unit.value("BusName") == nil {
        report.value(type, "Type=dbus needs a BusName=, so systemd refuses the unit", fix: "set BusName=")
      }
      if unit.serviceType == "oneshot" {
        if let restart = unit.value("Restart"), restart.value == "always" || restart.value == "on-success" {
          report.value(
            restart, "a oneshot service cannot have Restart=\(restart.value), so systemd refuses the unit",
            fix: "write Restart=on-failure, or use a timer")
        }
        if let exit = unit.value("ExitType"), exit.value == "cgroup" {
          report.value(exit, "a oneshot service cannot have ExitType=cgroup, so systemd refuses the unit")
        }
      }
      if let pids = unit.value("PrivatePIDs"), unit.isOn("PrivatePIDs"), unit.serviceType == "forking" {
        report.value(pids, "Type=forking cannot have a PID namespace, so systemd refuses the unit")
      }
    },
    LintRule(
      "L66", .error, "The unit lacks what its type needs",
      why:
        "A unit without what it is there for (a command, a time, an address, a path) is refused by systemd.",
      bad: "[Unit]\nDescription=Every day\n[Timer]\nPersistent=yes\n",
      good: "[Unit]\nDescription=Every day\n[Timer]\nOnCalendar=daily\nPersistent=yes\n",
      ignore: "When a drop-in on another machine adds it."
    ) { unit, report in
      guard let name = unit.name, let section = unit.section, let file = unit.unit.files.first else { return }
      let position = file.position(ofSection: section) ?? Position(path: file.path, line: 1, column: 1)
      if let (message, fix) = lack(unit) { report.place(position, message, fix: fix) }
      misnamed(name, unit, &report)
      if let (trigger, target) = triggered(unit), !name.isTemplate, target != name.text,
        unit.surroundings.hasUnit(target) == false
      {
        let message = "there is no unit '\(target)' to start"
        if let trigger {
          report.value(trigger, message, fix: "make it, or write the unit that is meant")
        } else {
          report.place(
            position, message,
            fix: "make it, or name another one with \(unit.type == "socket" ? "Service" : "Unit")=")
        }
      }
    },
  ]

  // MARK: Steps

  private static func lack(_ unit: LintSubject) -> (message: String, fix: String)? {
    switch unit.type {
    case "service":
      let hasStart = !unit.values("ExecStart").isEmpty
      // A line that cannot be read has a finding of its own.
      guard !hasStart else { return nil }
      if unit.brokenCommands.contains(where: { $0.assignment.key == "ExecStart" }) { return nil }
      let hasAction = unit.unit.value("SuccessAction", in: "Unit").map { $0.value != "none" } ?? false
      if unit.values("ExecStop").isEmpty, !hasAction {
        return ("the service has no ExecStart=, so systemd refuses the unit", "set ExecStart=")
      }
      if let type = unit.text("Type"), type != "oneshot" {
        return (
          "only a oneshot service may do without ExecStart=, so systemd refuses the unit", "set ExecStart="
        )
      }
      return unit.isOn("RemainAfterExit") || hasAction
        ? nil
        : (
          "a service without ExecStart= needs RemainAfterExit=yes, so systemd refuses the unit",
          "set ExecStart= or RemainAfterExit=yes"
        )
    case "timer":
      let keys = [
        "OnCalendar", "OnActiveSec", "OnBootSec", "OnStartupSec", "OnUnitActiveSec", "OnUnitInactiveSec",
      ]
      let hasTime =
        keys.contains { !unit.values($0).isEmpty } || unit.isOn("OnClockChange")
        || unit.isOn("OnTimezoneChange")
      return hasTime
        ? nil : ("the timer has no time, so systemd refuses the unit", "set OnCalendar= or OnBootSec=")
    case "socket":
      let keys = Catalogue.names(in: "Socket").filter { $0.hasPrefix("Listen") }
      return keys.contains { !unit.values($0).isEmpty }
        ? nil : ("the socket listens on nothing, so systemd refuses the unit", "set ListenStream=")
    case "path":
      let keys = ["PathExists", "PathExistsGlob", "PathChanged", "PathModified", "DirectoryNotEmpty"]
      return keys.contains { !unit.values($0).isEmpty }
        ? nil : ("the unit watches no path, so systemd refuses it", "set PathExists= or PathChanged=")
    case "mount": return unit.text("What") == nil ? ("there is nothing to mount", "set What=") : nil
    case "swap": return unit.text("What") == nil ? ("there is nothing to swap to", "set What=") : nil
    default: return nil
    }
  }

  /// A mount point whose unit is not named after it is refused.
  private static func misnamed(_ name: UnitName, _ unit: LintSubject, _ report: inout LintReport) {
    let key = unit.type == "swap" ? "What" : "Where"
    guard ["mount", "automount", "swap"].contains(unit.type), let place = unit.value(key),
      place.value.hasPrefix("/"), !place.value.holds("%"), !name.isTemplate, name.instance == nil,
      let stem = try? UnitName.escapePath(place.value), name.text != "\(stem).\(unit.type)"
    else { return }
    let expected = "\(stem).\(unit.type)"
    report.value(
      place, "the unit of '\(place.value)' has to be named '\(expected)', so systemd refuses this one",
      fix: "rename the file, or write the path that its name says")
  }

  /// The unit that a timer, path or socket starts, and the setting that says so.
  private static func triggered(_ unit: LintSubject) -> (Assignment?, String)? {
    guard let name = unit.name else { return nil }
    let stem = String(name.text.dropLast(name.suffix.count))
    switch unit.type {
    case "timer", "path":
      if let target = unit.value("Unit") { return target.value.holds("%") ? nil : (target, target.value) }
      return (nil, stem + "service")
    case "socket":
      if let target = unit.value("Service") {
        return target.value.holds("%") ? nil : (target, target.value)
      }
      if unit.isOn("Accept") { return (nil, "\(name.prefix)@.service") }
      return (nil, stem + "service")
    default: return nil
    }
  }
}
