import UnitFiles

/// The life of one service: a pure machine that takes in what happens and answers with what has to be done.
///
/// ``LifecycleMove/of(_:_:hasMain:)`` is its table. Time and chance come in as values.
public struct Lifecycle: Sendable {
  /// What comes after the instance that is being ended.
  enum Plan: Sendable, Hashable {
    /// Another instance, if the restart limit allows it.
    case restart(EndReason)
    /// Nothing: the policy wants no restart.
    case over(EndReason)
  }

  /// How long a service that was asked to stop at once may take before it is killed.
  public static let immediateStop: Duration = .seconds(2)
  /// How long killed processes may take to vanish until they are killed again, or left to systemd.
  public static let killGrace: Duration = .seconds(5)
  /// The shortest wait after a start that failed.
  public static let leastFailureWait: Duration = .milliseconds(100)
  /// How long the watchdog waits for something that may take for ever by the policy's word.
  public static let endlessWait: Duration = .seconds(365 * 86_400)
  /// What is added to a planned time when systemd is asked to wait for it.
  public static let margin: Duration = .seconds(5)

  /// The policy in force; a reload replaces it, and what it says holds from the next decision on.
  public var policy: Policy { didSet { backOff.settings = policy.backOff } }
  /// Where the service stands.
  public internal(set) var state = LifecycleState.created
  /// The main process's PID; nil while there is none.
  public internal(set) var pid: Int32?
  /// How many times the service was restarted.
  public internal(set) var restarts = 0
  /// Why and when the last instance before this one ended.
  public internal(set) var lastEnd: (reason: EndReason, at: ContinuousClock.Instant)?
  /// When the next attempt will be made, while one is waited for.
  public internal(set) var nextAttempt: ContinuousClock.Instant?
  /// What is missing before the service is ready, from ``ProbeSet/missing``; the caller keeps it up to date.
  public var missing = ""
  /// How long a repair may take that the next instance has to wait for; nil if none has to. The caller keeps it up to
  /// date.
  public var hold: Duration?
  /// Whether a repair may begin when the restart limit is reached; the caller keeps it up to date.
  public var mayRepairLimit = false
  /// What is being repaired, in words; empty if nothing is. The caller keeps it up to date.
  public var repair = ""
  /// What the probes have found lately, from ``ProbeFigures/text``; the caller keeps it up to date.
  public var figures = ""
  /// Why the service is not ready, while it is unhealthy.
  public internal(set) var unreadyReason = ""

  var backOff: BackOff
  var plan: Plan?
  var wait: Duration = .zero
  var attempt = 0
  var limitIsReached = false
  // Whether the next instance would have been started, but for the hold.
  var isDue = false
  var startedAt: ContinuousClock.Instant?
  var readySince: ContinuousClock.Instant?
  // The longest time the present instance was healthy without a break; nil if it never was.
  var healthyRun: Duration?
  var hasEverRun = false
  var hasEverBeenReady = false
  var urgency = StopUrgency.smooth
  var kills = 0
  // Whether the instance that is being replaced is still examined.
  var isExamining = false
  // Whether OnFailed= has had its say since the restart limit was reached.
  var failureIsTold = false
  // Whether the service was found unhealthy since it was last ready.
  var isUnwell = false
  // Whether the service will be asked to stop once commands of the policy are through.
  var isAwaitingHooks = false
  // When the timers that run will fire.
  var deadlines: [LifecycleTimer: ContinuousClock.Instant] = [:]

  /// A service that has not been started.
  public init(_ policy: Policy) {
    self.policy = policy
    backOff = BackOff(policy.backOff)
  }

  /// Takes in what happened at `now` and answers with what has to be done, in this order.
  ///
  /// - Parameters:
  ///   - event: what happened.
  ///   - now: when.
  ///   - random: a number from 0 to 1 for the jitter of a wait.
  /// - Returns: what to do; empty if the event changes nothing.
  public mutating func handle(
    _ event: LifecycleEvent, at now: ContinuousClock.Instant, random: Double = 0.5
  ) -> [LifecycleAction] {
    let actions = move(event, at: now, random: random)
    for action in actions {
      switch action {
      case .arm(let timer, let delay): deadlines[timer] = now + delay
      case .disarm(let timer): deadlines[timer] = nil
      default: continue
      }
    }
    return actions
  }

  private mutating func move(
    _ event: LifecycleEvent, at now: ContinuousClock.Instant, random: Double
  ) -> [LifecycleAction] {
    switch (LifecycleMove.of(state, event, hasMain: pid != nil), event) {
    case (.launch, _): launch(at: now)
    case (.enterStarting, .spawned(let pid)): enterStarting(pid)
    case (.handleSpawnFailure, .spawnFailed(let exitCode, let reason, let isTransient)):
      handleSpawnFailure(exitCode, reason, isTransient, at: now, random: random)
    case (.enterReady, _): enterReady(at: now)
    case (.enterUnhealthy, .lostReadiness(let reason)): enterUnhealthy(reason, at: now)
    case (.replace, .judged(let judgement)): replace(judgement, at: now)
    case (.replace, .giveUp(let reason)): replace(.givenUp(reason), at: now)
    case (.resume, _): isDue ? launch(at: now) : []
    case (.endForGood, .giveUp(let reason)): endForGood(reason)
    case (.fail, .giveUp(let reason)): fail(.judged(.givenUp(reason)), at: now)
    case (.replace, _):
      replace(.startTimedOut(policy.startAllowance(isFirst: !hasEverBeenReady) ?? .zero), at: now)
    case (.cleanUp, .exited(let cause)): cleanUp(cause, at: now)
    case (.noteExit, .exited(let cause)): noteExit(cause, at: now)
    case (.takeExamination, .examined(let pid)): takeExamination(of: pid)
    case (.settle, _): settle(at: now, random: random)
    case (.goOn, _): goOn()
    case (.kill, _): kill()
    case (.beginStop, .stop(let urgency)): beginStop(urgency)
    case (.hurryStop, .stop(let urgency)): hurryStop(urgency)
    case (.grantTime, .wantsTime(let time)): grant(time, at: now)
    case (.finish, _): finish()
    case (.ignore, _): []
    case (.refuse, _), (.enterStarting, _), (.handleSpawnFailure, _), (.enterUnhealthy, _), (.cleanUp, _),
      (.noteExit, _), (.takeExamination, _), (.beginStop, _), (.hurryStop, _), (.grantTime, _),
      (.endForGood, _), (.fail, _):
      [.record(ServiceEvent(.unexpected, "Event \(event) cannot happen while \(state.rawValue), ignoring"))]
    }
  }

  /// Whether the service was ready at least once, so that systemd regards the unit as active.
  public var hasBeenReady: Bool { hasEverBeenReady }

  /// Whether WATCHDOG=1 may be sent: an instance runs and was not judged.
  public var deservesWatchdogPing: Bool { state == .starting || state == .ready || state == .unhealthy }
}
