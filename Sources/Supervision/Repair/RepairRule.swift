public import UnitFiles

/// One section `[X-Upkeep-Repair NAME]`: what sets a repair off, what is done then, and when that has helped.
public struct RepairRule: Sendable, Hashable {
  /// What happens when the attempts are used up.
  public enum Exhaustion: String, Sendable, Hashable, CaseIterable {
    /// An event of the highest priority, and the service goes on as it is.
    case alert
    /// The service is ended with a failure, so that systemd's own Restart= and OnFailure= apply.
    case fail
  }

  /// How many rules a service may have.
  public static let mostRules = 32
  /// How many actions a rule may have.
  public static let mostActions = 16
  /// The longest name of a rule, in bytes.
  public static let longestName = 64

  /// The name, unique in a unit: letters, digits, `.`, `_` and `-`.
  public let name: String

  // MARK: Triggers, of which any will do

  /// Lines of a log.
  public var log = LogCondition()
  /// Kinds of probes whose verdict becomes unhealthy.
  public var probesFailed: Set<ProbeKind> = []
  /// Ends of the main process by itself.
  public var exitStatuses = ExitStatusSet()
  /// Whether the kernel killed a process of the service for want of memory.
  public var onOutOfMemory = false
  /// Marks of resources that are passed.
  public var marks: [ResourceMark] = []
  /// How long a mark has to be passed without a break.
  public var markDuration: Duration = .zero
  /// Whether the restart limit was reached.
  public var onRestartLimit = false

  // MARK: What is done

  /// What is done, in order; the next one when the one before did not help.
  public var actions: [RepairAction] = []
  /// How long an action may take.
  public var actionTimeout: Duration = .seconds(60)
  /// How long the service has to be well after an action; zero to take an action that succeeded for a repair.
  public var verifyTime: Duration = .seconds(30)

  // MARK: Restraint

  /// How many repairs are tried within ``attemptsInterval``.
  public var attempts = 3
  /// The window in which repairs are counted.
  public var attemptsInterval: Duration = .seconds(3600)
  /// How long after a repair the rule sets off no other.
  public var cooldown: Duration = .seconds(60)
  /// What happens when the attempts are used up.
  public var onExhausted = Exhaustion.alert

  /// A rule that nothing sets off.
  public init(name: String) { self.name = name }

  /// Whether anything can set the rule off.
  public var hasTrigger: Bool {
    !log.matches.isEmpty || !probesFailed.isEmpty || exitStatuses != ExitStatusSet() || onOutOfMemory
      || !marks.isEmpty || onRestartLimit
  }

  /// How long its actions may take together, which the next instance may have to wait.
  public var longestTime: Duration { actionTimeout * max(actions.count, 1) }

  /// Whether the main process's end sets the rule off.
  func isSetOff(by cause: ExitCause) -> Bool {
    switch cause {
    case .exited(let code): exitStatuses.contains(code: code)
    case .signaled(let number, _, _): exitStatuses.contains(signal: number)
    }
  }
}
