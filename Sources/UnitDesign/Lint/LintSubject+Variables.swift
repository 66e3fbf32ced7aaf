import UnitFiles

extension LintSubject {
  /// The variables that the unit sets for its commands; nil when some come from where nobody can look.
  var knownVariables: Set<String>? {
    var names: Set<String> = []
    for assignment in values("Environment") {
      for word in ValueWord.all(of: assignment.value) {
        if let equals = word.text.firstIndex(of: "=") { names.insert(String(word.text[..<equals])) }
      }
    }
    for assignment in values("PassEnvironment") {
      names.formUnion(ValueWord.all(of: assignment.value).map(\.text))
    }
    for assignment in values("EnvironmentFile") {
      let path = assignment.value.hasPrefix("-") ? String(assignment.value.dropFirst()) : assignment.value
      guard let bytes = surroundings.beginning(of: path, count: 64 << 10) else { return nil }
      for line in String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline) {
        // A comment often shows a variable that may be set.
        let text = line.drop { $0 == "#" || $0 == ";" || $0 == " " }
        if let equals = text.firstIndex(of: "=") { names.insert(String(text[..<equals])) }
      }
    }
    return text("PAMName") == nil ? names : nil
  }
}

extension LintRule {
  private static let systemVariables: Set<String> = [
    "PATH", "LANG", "USER", "LOGNAME", "HOME", "SHELL", "INVOCATION_ID", "XDG_RUNTIME_DIR",
    "RUNTIME_DIRECTORY",
    "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY",
    "CREDENTIALS_DIRECTORY",
    "MAINPID", "MANAGERPID", "MANAGERPIDFDID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_PIDFDID", "LISTEN_FDNAMES",
    "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "SYSTEMD_EXEC_PID", "TERM", "LOG_NAMESPACE",
    "JOURNAL_STREAM",
    "SERVICE_RESULT", "EXIT_CODE", "EXIT_STATUS", "MONITOR_SERVICE_RESULT", "MONITOR_EXIT_CODE",
    "MONITOR_EXIT_STATUS", "MONITOR_INVOCATION_ID", "MONITOR_UNIT", "PIDFILE", "REMOTE_ADDR", "REMOTE_PORT",
    "TRIGGER_UNIT", "TRIGGER_PATH", "TRIGGER_TIMER_REALTIME_USEC", "TRIGGER_TIMER_MONOTONIC_USEC",
    "MEMORY_PRESSURE_WATCH", "MEMORY_PRESSURE_WRITE", "FDSTORE", "DEBUG_INVOCATION", "TMPDIR",
    "SYSTEMD_NSS_DYNAMIC_BYPASS",
    "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "WAYLAND_DISPLAY", "XDG_SESSION_ID", "XDG_CURRENT_DESKTOP",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "TZ", "LC_ALL", "container",
  ]

  /// Whether systemd sets the variable for commands of this setting.
  static func isSystemVariable(_ name: String, key: String) -> Bool {
    name == "MAINPID" ? key != "ExecStart" && key != "ExecStartPre" : systemVariables.contains(name)
  }
}
