import UnitFiles

/// The view of the file system, and new privileges.
extension LintRule {
  static let sandbox: [LintRule] = [
    LintRule(
      "L48", .error, "The service needs a home that ProtectHome= hides",
      why: """
        ProtectHome=yes and tmpfs empty /home, /root and /run/user for the service. A program there gives 203/EXEC, \
        a working directory 200/CHDIR.
        """,
      bad: "[Service]\nExecStart=/home/app/server\nProtectHome=yes\n",
      good: "[Service]\nExecStart=/usr/bin/server\nProtectHome=yes\n",
      ignore: "When BindPaths= brings it back."
    ) { unit, report in
      let mode = unit.text("ProtectHome") ?? ""
      guard mode == "tmpfs" || (try? Boolean.parse(mode)) == true, unit.text("RootDirectory") == nil else {
        return
      }
      for (path, assignment, offset) in unit.usedPaths {
        let isHome = ["/home", "/root", "/run/user"].contains { LintSubject.isBelow(path, $0) }
        guard isHome, !unit.isBound(path) else { continue }
        report.value(
          assignment, at: offset, length: path.unicodeScalars.count,
          "ProtectHome=\(mode) hides '\(path)' from the service",
          fix: "move it to /usr/local, /opt or a StateDirectory=, or set ProtectHome=read-only")
      }
    },
    LintRule(
      "L49", .warning, "The service has nowhere to write",
      why: """
        ProtectSystem=strict makes all of the file system read-only, /tmp, /var/tmp and /run too. Without \
        PrivateTmp= and without a folder of its own even a temporary file fails.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nProtectSystem=strict\n",
      good:
        "[Service]\nExecStart=/usr/bin/server\nProtectSystem=strict\nPrivateTmp=yes\nStateDirectory=server\n",
      ignore: "When the program writes nothing at all.", isAdvice: true
    ) { unit, report in
      guard unit.isService, let system = unit.value("ProtectSystem"), system.value == "strict",
        !unit.isDynamicUser,
        !unit.isOn("PrivateTmp")
      else { return }
      let keys = LintSubject.directories.map(\.0) + ["ReadWritePaths", "BindPaths", "TemporaryFileSystem"]
      guard !keys.contains(where: { !unit.values($0).isEmpty }) else { return }
      report.value(
        system, "the service can write nowhere, not even to /tmp",
        fix: "set PrivateTmp=yes, and StateDirectory= or ReadWritePaths= for its data")
    },
    LintRule(
      "L51", .warning, "A file for others lies in a private /tmp",
      why:
        "With PrivateTmp= the service has a /tmp of its own: others do not see a socket or a PID file there.",
      bad: "[Service]\nExecStart=/usr/bin/server --socket /tmp/server.sock\nPrivateTmp=yes\n",
      good:
        "[Service]\nExecStart=/usr/bin/server --socket /run/server/server.sock\nPrivateTmp=yes\nRuntimeDirectory=server\n",
      ignore: "When only the service itself uses it."
    ) { unit, report in
      guard unit.isOn("PrivateTmp") || unit.isDynamicUser else { return }
      for (path, assignment, offset) in unit.usedPaths {
        let isTemporary = path.hasPrefix("/tmp/") || path.hasPrefix("/var/tmp/")
        let isShared =
          [".sock", ".socket", ".pid"].contains { path.hasSuffix($0) } || assignment.key == "PIDFile"
        guard isTemporary, isShared else { continue }
        report.value(
          assignment, at: offset, length: path.unicodeScalars.count,
          "nobody but the service sees '\(path)'", fix: "put it into RuntimeDirectory=")
      }
    },
    LintRule(
      "L53", .warning, "A sandbox without NoNewPrivileges=",
      why: """
        Up to systemd 254, system call filters and the like implied NoNewPrivileges= for a user other than root. Since \
        255 they do not: a setuid program gives the service root back.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nUser=app\nRestrictRealtime=yes\n",
      good: "[Service]\nExecStart=/usr/bin/server\nUser=app\nRestrictRealtime=yes\nNoNewPrivileges=yes\n",
      ignore: "When the service needs sudo or another setuid program.", isAdvice: true
    ) { unit, report in
      let keys = [
        "SystemCallFilter", "SystemCallArchitectures", "RestrictAddressFamilies", "MemoryDenyWriteExecute",
        "RestrictRealtime", "RestrictSUIDSGID", "RestrictNamespaces", "LockPersonality", "PrivateDevices",
        "ProtectClock", "ProtectHostname", "ProtectKernelTunables", "ProtectKernelModules",
        "ProtectKernelLogs",
      ]
      guard unit.user != nil, !unit.isDynamicUser, unit.value("NoNewPrivileges") == nil,
        let first = keys.lazy.compactMap({ key in unit.isRestricted(key) ? unit.values(key).first : nil })
          .first
      else { return }
      let isImplied = unit.context.version < 255
      report.key(
        first,
        isImplied
          ? "this implies NoNewPrivileges= only up to systemd 254; later a setuid program gives root back"
          : "without NoNewPrivileges= a setuid program gives the service root back",
        fix: "set NoNewPrivileges=yes",
        edit: isImplied ? .add(key: "NoNewPrivileges", value: "yes", after: first) : nil)
    },
  ]
}

extension LintSubject {
  /// Whether a setting of the sandbox is there and restricts something.
  fileprivate func isRestricted(_ key: String) -> Bool {
    guard let last = values(key).last else { return false }
    return (try? Boolean.parse(last.value)) ?? true
  }
}
