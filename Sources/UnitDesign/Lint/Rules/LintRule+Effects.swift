import UnitFiles

/// Settings that have no effect beside the others.
extension LintRule {
  static let effects: [LintRule] = [
    LintRule(
      "L59", .note, "The setting has no effect here",
      why: "Some settings count only together with another one, or only for one type of service.",
      bad: "[Service]\nExecStart=/usr/bin/server\nRestartSec=5s\n",
      good: "[Service]\nExecStart=/usr/bin/server\nRestart=on-failure\nRestartSec=5s\n",
      ignore: "When a drop-in elsewhere sets the other one."
    ) { unit, report in
      for rule in needed {
        guard rule.section == unit.section, let assignment = unit.values(rule.key).last, !rule.isMet(unit)
        else {
          continue
        }
        report.key(assignment, "'\(rule.key)=' has no effect without \(rule.without)")
      }
    },
    LintRule(
      "L67", .warning, "The unit is no instance, but speaks of one",
      why:
        "%i and %I are the instance of a template, what stands behind the @. In a plain unit they are empty.",
      bad: "[Service]\nExecStart=/usr/bin/server --name %i\n",
      good: "[Service]\nExecStart=/usr/bin/server --name %p\n",
      ignore: "When the empty text is meant."
    ) { unit, report in
      guard let name = unit.name, !name.isTemplate, name.instance == nil else { return }
      for setting in unit.settings where setting.isRead && setting.value.holds("%") {
        guard setting.assignment.section != "Install", let kind = setting.kind, expandsSpecifiers(kind),
          let offset = instanceSpecifier(in: setting.value)
        else { continue }
        report.value(
          setting.assignment, at: offset, length: 2, "'\(name)' is no instance, so this is empty",
          fix: "name the file '\(name.prefix)@.\(name.suffix)', or write %p for its name")
      }
    },
  ]

  // MARK: Steps

  /// A setting that needs another one.
  private struct Need: Sendable {
    var section: String
    var key: String
    var without: String
    var isMet: @Sendable (LintSubject) -> Bool
  }

  private static func need(
    _ section: String, _ key: String, _ without: String, _ isMet: @escaping @Sendable (LintSubject) -> Bool
  ) -> Need {
    Need(section: section, key: key, without: without, isMet: isMet)
  }

  private static func directory(_ key: String, _ other: String) -> Need {
    need("Service", key, "\(other)=") { !$0.values(other).isEmpty }
  }

  private static let needed: [Need] =
    [
      need("Service", "RestartSec", "Restart=") { restarts($0) },
      need("Service", "RestartPreventExitStatus", "Restart=") { restarts($0) },
      need("Service", "RestartMode", "Restart=") { restarts($0) },
      need("Service", "ReloadSignal", "Type=notify-reload") { $0.serviceType == "notify-reload" },
      need("Service", "RuntimeMaxSec", "a type other than oneshot") {
        $0.serviceType != "oneshot" || $0.text("RuntimeMaxSec") == "infinity"
      },
      need("Service", "RuntimeRandomizedExtraSec", "RuntimeMaxSec=") { $0.value("RuntimeMaxSec") != nil },
      need("Service", "GuessMainPID", "Type=forking") { $0.serviceType == "forking" },
      need("Service", "DelegateSubgroup", "Delegate=") { $0.value("Delegate") != nil },
      need("Service", "USBFunctionDescriptors", "USBFunctionStrings=") {
        $0.value("USBFunctionStrings") != nil
      },
      need("Service", "USBFunctionStrings", "USBFunctionDescriptors=") {
        $0.value("USBFunctionDescriptors") != nil
      },
      need("Service", "FileDescriptorStorePreserve", "FileDescriptorStoreMax=") {
        $0.value("FileDescriptorStoreMax") != nil
      },
      directory("RuntimeDirectoryMode", "RuntimeDirectory"),
      directory("RuntimeDirectoryPreserve", "RuntimeDirectory"),
      directory("StateDirectoryMode", "StateDirectory"),
      directory("CacheDirectoryMode", "CacheDirectory"), directory("LogsDirectoryMode", "LogsDirectory"),
      directory("ConfigurationDirectoryMode", "ConfigurationDirectory"),
      need("Socket", "MaxConnections", "Accept=yes") { $0.isOn("Accept") },
      need("Socket", "MaxConnectionsPerSource", "Accept=yes") { $0.isOn("Accept") },
      need("Socket", "KeepAliveTimeSec", "KeepAlive=yes") { $0.isOn("KeepAlive") },
      need("Socket", "KeepAliveIntervalSec", "KeepAlive=yes") { $0.isOn("KeepAlive") },
      need("Socket", "KeepAliveProbes", "KeepAlive=yes") { $0.isOn("KeepAlive") },
      need("Timer", "Persistent", "OnCalendar=") {
        !$0.values("OnCalendar").isEmpty || !$0.isOn("Persistent")
      },
      need("Timer", "FixedRandomDelay", "RandomizedDelaySec=") { $0.value("RandomizedDelaySec") != nil },
      need("Path", "DirectoryMode", "MakeDirectory=yes") { $0.isOn("MakeDirectory") },
    ]

  private static func restarts(_ unit: LintSubject) -> Bool {
    let isForced = !unit.values("RestartForceExitStatus").isEmpty
    return isForced || (unit.text("Restart").map { $0 != "no" } ?? false)
  }

  private static func instanceSpecifier(in value: String) -> Int? {
    let scalars = Array(value.unicodeScalars)
    var index = 0
    while index + 1 < scalars.count {
      guard scalars[index] == "%" else {
        index += 1
        continue
      }
      if scalars[index + 1] == "i" || scalars[index + 1] == "I" { return index }
      index += 2
    }
    return nil
  }
}
