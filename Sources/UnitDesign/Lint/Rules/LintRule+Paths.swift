import UnitFiles

/// Folders and files that the service needs.
extension LintRule {
  static let paths: [LintRule] = [
    LintRule(
      "L25", .warning, "The data lies where the service may not write",
      why: """
        Under ProtectSystem=strict and DynamicUser= a service writes only to the folders it is given by \
        StateDirectory= and the like, or by ReadWritePaths=. Elsewhere it gets 'Read-only file system'.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server --data /var/lib/app\nProtectSystem=strict\nPrivateTmp=yes\n",
      good:
        "[Service]\nExecStart=/usr/bin/server --data /var/lib/app\nProtectSystem=strict\nPrivateTmp=yes\nStateDirectory=app\n",
      ignore: "When the service only reads there."
    ) { unit, report in
      let isStrict = unit.text("ProtectSystem") == "strict" || unit.isDynamicUser
      guard isStrict, unit.isService, !unit.hasOtherRoot, let main = unit.main else { return }
      let script = main.takesScript ? main.arguments.first { !$0.text.hasPrefix("-") }?.text : nil
      for word in main.arguments where word.text != script {
        guard let path = dataPath(in: word.text), !isRead(path), !unit.canWrite(path) else { continue }
        let offset = word.text.unicodeScalars.count - path.unicodeScalars.count
        report.value(
          main.assignment, at: word.offset + offset, length: path.unicodeScalars.count,
          "the service cannot write to '\(path)'", fix: directoryFix(path))
        break
      }
    },
    LintRule(
      "L26", .error, "A path is quoted, relative or not there",
      why: """
        A setting that is one path takes the whole line: quotes are a part of it, and it has to be absolute. A \
        working directory that is not there ends the start with 200/CHDIR.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nWorkingDirectory=\"/srv/app\"\n",
      good: "[Service]\nExecStart=/usr/bin/server\nWorkingDirectory=/srv/app\n",
      ignore: "When the folder is made before the service starts."
    ) { unit, report in
      for setting in unit.settings where setting.isOwn {
        guard let directive = setting.directive, !setting.value.isEmpty,
          directive.kind == .path || directive.kind == .workingDirectory || directive.kind == .optionalPath
        else { continue }
        checkPath(setting.assignment, directive, unit, &report)
      }
    },
    LintRule(
      "L27", .error, "A directory setting has an absolute path",
      why:
        "StateDirectory= and its like name folders below /var/lib, /run and so on. An absolute path is ignored.",
      bad: "[Service]\nExecStart=/usr/bin/server\nStateDirectory=/var/lib/app\n",
      good: "[Service]\nExecStart=/usr/bin/server\nStateDirectory=app\n",
      ignore: "Never: the line has no effect."
    ) { unit, report in
      for (key, base) in LintSubject.directories {
        for (word, assignment) in unit.words(key) {
          let path = word.text.split(separator: ":").first.map(String.init) ?? ""
          let isAbsolute = path.hasPrefix("/")
          guard isAbsolute || path.split(separator: "/").contains("..") else { continue }
          let below = path.hasPrefix(base + "/") ? String(path.dropFirst(base.count + 1)) : nil
          let isWhole = word.raw == assignment.value && word.raw == path
          report.word(
            word, of: assignment, "'\(word.text)' is not relative to \(base), so systemd ignores it",
            fix: below.map { "write '\($0)'" } ?? "write a name below \(base), or use ReadWritePaths=",
            edit: below.flatMap { isWhole ? .replaceValue(assignment, $0) : nil })
        }
      }
    },
    LintRule(
      "L28", .error, "The environment file is not there",
      why: "Without '-' before it a missing environment file ends the start with the result 'resources'.",
      bad: "[Service]\nExecStart=/usr/bin/server\nEnvironmentFile=/etc/default/missing\n",
      good: "[Service]\nExecStart=/usr/bin/server\nEnvironmentFile=-/etc/default/missing\n",
      ignore: "When the file is made before the service starts."
    ) { unit, report in
      for assignment in unit.values("EnvironmentFile") {
        let path = assignment.value
        guard path.hasPrefix("/"), !path.holds("%"), !path.contains(where: { "*?[".contains($0) }),
          !unit.isConditional(on: path), !path.hasPrefix("/run/"), unit.surroundings.file(at: path) == nil
        else { continue }
        report.value(
          assignment, "'\(path)' is not there, so the service does not start",
          fix: "make it, or write '-\(path)' if the service can do without")
      }
    },
    LintRule(
      "L50", .error, "A path of the sandbox is not there",
      why: """
        Every path of ReadWritePaths= and its like has to be there when the service starts, or the start fails with \
        226/NAMESPACE. A '-' before it makes it optional.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nReadWritePaths=/srv/missing\n",
      good: "[Service]\nExecStart=/usr/bin/server\nReadWritePaths=-/srv/missing\n",
      ignore: "When the path is made before the service starts."
    ) { unit, report in
      guard
        !unit.hasOtherRoot || !unit.values("BindPaths").isEmpty || !unit.values("BindReadOnlyPaths").isEmpty,
        unit.text("RootDirectory") == nil, unit.text("RootImage") == nil
      else { return }
      let keys = [
        "ReadWritePaths", "ReadOnlyPaths", "InaccessiblePaths", "ExecPaths", "NoExecPaths", "BindPaths",
        "BindReadOnlyPaths",
      ]
      for key in keys {
        for (word, assignment) in unit.words(key) {
          let path = word.text.split(separator: ":").first.map(String.init) ?? ""
          // What stands below these is made while the machine runs.
          let isVolatile = ["/run/", "/var/run/", "/tmp/", "/var/tmp/", "/dev/", "/proc/", "/sys/"].contains {
            path.hasPrefix($0)
          }
          guard path.hasPrefix("/"), !path.holds("%"), !isVolatile, !unit.isOwnDirectory(path),
            !unit.isConditional(on: path), unit.surroundings.file(at: path) == nil
          else { continue }
          report.word(
            word, of: assignment, "'\(path)' is not there, so the start fails with 226/NAMESPACE",
            fix: "make it, or write '-\(path)' if it may be missing")
        }
      }
    },
  ]

  // MARK: Steps

  private static func checkPath(
    _ assignment: Assignment, _ directive: Directive, _ unit: LintSubject, _ report: inout LintReport
  ) {
    let value = assignment.value
    let isOptional = value.hasPrefix("-") && directive.kind != .path
    let path = isOptional ? String(value.dropFirst()) : value
    if let mark = path.first, mark == "\"" || mark == "'", path.last == mark, path.count > 2 {
      let inner = String(path.dropFirst().dropLast())
      let isPlain = inner.hasPrefix("/") && !inner.contains { "\"'\\".contains($0) } && inner.last != " "
      report.value(
        assignment, "the quotes are a part of the path, so it is not absolute and the line is ignored",
        fix: "write it without quotes, also when there are blanks in it",
        edit: isPlain ? .replaceValue(assignment, (isOptional ? "-" : "") + inner) : nil)
      return
    }
    let isHome = directive.kind == .workingDirectory && path == "~"
    let isRelativeAllowed = assignment.key == "PIDFile" || assignment.key == "TTYPath"
    guard path.hasPrefix("/") || path.hasPrefix("%") || isHome else {
      report.value(
        assignment,
        isRelativeAllowed && assignment.key == "PIDFile"
          ? "'\(path)' is taken as '/run/\(path)'" : "'\(path)' is not absolute, so the line is ignored",
        fix: "write the whole path", severity: isRelativeAllowed ? .note : nil)
      return
    }
    guard assignment.key == "WorkingDirectory", !isOptional, path.hasPrefix("/"), !path.holds("%"),
      unit.value("WorkingDirectory") == assignment, !unit.hasOtherRoot, !unit.isOwnDirectory(path),
      !unit.isConditional(on: path), !path.hasPrefix("/run/")
    else { return }
    let facts = unit.surroundings.file(at: path)
    if facts == nil || facts?.kind != .folder {
      report.value(
        assignment,
        "'\(path)' is \(facts == nil ? "not there" : "no folder"), so the start fails with 200/CHDIR",
        fix: "make it, or write '-\(path)' if it may be missing")
    }
  }

  /// The path in an argument such as `--data=/var/lib/x` that lies where services keep what they write.
  private static func dataPath(in argument: String) -> String? {
    guard let path = argument.argumentPath.map(String.init) else { return nil }
    let isData = ["/var/lib/", "/var/cache/", "/var/log/", "/var/spool/", "/srv/"].contains {
      path.hasPrefix($0)
    }
    guard isData, !path.holds("%"), !path.holds("$"), !path.holds(":"), !path.holds(",") else {
      return nil
    }
    return path
  }

  /// Whether a file is by its name one that programs read: a part of a program, or how it is to run.
  private static func isRead(_ path: String) -> Bool {
    let ends = [
      ".py", ".js", ".mjs", ".rb", ".php", ".pl", ".lua", ".jar", ".war", ".so", ".conf", ".cfg", ".ini",
      ".toml",
      ".yaml", ".yml", ".crt", ".pem", ".key",
    ]
    return ends.contains(where: path.hasSuffix)
  }

  private static func directoryFix(_ path: String) -> String {
    for (key, base) in LintSubject.directories where path.hasPrefix(base + "/") {
      let name = path.dropFirst(base.count + 1).split(separator: "/").first.map(String.init) ?? ""
      if !name.isEmpty { return "set \(key)=\(name)" }
    }
    return "set ReadWritePaths=\(path)"
  }
}
