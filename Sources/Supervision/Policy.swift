public import UnitFiles

/// Everything Upkeep needs to know about how one service is kept up, from `[X-Upkeep]` and flags.
public struct Policy: Sendable, Hashable {
  /// When an instance is followed by another; the words and their meaning are those of systemd.service(5).
  public enum Restart: String, Sendable, Hashable, CaseIterable {
    /// Never; the service ends with its instance.
    case no
    /// After a clean end.
    case onSuccess = "on-success"
    /// After anything but a clean end.
    case onFailure = "on-failure"
    /// After a signal that is not clean, and when it was found unhealthy.
    case onAbnormal = "on-abnormal"
    /// When it was found unhealthy.
    case onWatchdog = "on-watchdog"
    /// After a signal that is not clean.
    case onAbort = "on-abort"
    /// After every end.
    case always
  }

  /// What happens when the restart limit is reached.
  public enum LimitReaction: String, Sendable, Hashable, CaseIterable {
    /// Exit with a failure, so that systemd's own Restart=, start limit and OnFailure= apply.
    case fail
    /// Go on, with long waits.
    case retrySlowly = "retry-slowly"
  }

  /// What is done when the service was ready and no longer is.
  public enum UnreadyReaction: Sendable, Hashable {
    /// Nothing: it may recover.
    case none
    /// It is replaced, as if a liveness probe had failed.
    case restart
    /// This command is run; the first word is an absolute path, no shell is involved.
    case command([[UInt8]])
  }

  /// What all probes share unless a kind has its own.
  public struct ProbeNumbers: Sendable, Hashable {
    var interval: Duration?
    var timeout: Duration?
    var initialDelay: Duration?
    var successThreshold: Int?
    var failureThreshold: Int?
    var http = HTTPCheck.Part()
  }

  // MARK: Probes

  /// How long a service may take from one heartbeat to the next if nothing else is said.
  public static let standardHeartbeat: Duration = .seconds(30)

  /// What each kind of probe asks, in the order written.
  public var targets: [ProbeKind: [ProbeTarget]] = [:]
  var commonNumbers = ProbeNumbers()
  var numbers: [ProbeKind: ProbeNumbers] = [:]
  /// The interval of readiness probes until they first succeed.
  public var probeStartInterval: Duration = .milliseconds(200)
  /// How long a service may take from one heartbeat to the next; nil for ``standardHeartbeat``, and then only if a
  /// probe listens to heartbeats.
  public var heartbeat: Duration?
  /// What all HTTP probes share: headers and whom to trust. The rest is in ``commonNumbers``.
  var http = HTTPCheck()

  /// Whether readiness and liveness probes follow what they find: more often after a doubt, less after long health.
  public var probesAdapt = false
  /// What is done when the service was ready and no longer is.
  public var onUnready = UnreadyReaction.none
  /// Whether what can be found out about an instance without heartbeat is written down before it is ended.
  public var softWatchdog = false

  // MARK: Restarts

  /// When an instance is followed by another.
  public var restart: Restart = .onFailure
  /// The waits between instances and their limit.
  public var backOff = BackOff.Settings()
  /// What happens at the limit.
  public var onRestartLimit: LimitReaction = .fail
  /// The wait between attempts once the limit is reached and `retry-slowly` is set.
  public var restartSlow: Duration = .seconds(300)
  /// Ends that count as clean besides exit 0 and SIGTERM, SIGINT, SIGHUP, SIGPIPE.
  public var successExitStatus = ExitStatusSet()
  /// Ends after which no restart is made.
  public var restartPreventExitStatus = ExitStatusSet()
  /// Ends after which a restart is always made.
  public var restartForceExitStatus = ExitStatusSet()

  // MARK: Repairs

  /// What is done about what goes wrong, in the order written.
  public var repairs: [RepairRule] = []

  // MARK: Time-outs and signals

  /// How long an instance may take to become ready before it is replaced; nil if nothing but systemd limits it.
  public var startTimeout: Duration?
  /// The same for instances after the first, which systemd's own start time-out does not cover.
  public var restartStartTimeout: Duration?
  /// How long the service may take to stop before it is killed; nil for ever.
  public var stopTimeout: Duration? = .seconds(90) { didSet { stopTimeoutIsGiven = true } }
  /// Whether the unit or the policy says how long the service may take to stop.
  public private(set) var stopTimeoutIsGiven = false
  /// How long an instance that was judged beyond hope may take to end before it is killed; nil for ever.
  public var abortTimeout: Duration? = .seconds(10)
  /// The signal that asks the service to stop.
  public var killSignal: Int32 = 15
  /// The signal that a reload passes on to the service after the policy was read anew; nil for none.
  public var reloadSignal: Int32?

  // MARK: Commands

  /// What is run at which moment of the service's life.
  public var hooks = Hooks()

  // MARK: The process

  /// The user to run as, by name or number; nil to stay who we are.
  public var user: String?
  /// The group to run as, by name or number; nil for the user's own.
  public var group: String?
  /// Further groups.
  public var supplementaryGroups: [String] = []
  /// The folder to run in, `~` for the user's own, with `-` before it if it may be missing; nil to stay where we are.
  public var workingDirectory: String?
  /// The mask for new files; nil to keep ours.
  public var umask: UInt32?
  /// Resource limits to set.
  public var limits: [ResourceLimit] = []
  /// Variables to set, as `NAME=value`.
  public var environment: [String] = []
  /// Whether the process may never gain privileges by executing a file.
  public var noNewPrivileges = false

  /// The defaults.
  public init() {}

  // MARK: Answers

  /// All probes with their numbers: startup, readiness, liveness.
  public var probes: [ProbeSettings] {
    let targets = listensTo
    return ProbeKind.allCases.flatMap { kind in
      (targets[kind] ?? []).map { target in
        var settings = ProbeSettings(kind: kind, target: target, startInterval: probeStartInterval)
        settings.http = http
        // What a startup probe allows is promised to systemd in advance.
        settings.isAdaptive = probesAdapt && kind != .startup && !target.isHeartbeat
        for source in [commonNumbers, numbers[kind] ?? ProbeNumbers()] {
          settings.interval = source.interval ?? settings.interval
          settings.timeout = source.timeout ?? settings.timeout
          settings.initialDelay = source.initialDelay ?? settings.initialDelay
          settings.successThreshold = source.successThreshold ?? settings.successThreshold
          settings.failureThreshold = source.failureThreshold ?? settings.failureThreshold
          settings.http.take(source.http)
        }
        // As in the kubelet, one success is enough for anything but readiness.
        if kind != .readiness { settings.successThreshold = 1 }
        return target.isHeartbeat ? settings.listening(within: heartbeat ?? Self.standardHeartbeat) : settings
      }
    }
  }

  /// What the probes ask or listen to: as written, and the service's own WATCHDOG=1 if heartbeats are wanted and
  /// nobody says where they come from.
  private var listensTo: [ProbeKind: [ProbeTarget]] {
    guard heartbeat != nil, !targets.values.contains(where: { $0.contains(where: \.isHeartbeat) }) else {
      return targets
    }
    return targets.merging([.liveness: [.heartbeat(.notify)]]) { $0 + $1 }
  }

  /// How often the service has to send WATCHDOG=1 because a probe listens to that; nil if none does.
  public var ownHeartbeat: Duration? {
    let listens = listensTo.values.contains { $0.contains(.heartbeat(.notify)) }
    return listens ? heartbeat ?? Self.standardHeartbeat : nil
  }

  /// The longest time an instance has until it must be ready; nil if nothing of ours limits it.
  ///
  /// Startup probes judge by themselves, and an instance that they let pass may still wait for its readiness.
  ///
  /// - Parameter isFirst: whether systemd is still waiting for the unit to become active.
  /// - Returns: `TimeoutStartSec=` of the policy, else systemd's own for instances after the first, and what the
  ///   startup probes allow before.
  public func startAllowance(isFirst: Bool) -> Duration? {
    if let startTimeout { return startTimeout }
    return isFirst ? nil : restartStartTimeout.map { $0 + (startupBudget ?? .zero) }
  }

  /// How long systemd has to be asked to wait for an instance; nil if its own start time-out is all there is.
  var startExtension: Duration? {
    startTimeout ?? startupBudget.map { $0 + (restartStartTimeout ?? .zero) }
  }

  private var startupBudget: Duration? { probes.filter { $0.kind == .startup }.map(\.startBudget).max() }

  /// How long a service may have been broken before its probes of a kind say so; zero without such probes.
  func detectionTime(of kind: ProbeKind) -> Duration {
    probes.filter { $0.kind == kind }.map(\.detectionTime).max() ?? .zero
  }

  /// Whether an end by itself counts as clean.
  public func isClean(_ cause: ExitCause) -> Bool {
    switch cause {
    case .exited(let code): code == 0 || successExitStatus.contains(code: code)
    case .signaled(let number, _, _):
      // SIGHUP, SIGINT, SIGPIPE, SIGTERM: systemd.service(5), "clean signals".
      [1, 2, 13, 15].contains(number) || successExitStatus.contains(signal: number)
    }
  }

  /// Whether an instance that ended by itself is followed by another, in systemd's order of precedence.
  public func restarts(after cause: ExitCause) -> Bool {
    if restartPreventExitStatus.contains(cause) { return false }
    if restartForceExitStatus.contains(cause) { return true }
    let isSignal = if case .signaled = cause { true } else { false }
    return switch restart {
    case .no, .onWatchdog: false
    case .onSuccess: isClean(cause)
    case .onFailure: !isClean(cause)
    case .onAbnormal, .onAbort: isSignal && !isClean(cause)
    case .always: true
    }
  }

  /// Whether an instance that was found unhealthy, or could not be started, is followed by another.
  public var restartsUnhealthy: Bool {
    switch restart {
    case .no, .onSuccess, .onAbort: false
    case .onFailure, .onAbnormal, .onWatchdog, .always: true
    }
  }
}

extension ExitStatusSet {
  fileprivate func contains(_ cause: ExitCause) -> Bool {
    switch cause {
    case .exited(let code): contains(code: code)
    case .signaled(let number, _, _): contains(signal: number)
    }
  }
}
