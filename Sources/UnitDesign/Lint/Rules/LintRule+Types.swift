import UnitFiles

/// How the service tells that it is up.
extension LintRule {
  static let types: [LintRule] = [
    LintRule(
      "L31", .error, "Type=forking does not fit the program",
      why: """
        With Type=forking the start is over when the program's first process ends. One that stays in the foreground \
        never gets there and is killed at the time-out. Without PIDFile= systemd guesses the main process.
        """,
      bad: "[Service]\nType=forking\nExecStart=/usr/bin/server --foreground\n",
      good: "[Service]\nType=exec\nExecStart=/usr/bin/server --foreground\n",
      ignore: "A missing PIDFile= may be ignored for a daemon that has one process."
    ) { unit, report in
      guard unit.isService, unit.serviceType == "forking", let main = unit.main else { return }
      if let flag = main.arguments.first(where: { isForeground($0.text, of: main) }) {
        report.value(
          main.assignment, at: flag.offset, length: flag.text.unicodeScalars.count,
          "the program stays in the foreground, so the start of Type=forking never ends",
          fix: "set Type=exec, or Type=notify if the program can tell that it is ready")
      } else if unit.value("PIDFile") == nil,
        unit.text("GuessMainPID").map({ (try? Boolean.parse($0)) == true }) ?? true,
        let type = unit.value("Type")
      {
        report.value(
          type, "without PIDFile= systemd guesses which process is the main one",
          fix: "set PIDFile=, or run the program in the foreground with Type=exec", severity: .note)
      }
    },
    LintRule(
      "L32", .warning, "The PID file lies in /var/run or /tmp",
      why: """
        /var/run is an old name of /run, at which systemd grumbles. In /tmp any user can put a file in its place, \
        and systemd then watches, and kills, another process.
        """,
      bad: "[Service]\nType=forking\nExecStart=/usr/bin/server --daemonize\nPIDFile=/var/run/server.pid\n",
      good: "[Service]\nType=forking\nExecStart=/usr/bin/server --daemonize\nPIDFile=/run/server.pid\n",
      ignore: "Never.", isAdvice: true
    ) { unit, report in
      guard let file = unit.value("PIDFile") else { return }
      if file.value.hasPrefix("/var/run/") {
        let path = String(file.value.dropFirst("/var".count))
        report.value(
          file, "/var/run is an old name of /run; systemd corrects it and complains at each reload",
          fix: "write '\(path)'", edit: .replaceValue(file, path))
      } else if file.value.hasPrefix("/tmp/") || file.value.hasPrefix("/var/tmp/") {
        report.value(
          file, "every user can put a file there, and systemd then watches another process",
          fix: "use RuntimeDirectory= and a file below it",
          severity: .error)
      }
    },
    LintRule(
      "L33", .error, "The program goes to the background, which the type does not allow",
      why: """
        With Type=simple, exec or notify the process that systemd starts is the service. When it forks and ends, \
        systemd takes the service for finished and kills what it left behind.
        """,
      bad: "[Service]\nType=exec\nExecStart=/usr/bin/server --daemonize\n",
      good: "[Service]\nType=exec\nExecStart=/usr/bin/server\n",
      ignore: "When the option has another meaning for this program."
    ) { unit, report in
      let types = ["simple", "exec", "notify", "notify-reload", "idle"]
      guard unit.isService, types.contains(unit.serviceType), let main = unit.main,
        unit.text("ExitType") != "cgroup", !unit.isOn("RemainAfterExit")
      else { return }
      if main.arguments.contains(where: { isForeground($0.text, of: main) }) { return }
      if let (flag, severity) = backgroundFlag(main, isNotify: unit.isNotify) {
        report.value(
          main.assignment, at: flag.offset, length: flag.text.unicodeScalars.count,
          "'\(flag.text)' \(severity == nil ? "sends" : "often sends") the program to the background: "
            + "systemd takes the service for finished",
          fix: "leave it out", severity: severity)
      } else if main.name == "nginx", !main.arguments.contains(where: { $0.text.holds("daemon off") }),
        !unit.unit.assignments(in: "Service").contains(where: { $0.value.holds("NGINX=") })
      {
        report.value(
          main.assignment,
          "nginx goes to the background unless it is told otherwise: systemd takes the service for finished",
          fix: "add -g 'daemon off;', or set Type=forking and PIDFile=", severity: .warning)
      }
    },
    LintRule(
      "L34", .warning, "WatchdogSec= without a program that answers",
      why: """
        systemd kills a service that does not send WATCHDOG=1 in time. A program that knows nothing of sd_notify \
        does not, and dies again and again.
        """,
      bad: "[Service]\nType=exec\nExecStart=/usr/bin/server\nWatchdogSec=30\n",
      good:
        "[Service]\nType=notify\nExecStart=/usr/bin/upkeep-run -- /usr/bin/server\nWatchdogSec=30\n[X-Upkeep]\nLivenessProbe=tcp://127.0.0.1:8080\n",
      ignore: "When the program sends WATCHDOG=1 though its type is another; say NotifyAccess=main then.",
      isAdvice: true
    ) { unit, report in
      guard unit.isService, let watchdog = unit.value("WatchdogSec"), !unit.isNotify,
        unit.serviceType != "dbus",
        unit.value("NotifyAccess") == nil, !isZero(watchdog.value)
      else { return }
      report.key(
        watchdog,
        unit.serviceType == "oneshot"
          ? "a oneshot service that does not answer is killed when the time is over"
          : "with Type=\(unit.serviceType) nothing says that the program answers; if not, it is killed after \(watchdog.value)",
        fix: "set Type=notify if it does, or start it through upkeep-run, which answers for it")
    },
    LintRule(
      "L35", .error, "The program cannot tell that it is ready",
      why: """
        With Type=notify the start waits for READY=1, which comes through a unix socket that systemd has to accept. \
        Where the one or the other is shut off, the start ends at the time-out.
        """,
      bad: "[Service]\nType=notify\nExecStart=/usr/bin/server\nRestrictAddressFamilies=AF_INET AF_INET6\n",
      good:
        "[Service]\nType=notify\nExecStart=/usr/bin/server\nRestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\n",
      ignore: "Never: the service never becomes active."
    ) { unit, report in
      guard unit.isService, unit.isNotify else { return }
      if let access = unit.value("NotifyAccess"), access.value == "none" {
        report.value(
          access, "systemd takes no message from the program, so the start ends at the time-out",
          fix: "write 'main', or remove the line")
      }
      if let families = unit.shutsOffUnixSockets {
        report.value(
          families, "without AF_UNIX the program cannot send READY=1, so the start ends at the time-out",
          fix: "add AF_UNIX")
      }
    },
  ]

  // MARK: Steps

  static func isZero(_ text: String) -> Bool {
    do throws(ValueError) {
      return try TimeSpan.parse(text) == .zero
    } catch {
      return false
    }
  }

  private static let foregroundFlags: Set<String> = [
    "--foreground", "-foreground", "--no-daemon", "--nodaemon", "--no-daemonize", "--no-fork", "--nofork",
    "--no-detach", "--nodetach", "--no-background", "-DFOREGROUND", "--daemonize=no", "--daemon=no",
  ]

  private static func isForeground(_ flag: String, of command: LintCommand) -> Bool {
    if foregroundFlags.contains(flag) || flag.holds("daemon off") { return true }
    switch command.name {
    case "sshd": return flag == "-D"
    case "httpd", "apache2": return flag == "FOREGROUND"
    default: return false
    }
  }

  private static func backgroundFlag(
    _ command: LintCommand, isNotify: Bool
  ) -> (word: ExecCommand.Word, severity: Finding.Severity?)? {
    let words = command.arguments
    for (index, word) in words.enumerated() {
      switch word.text {
      case "--daemonize":
        if index + 1 < words.count, ["no", "0", "false"].contains(words[index + 1].text) { return nil }
        return (word, nil)
      case "--daemonize=yes", "--background", "--detach", "--fork", "-daemonize": return (word, nil)
      // A program that notifies systemd often stays in the foreground with it, as OpenVPN does.
      case "--daemon", "-daemon": return isNotify ? nil : (word, .note)
      default: continue
      }
    }
    return nil
  }
}

extension LintSubject {
  /// The assignment that keeps the service from unix sockets, nil when it may use them.
  var shutsOffUnixSockets: Assignment? {
    let lines = values("RestrictAddressFamilies")
    guard let first = lines.first, let last = lines.last else { return nil }
    let isDenial = first.value.hasPrefix("~")
    let names = lines.map {
      ($0, ValueWord.all(of: $0.value).map { $0.text.drop { $0 == "~" }.uppercased() })
    }
    let isUnix = { (name: String) in AddressFamily.named(name) == 1 }
    if isDenial {
      return names.first { $0.0.value.hasPrefix("~") && $0.1.contains(where: isUnix) }?.0
    }
    return names.contains { !$0.0.value.hasPrefix("~") && $0.1.contains(where: isUnix) } ? nil : last
  }
}
