import UnitFiles

extension PolicyKey {
  /// Every key, in the order of the manual.
  public static let all: [PolicyKey] =
    probeTargets + commonProbeNumbers + ProbeKind.allCases.flatMap(probeNumbers) + commonHTTP + health
    + restarts + timeouts + hooks + process

  // MARK: Probes

  private static let probeTargets: [PolicyKey] = [
    target("StartupProbe", .startup, "Asked until it succeeds once; nothing else probes before."),
    target("ReadinessProbe", .readiness, "READY=1 is sent when it succeeds; may stand several times."),
    target("LivenessProbe", .liveness, "The service is restarted when it fails; may stand several times."),
  ]

  private static let commonProbeNumbers: [PolicyKey] = [
    numbers(
      "ProbeIntervalSec", "TIME", \.interval, "10s", "Time between attempts.", PolicyValue.positiveTime),
    scalar(
      "ProbeStartIntervalSec", "TIME", \.probeStartInterval, default: "200ms",
      "Time between attempts of readiness probes until the first success.", PolicyValue.positiveTime),
    numbers(
      "ProbeTimeoutSec", "TIME", \.timeout, "1s", "How long an attempt may take.", PolicyValue.positiveTime),
    numbers(
      "ProbeInitialDelaySec", "TIME", \.initialDelay, "0",
      "How long after the start the first attempt is made.",
      PolicyValue.time),
    numbers(
      "SuccessThreshold", "COUNT", \.successThreshold, "1", "Successes in a row that make the service ready."
    ) { (text) throws(ValueError) in try PolicyValue.count(text, from: 1) },
    numbers(
      "FailureThreshold", "COUNT", \.failureThreshold, "3", "Failures in a row that flip a verdict."
    ) { (text) throws(ValueError) in try PolicyValue.count(text, from: 1) },
  ]

  private static func probeNumbers(_ kind: ProbeKind) -> [PolicyKey] {
    let prefix = kind.rawValue.capitalizedASCII + "Probe"
    var keys = [
      numbers("IntervalSec", "TIME", \.interval, PolicyValue.positiveTime),
      numbers("TimeoutSec", "TIME", \.timeout, PolicyValue.positiveTime),
      numbers("InitialDelaySec", "TIME", \.initialDelay, PolicyValue.time),
      numbers("FailureThreshold", "COUNT", \.failureThreshold) { (text) throws(ValueError) in
        try PolicyValue.count(text, from: 1)
      },
    ]
    keys += [
      numbers("Method", "METHOD", \.http.method) { (text) throws(ValueError) in
        try PolicyValue.choice(text, HTTPCheck.Method.self)
      },
      numbers("Host", "NAME", \.http.host, HTTPValue.host),
      numbers("Status", "STATUS...", \.http.statuses, HTTPValue.statuses),
      numbers("Body", "PATTERN", \.http.body, HTTPValue.pattern),
    ]
    if kind == .readiness {
      keys.append(
        numbers("SuccessThreshold", "COUNT", \.successThreshold) { (text) throws(ValueError) in
          try PolicyValue.count(text, from: 1)
        })
    }
    return keys

    func numbers<Value: Sendable>(
      _ suffix: String, _ placeholder: String,
      _ path: any WritableKeyPath<Policy.ProbeNumbers, Value?> & Sendable,
      _ parse: @escaping @Sendable (String) throws(ValueError) -> Value
    ) -> PolicyKey {
      PolicyKey(
        name: prefix + suffix, placeholder: placeholder,
        summary: "The same for \(kind.rawValue) probes alone.", defaultText: "", isList: false,
        apply: { (policy, text) throws(ValueError) in
          let value = try parse(text)
          policy.numbers[kind, default: Policy.ProbeNumbers()][keyPath: path] = value
        },
        reset: { policy, _ in policy.numbers[kind]?[keyPath: path] = nil })
    }
  }

  private static let commonHTTP: [PolicyKey] = [
    numbers(
      "ProbeMethod", "METHOD", \.http.method, "GET", "How HTTP probes ask: GET, HEAD, OPTIONS or POST."
    ) { (text) throws(ValueError) in try PolicyValue.choice(text, HTTPCheck.Method.self) },
    numbers(
      "ProbeHost", "NAME", \.http.host, "the URL's own", "The host that HTTP probes ask for, also in TLS.",
      HTTPValue.host),
    numbers(
      "ProbeStatus", "STATUS...", \.http.statuses, "200-399", "The HTTP statuses of a healthy service.",
      HTTPValue.statuses),
    numbers(
      "ProbeBody", "PATTERN", \.http.body, "", "What has to be found in the answer to an HTTP probe.",
      HTTPValue.pattern),
    list(
      "ProbeHeader", "NAME: VALUE", \.http.headers,
      "A line for the head of HTTP probes; may stand several times.", most: HTTPValue.mostHeaders
    ) { (text) throws(ValueError) in [try HTTPValue.header(text)] },
    scalar(
      "ProbeCertificateAuthority", "PATH", \.http.certificateAuthority, default: "the system's",
      "The authorities that https probes trust, in PEM."
    ) { (text) throws(ValueError) in try PolicyValue.absolutePath(text) },
    scalar(
      "ProbeClientCertificate", "CREDENTIAL", \.http.clientCertificate, default: "",
      "The credential with the certificate that https probes show."
    ) { (text) throws(ValueError) in try HTTPValue.credential(text) },
    scalar(
      "ProbeClientKey", "CREDENTIAL", \.http.clientKey, default: "the client certificate's own file",
      "The credential with the key of that certificate."
    ) { (text) throws(ValueError) in try HTTPValue.credential(text) },
    scalar(
      "ProbeInsecure", "BOOLEAN", \.http.isInsecure, default: "no",
      "Whether https probes take any certificate.", Boolean.parse),
  ]

  // MARK: Health

  private static let health: [PolicyKey] = [
    scalar(
      "ProbeAdaptive", "BOOLEAN", \.probesAdapt, default: "no",
      "Whether probes are made more often after a doubt, and less after long health.", Boolean.parse),
    scalar(
      "HeartbeatSec", "TIME", \.heartbeat, default: "30s",
      "The longest time between heartbeats; alone, it wants WATCHDOG=1 from the service."
    ) { (text) throws(ValueError) in try PolicyValue.heartbeat(text) },
    scalar(
      "SoftWatchdog", "BOOLEAN", \.softWatchdog, default: "no",
      "Whether a service without heartbeat is examined before it is ended.", Boolean.parse),
    scalar(
      "OnUnready", "none|restart|command ...", \.onUnready, default: "none",
      "What is done when the service was ready and no longer is."
    ) { (text) throws(ValueError) in try PolicyValue.unreadyReaction(text) },
  ]

  private static func target(_ name: String, _ kind: ProbeKind, _ summary: String) -> PolicyKey {
    PolicyKey(
      name: name, placeholder: "PROBE", summary: summary, defaultText: "", isList: true,
      apply: { (policy, text) throws(ValueError) in
        let target = try ProbeTarget.parse(text)
        guard target != .notify || kind == .readiness else {
          throw ValueError(message: "\"notify\" can only be a ReadinessProbe: READY=1 comes once")
        }
        guard policy.targets[kind, default: []].count < mostProbes else {
          throw ValueError(message: "more than \(mostProbes) probes of one kind")
        }
        policy.targets[kind, default: []].append(target)
      },
      reset: { policy, _ in policy.targets[kind] = nil })
  }

  /// How many probes of one kind a service may have.
  static let mostProbes = 16

  private static func numbers<Value: Sendable>(
    _ name: String, _ placeholder: String,
    _ path: any WritableKeyPath<Policy.ProbeNumbers, Value?> & Sendable,
    _ defaultText: String, _ summary: String,
    _ parse: @escaping @Sendable (String) throws(ValueError) -> Value
  ) -> PolicyKey {
    PolicyKey(
      name: name, placeholder: placeholder, summary: summary, defaultText: defaultText, isList: false,
      apply: { (policy, text) throws(ValueError) in
        let value = try parse(text)
        policy.commonNumbers[keyPath: path] = value
      },
      reset: { policy, _ in policy.commonNumbers[keyPath: path] = nil })
  }

  // MARK: Restarts

  private static let restarts: [PolicyKey] = [
    scalar(
      "Restart", "no|on-failure|always|...", \.restart, default: "the unit's own Restart=, else on-failure",
      "Which ends of the command are followed by a restart."
    ) { (text) throws(ValueError) in try PolicyValue.choice(text, Policy.Restart.self) },
    statuses(
      "SuccessExitStatus", \.successExitStatus, "Ends that count as clean besides 0 and SIGTERM and the like."
    ),
    statuses("RestartPreventExitStatus", \.restartPreventExitStatus, "Ends after which no restart is made."),
    statuses(
      "RestartForceExitStatus", \.restartForceExitStatus, "Ends after which a restart is always made."),
    scalar(
      "RestartFirstDelaySec", "TIME", \.backOff.first, default: "0", "The wait before the first restart.",
      PolicyValue.time),
    scalar(
      "RestartDelaySec", "TIME", \.backOff.delay, default: "2s", "The wait before the second restart.",
      PolicyValue.time),
    scalar(
      "RestartDelayFactor", "NUMBER", \.backOff.factor, default: "2",
      "What each further wait is multiplied by.", PolicyValue.factor),
    scalar(
      "RestartDelayMaxSec", "TIME", \.backOff.longestWait, default: "30s, or RestartDelaySec= if longer",
      "The longest wait."
    ) { (text) throws(ValueError) in try PolicyValue.time(text) },
    scalar(
      "RestartJitter", "PERCENT", \.backOff.jitter, default: "0%",
      "How far a wait may differ from its value by chance.", PolicyValue.percentage),
    scalar(
      "RestartLimit", "COUNT", \.backOff.limit, default: "10",
      "Restarts within RestartLimitIntervalSec before OnRestartLimit applies; 0 for no limit."
    ) { (text) throws(ValueError) in try PolicyValue.count(text, from: 0) },
    scalar(
      "RestartLimitIntervalSec", "TIME|infinity", \.backOff.limitInterval, default: "10min",
      "The window in which restarts are counted.", PolicyValue.timeOrInfinity),
    scalar(
      "RestartHealthySec", "TIME", \.backOff.healthyReset, default: "1min",
      "How long the service has to be healthy until earlier restarts are forgotten.", PolicyValue.time),
    scalar(
      "OnRestartLimit", "fail|retry-slowly", \.onRestartLimit, default: "fail",
      "At the limit: exit with a failure for systemd to see, or go on with long waits."
    ) { (text) throws(ValueError) in try PolicyValue.choice(text, Policy.LimitReaction.self) },
    scalar(
      "RestartSlowSec", "TIME", \.restartSlow, default: "5min", "The wait of retry-slowly.",
      PolicyValue.positiveTime),
  ]

  private static func statuses(
    _ name: String, _ path: any WritableKeyPath<Policy, ExitStatusSet> & Sendable, _ summary: String
  ) -> PolicyKey {
    scalar(
      name, "STATUS...", path, default: "the unit's own \(name)=", summary
    ) { (text) throws(ValueError) in try ExitStatusSet.parse(text) }
  }

  // MARK: Time-outs and signals

  private static let timeouts: [PolicyKey] = [
    scalar(
      "TimeoutStartSec", "TIME|infinity", \.startTimeout,
      default: "systemd's TimeoutStartSec=, after what the startup probes allow",
      "How long an instance may take to become ready before it is replaced.", PolicyValue.timeout),
    scalar(
      "TimeoutStopSec", "TIME|infinity", \.stopTimeout, default: "the unit's TimeoutStopSec=, else 90s",
      "How long the service may take to stop before all of it is killed.", PolicyValue.timeout),
    scalar(
      "TimeoutAbortSec", "TIME|infinity", \.abortTimeout, default: "the unit's TimeoutAbortSec=, else 10s",
      "The same for an instance that is being replaced because it is unhealthy.", PolicyValue.timeOrInfinity),
    scalar(
      "KillSignal", "SIGNAL", \.killSignal, default: "the unit's KillSignal=, else SIGTERM",
      "The signal that asks the service to stop."
    ) { (text) throws(ValueError) in try SignalName.number(of: text) },
    scalar(
      "ReloadSignal", "SIGNAL", \.reloadSignal, default: "none",
      "The signal that a reload passes on to the service."
    ) { (text) throws(ValueError) in try SignalName.number(of: text) },
  ]

  // MARK: Commands at moments of the service's life

  private static let hooks: [PolicyKey] = [
    list(
      "OnStart", "COMMAND", \.hooks[.start], "Run before each instance, which is not started if it fails.",
      most: HookCommand.mostOfAMoment, hook),
    list(
      "OnReady", "COMMAND", \.hooks[.ready], "Run when an instance has become ready.",
      most: HookCommand.mostOfAMoment, hook),
    list(
      "OnStop", "COMMAND", \.hooks[.stop], "Run before a running service is asked to stop.",
      most: HookCommand.mostOfAMoment, hook),
    list(
      "OnUnhealthy", "COMMAND", \.hooks[.unhealthy], "Run when the service was found unhealthy.",
      most: HookCommand.mostOfAMoment, hook),
    list(
      "OnRecovered", "COMMAND", \.hooks[.recovered],
      "Run when the service is ready again after it was found unhealthy.",
      most: HookCommand.mostOfAMoment, hook),
    list(
      "OnFailed", "COMMAND", \.hooks[.failed], "Run when the service is given up.",
      most: HookCommand.mostOfAMoment, hook),
    scalar(
      "HookTimeoutSec", "TIME", \.hooks.timeout, default: "10s", "How long each of these commands may take.",
      PolicyValue.positiveTime),
  ]

  private static let hook: @Sendable (String) throws(ValueError) -> [HookCommand] = {
    (text) throws(ValueError) in [try HookCommand.parse(text)]
  }

  // MARK: The process

  private static let process: [PolicyKey] = [
    scalar("User", "USER", \.user, default: "", "The user to run the command as.") {
      (text) throws(ValueError) in try PolicyValue.name(text)
    },
    scalar("Group", "GROUP", \.group, default: "the user's own", "The group to run the command as.") {
      (text) throws(ValueError) in try PolicyValue.name(text)
    },
    list(
      "SupplementaryGroups", "GROUP...", \.supplementaryGroups, "Further groups of the command.",
      PolicyValue.names),
    scalar("WorkingDirectory", "PATH|~", \.workingDirectory, default: "", "The folder to run the command in.")
    {
      (text) throws(ValueError) in try PolicyValue.folder(text)
    },
    scalar("UMask", "MODE", \.umask, default: "", "The mask for new files.") {
      (text) throws(ValueError) in try PolicyValue.umask(text)
    },
    list(
      "Limit", "NAME=SOFT[:HARD]", \.limits,
      "A resource limit, such as nofile=4096:8192; may stand several times."
    ) { (text) throws(ValueError) in [try ResourceLimit.parse(text)] },
    list(
      "Environment", "NAME=VALUE...", \.environment, "Variables to set."
    ) { (text) throws(ValueError) in
      try EnvironmentAssignment.parse(text, specifiers: nil).map(\.description)
    },
    scalar(
      "NoNewPrivileges", "BOOLEAN", \.noNewPrivileges, default: "no",
      "Whether the command may never gain privileges.", Boolean.parse),
  ]
}

extension String {
  /// The text with its first letter in upper case; the text is ASCII.
  fileprivate var capitalizedASCII: String { prefix(1).uppercased() + dropFirst() }
}
