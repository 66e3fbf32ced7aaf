import UnitFiles

extension RequestOption {
  /// Every option, in the order of the manual.
  public static let all: [RequestOption] =
    service + readiness + restarts + stopping + activation + identity + folders + limits + sandbox + order
    + target

  // MARK: The service

  private static let service: [RequestOption] = [
    RequestOption(
      "name", "NAME", .service, "Name of the unit; ends in @ for a template. [the program's name]"
    ) { (request, value) throws(ValueError) in request.name = try RequestValue.unitName(value) },
    RequestOption(
      "exec", "COMMAND", .service, "Command line, quoted as in a unit file; $ and % are themselves."
    ) { (request, value) throws(ValueError) in request.command = try RequestValue.command(value) },
    RequestOption(
      "exec-raw", "COMMAND", .service, "The same with variables, specifiers and prefixes as in ExecStart=."
    ) { (request, value) throws(ValueError) in request.command = try RequestValue.rawCommand(value) },
    RequestOption(
      "description", "TEXT", .service, .unit, "Description", "What the service is. [NAME]",
      RequestValue.line),
    RequestOption(
      "documentation", "URI", .service, .unit, "Documentation", repeatable: true, joined: true,
      "Where it is documented: http://, https://, file:/, info: or man:."
    ) { (value, _) throws(ValueError) in try UnitValue.documentation([value]) },
    RequestOption(
      "type", "TYPE", .service,
      "simple, exec, notify, notify-reload, forking or oneshot. [what the program can do]"
    ) { (request, value) throws(ValueError) in
      request.type = try RequestValue.choice(value, ServiceRequest.ServiceType.self)
    },
    RequestOption(
      "wrapper", "yes|no|auto", .service, "Whether upkeep-run becomes the main process. [auto]"
    ) { (request, value) throws(ValueError) in
      request.wrapper = try RequestValue.choice(value, ServiceRequest.Wrapper.self)
    },
    RequestOption(
      "wrapper-path", "PATH", .service, "Where upkeep-run is on the target. [beside upkeep]"
    ) { (request, value) throws(ValueError) in request.wrapperPath = try UnitValue.path(value) },
  ]

  // MARK: Readiness and restarts

  private static let readiness: [RequestOption] =
    [
      probe("ready", "ReadinessProbe", "The service is ready when this succeeds."),
      probe("alive", "LivenessProbe", "The service is restarted when this fails. [with --watchdog: --ready]"),
      probe("started", "StartupProbe", "Nothing else is asked before this has succeeded once."),
      RequestOption(
        "watchdog", "TIME", .readiness, "WatchdogSec=: systemd ends a service that stays silent for so long."
      ) { (request, value) throws(ValueError) in request.watchdog = try RequestValue.positiveTime(value) },
    ] + PolicyOptions.probes

  private static func probe(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(name, "PROBE", .readiness, repeatable: true, summary) {
      (request, value) throws(ValueError) in
      try PolicyOptions.add(key, value, option: name, to: &request)
    }
  }

  private static let restarts: [RequestOption] =
    [
      RequestOption(
        "restart", "no|on-failure|always|...", .restarts, "Restart=, with all of its words. [on-failure]"
      ) { (request, value) throws(ValueError) in request.restart = try RequestValue.restart(value) },
      RequestOption(
        "restart-sec", "TIME", .restarts, "RestartSec=: the wait before a restart. [2s, growing to 30s]"
      ) { (request, value) throws(ValueError) in request.restartDelay = try RequestValue.time(value) },
      RequestOption(
        "restart-max", "TIME", .restarts, "The wait grows up to this."
      ) { (request, value) throws(ValueError) in
        request.restartDelayMaximum = try RequestValue.positiveTime(value)
      },
      RequestOption(
        "start-limit", "COUNT/TIME", .restarts, "Give up after so many starts within a time; 0 for never."
      ) { (request, value) throws(ValueError) in request.startLimit = try RequestValue.startLimit(value) },
      RequestOption(
        "on-failure", "UNIT", .restarts, .unit, "OnFailure", repeatable: true, joined: true,
        "A unit to start when this one has failed for good.", RequestValue.unit),
      RequestOption(
        "on-success", "UNIT", .restarts, .unit, "OnSuccess", repeatable: true, joined: true,
        "A unit to start when this one has ended well.", RequestValue.unit),
      RequestOption(
        "success-exit-status", "STATUS", .restarts, .service, "SuccessExitStatus", repeatable: true,
        joined: true, "A further exit status or signal that means a good end.", RequestValue.exitStatus),
    ] + PolicyOptions.restarts

  private static let stopping: [RequestOption] = [
    time("timeout-start", "TimeoutStartSec", .stopping, "How long the start may take. [the manager's, 90s]"),
    time("timeout-stop", "TimeoutStopSec", .stopping, "How long the stop may take. [the manager's, 90s]"),
    RequestOption(
      "stop-signal", "SIGNAL", .stopping, .service, "KillSignal",
      "The signal that asks it to stop. [SIGTERM]",
      RequestValue.signal),
    RequestOption(
      "kill-mode", "MODE", .stopping, .service, "KillMode", "control-group, mixed or process. [control-group]"
    ) { (value, _) throws(ValueError) in
      try RequestValue.oneOf(value, ["control-group", "mixed", "process"])
    },
    RequestOption(
      "reload-signal", "SIGNAL", .stopping, "The signal by which it reads its configuration anew."
    ) {
      (request, value) throws(ValueError) in request.reloadSignal = try RequestValue.signal(value, .literal)
    },
    command("reload-exec", "ExecReload", "A command for a reload."),
    command("exec-pre", "ExecStartPre", "A command that runs before it."),
    command("exec-post", "ExecStartPost", "A command that runs once it has started."),
    command("exec-stop", "ExecStop", "A command that stops it, before the signal."),
    command("exec-stop-post", "ExecStopPost", "A command that runs after it has ended."),
  ]

  private static func time(_ name: String, _ key: String, _ group: Group, _ summary: String) -> RequestOption
  {
    RequestOption(name, "TIME|infinity", group, .service, key, summary) { (value, _) throws(ValueError) in
      try RequestValue.time(value)
    }
  }

  private static func command(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(name, "COMMAND", .stopping, .service, key, repeatable: true, summary) {
      (value, percent) throws(ValueError) in try RequestValue.commandLine(value, percent)
    }
  }

  // MARK: Activation

  private static let activation: [RequestOption] = [
    RequestOption(
      "listen", "ADDRESS", .activation, repeatable: true,
      "systemd listens here and hands the socket over: PORT, ADDRESS:PORT, /PATH, udp:..."
    ) { (request, value) throws(ValueError) in request.listen.append(try ListenAddress.parse(value)) },
    RequestOption("socket-mode", "MODE", .activation, "Permission bits of unix sockets. [0666]") {
      (request, value) throws(ValueError) in
      request.values["SocketMode", default: []].append(try RequestValue.mode(value))
    },
    RequestOption("socket-user", "USER", .activation, "Owner of unix sockets. [root]") {
      (request, value) throws(ValueError) in
      request.values["SocketUser", default: []].append(try RequestValue.userName(value))
    },
    RequestOption("socket-group", "GROUP", .activation, "Group of unix sockets. [root]") {
      (request, value) throws(ValueError) in
      request.values["SocketGroup", default: []].append(try RequestValue.userName(value))
    },
    RequestOption(
      "schedule", "CALENDAR", .activation, repeatable: true,
      "Make it a task of a timer that starts it at these times, such as daily or 'Mon 04:00'."
    ) { (request, value) throws(ValueError) in request.schedule.append(try CalendarEvent.check(value)) },
    RequestOption("every", "TIME", .activation, "Make it a task of a timer that starts it so often.") {
      (request, value) throws(ValueError) in request.every = try RequestValue.positiveTime(value)
    },
    RequestOption("randomized-delay", "TIME", .activation, "Spread the task's starts over so long. [0]") {
      (request, value) throws(ValueError) in
      request.values["RandomizedDelaySec", default: []].append(try RequestValue.time(value))
    },
    RequestOption("accuracy", "TIME", .activation, "How exactly the timer goes off. [1min]") {
      (request, value) throws(ValueError) in
      request.values["AccuracySec", default: []].append(try RequestValue.positiveTime(value))
    },
    RequestOption(
      "persistent", "yes|no", .activation, "Make up for a start that was missed while it was off. [yes]"
    ) { (request, value) throws(ValueError) in
      request.values["Persistent", default: []].append(UnitValue.boolean(try Boolean.parse(value)))
    },
  ]

  // MARK: Identity, folders and limits

  private static let identity: [RequestOption] = [
    RequestOption("user", "USER", .identity, "The user it runs as. [one that systemd makes up]") {
      (request, value) throws(ValueError) in request.user = try RequestValue.userName(value)
    },
    RequestOption("group", "GROUP", .identity, .service, "Group", "Its group. [the user's]") {
      (value, _) throws(ValueError) in try RequestValue.userName(value)
    },
    RequestOption(
      "supplementary-groups", "GROUP", .identity, .service, "SupplementaryGroups", repeatable: true,
      joined: true, "Further groups."
    ) { (value, _) throws(ValueError) in try RequestValue.userName(value) },
    RequestOption("sysusers", "yes|no", .identity, "Whether a sysusers.d file makes the user. [yes]") {
      (request, value) throws(ValueError) in
      request.values["sysusers", default: []].append(UnitValue.boolean(try Boolean.parse(value)))
    },
    RequestOption(
      "environment", "NAME=VALUE", .identity, .service, "Environment", repeatable: true, "A variable.",
      RequestValue.environment),
    RequestOption(
      "environment-file", "PATH", .identity, .service, "EnvironmentFile", repeatable: true,
      "A file of variables; with - before it, it may be missing."
    ) { (value, percent) throws(ValueError) in
      let isOptional = value.hasPrefix("-")
      return try UnitValue.environmentFile(
        isOptional ? String(value.dropFirst()) : value, optional: isOptional, percent: percent)
    },
    RequestOption(
      "credential", "ID=PATH", .identity, .service, "LoadCredential", repeatable: true,
      "A secret file, which it finds as $CREDENTIALS_DIRECTORY/ID.", RequestValue.credential),
    RequestOption(
      "encrypted-credential", "ID=PATH", .identity, .service, "LoadCredentialEncrypted", repeatable: true,
      "The same for a file made by systemd-creds(1).", RequestValue.credential),
    RequestOption(
      "working-directory", "PATH", .identity, .service, "WorkingDirectory", "The folder it runs in. [/]"
    ) { (value, percent) throws(ValueError) in try UnitValue.path(value, percent: percent) },
  ]

  private static let folders: [RequestOption] = [
    folder("state-directory", "StateDirectory", "/var/lib"),
    folder("cache-directory", "CacheDirectory", "/var/cache"),
    folder("logs-directory", "LogsDirectory", "/var/log"),
    folder("runtime-directory", "RuntimeDirectory", "/run"),
    folder("configuration-directory", "ConfigurationDirectory", "/etc"),
    RequestOption(
      "shared-directory", "PATH[:MODE[:USER[:GROUP]]]", .folders, repeatable: true,
      "A folder shared with other units: tmpfiles.d makes it, and the service may write it."
    ) { (request, value) throws(ValueError) in
      request.sharedFolders.append(try RequestValue.sharedFolder(value))
    },
  ]

  private static func folder(_ name: String, _ key: String, _ base: String) -> RequestOption {
    RequestOption(
      name, "NAME", .folders, .service, key, repeatable: true, joined: true,
      "A folder of its own below \(base)."
    ) { (value, percent) throws(ValueError) in try UnitValue.directories([value], percent: percent) }
  }

  private static let limits: [RequestOption] = [
    RequestOption(
      "limit", "NAME=SOFT[:HARD]", .limits, repeatable: true, "A resource limit, such as nofile=4096:8192."
    ) { (request, value) throws(ValueError) in request.limits.append(try RequestValue.limit(value)) },
    size("memory-max", "MemoryMax", "The memory that it and its processes may use, such as 512M or 20%."),
    size("memory-high", "MemoryHigh", "The memory from which it is slowed down."),
    RequestOption(
      "tasks-max", "COUNT", .limits, .service, "TasksMax", "How many processes and threads it may have."
    ) { (value, _) throws(ValueError) in try RequestValue.tasks(value) },
    RequestOption(
      "cpu-quota", "PERCENT", .limits, .service, "CPUQuota", "CPU time, such as 150% for one and a half CPUs."
    ) { (value, _) throws(ValueError) in try RequestValue.quota(value) },
    RequestOption("nice", "LEVEL", .limits, .service, "Nice", "Its nice level, from -20 to 19.") {
      (value, _) throws(ValueError) in try RequestValue.integer(value, in: -20...19)
    },
    RequestOption(
      "oom-score-adjust", "NUMBER", .limits, .service, "OOMScoreAdjust",
      "From -1000 (never killed for memory) to 1000 (first)."
    ) { (value, _) throws(ValueError) in try RequestValue.integer(value, in: -1000...1000) },
  ]

  private static func size(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(name, "SIZE", .limits, .service, key, summary) { (value, _) throws(ValueError) in
      try RequestValue.sizeOrPercent(value)
    }
  }

  // MARK: Sandbox, order and target

  private static let sandbox: [RequestOption] = [
    RequestOption("profile", "strict|standard|off", .sandbox, "How tight the sandbox is. [strict]") {
      (request, value) throws(ValueError) in
      request.profile = try RequestValue.choice(value, SandboxProfile.self)
    },
    RequestOption(
      "runtime", "KIND", .sandbox, repeatable: true, "What the program is made with. [found from its file]"
    ) { (request, value) throws(ValueError) in try RequestValue.runtime(value, &request) },
    RequestOption(
      "allow", "NEED,...", .sandbox, repeatable: true, "What it needs beyond the sandbox; see below."
    ) { (request, value) throws(ValueError) in
      for word in value.split(separator: ",", omittingEmptySubsequences: false) {
        request.needs.append(try Need.parse(String(word)))
      }
    },
    RequestOption(
      "network", "any|localhost|none", .sandbox, "What it may reach. [any; none with --listen]"
    ) { (request, value) throws(ValueError) in
      request.network = try RequestValue.choice(value, ServiceRequest.Network.self)
    },
  ]

  private static let order: [RequestOption] = [
    relation("after", "After", "Start after this unit."),
    relation("before", "Before", "Start before this unit."),
    relation("requires", "Requires", "Start this unit first, and fail without it."),
    relation("wants", "Wants", "Start this unit too."),
    relation("part-of", "PartOf", "Stop and restart with this unit."),
    RequestOption(
      "wanted-by", "UNIT", .order, .install, "WantedBy", repeatable: true, joined: true,
      "What starts it once it is enabled. [multi-user.target]", RequestValue.unit),
    RequestOption(
      "alias", "UNIT", .order, .install, "Alias", repeatable: true, joined: true, "A further name.",
      RequestValue.unit),
    RequestOption("preset", "enable|disable", .order, "A preset file for packages.") {
      (request, value) throws(ValueError) in
      request.preset = try RequestValue.oneOf(value, ["enable", "disable"])
    },
  ]

  private static func relation(_ name: String, _ key: String, _ summary: String) -> RequestOption {
    RequestOption(
      name, "UNIT", .order, .unit, key, repeatable: true, joined: true, summary, RequestValue.unit)
  }

  private static let target: [RequestOption] = [
    RequestOption("systemd", "VERSION|auto", .output, "systemd's version on the target. [this machine's]") {
      (request, value) throws(ValueError) in
      if value != "auto" { request.version = try RequestValue.version(value) }
    },
    RequestOption("scope", "system|user", .output, "Which manager runs it. [system]") {
      (request, value) throws(ValueError) in
      request.scope = try RequestValue.choice(value, ServiceRequest.Scope.self)
    },
    RequestOption(
      "drop-in", "UNIT", .output, "Make a drop-in for this unit, with the sandbox and what else is asked."
    ) { (request, value) throws(ValueError) in
      request.dropIn = try RequestValue.serviceName(value)
    },
    RequestOption(
      "specifiers", "yes|no", .output, "Whether % begins a specifier in values. [in templates]"
    ) { (request, value) throws(ValueError) in request.specifiers = try Boolean.parse(value) },
  ]
}
