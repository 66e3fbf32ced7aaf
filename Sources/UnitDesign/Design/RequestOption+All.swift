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
}
