/// What set a rule off: the cause in words, and what was seen.
public struct RepairTrigger: Sendable, Hashable {
  /// The kinds of causes, as a command finds them in UPKEEP_TRIGGER and an event in REPAIR_TRIGGER.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case log
    case startup, readiness, liveness
    case exit
    case outOfMemory = "out-of-memory"
    case resource
    case restartLimit = "restart-limit"

    /// The cause that is the failure of a probe.
    public init(_ kind: ProbeKind) {
      switch kind {
      case .startup: self = .startup
      case .readiness: self = .readiness
      case .liveness: self = .liveness
      }
    }
  }

  /// How many lines of a log are kept as evidence: the one that counted, and those before it.
  public static let mostEvidence = 10
  /// How much of such a line is kept, in bytes.
  public static let longestEvidence = 512

  /// The index of the rule.
  public var rule: Int
  /// The kind of cause.
  public var kind: Kind
  /// The cause in words: `exit 3`, `readiness probe failed: connection refused`.
  public var cause: String
  /// What the probe said; empty where no probe is the cause.
  public var detail = ""
  /// The last lines that were seen, the one that counted last; empty where no log is the cause.
  public var evidence: [String]
  /// Whether there is no instance now, and the next one waits for the repair.
  public var holdsInstance: Bool

  /// Makes a trigger.
  public init(
    rule: Int, kind: Kind, cause: String, evidence: [String] = [], holdsInstance: Bool = false
  ) {
    self.rule = rule
    self.kind = kind
    self.cause = cause
    self.evidence = evidence.suffix(Self.mostEvidence)
    self.holdsInstance = holdsInstance
  }

  /// The first rule that a probe's failure sets off; nil if none does.
  public static func probe(_ kind: ProbeKind, reason: String, in rules: [RepairRule]) -> RepairTrigger? {
    rules.firstIndex { $0.probesFailed.contains(kind) }.map {
      var trigger = RepairTrigger(
        rule: $0, kind: Kind(kind), cause: "\(kind.rawValue) probe failed: \(reason)")
      trigger.detail = reason
      return trigger
    }
  }

  /// The first rule that the main process's end sets off; nil if none does.
  ///
  /// - Parameters:
  ///   - cause: how it ended.
  ///   - outOfMemory: whether the kernel killed a process of the service for want of memory meanwhile.
  ///   - rules: the rules.
  /// - Returns: the trigger; the next instance waits for the repair.
  public static func end(_ cause: ExitCause, outOfMemory: Bool, in rules: [RepairRule]) -> RepairTrigger? {
    if outOfMemory, let rule = rules.firstIndex(where: \.onOutOfMemory) {
      return RepairTrigger(
        rule: rule, kind: .outOfMemory, cause: "out of memory, \(cause)", holdsInstance: true)
    }
    return rules.firstIndex { $0.isSetOff(by: cause) }.map {
      RepairTrigger(rule: $0, kind: .exit, cause: cause.description, holdsInstance: true)
    }
  }

  /// The first rule that a kill for want of memory sets off while the main process lives on; nil if none does.
  public static func outOfMemory(in rules: [RepairRule]) -> RepairTrigger? {
    rules.firstIndex(where: \.onOutOfMemory).map {
      RepairTrigger(rule: $0, kind: .outOfMemory, cause: "the kernel killed a process for want of memory")
    }
  }

  /// The first rule that the restart limit sets off; nil if none does.
  public static func restartLimit(after reason: EndReason, in rules: [RepairRule]) -> RepairTrigger? {
    rules.firstIndex(where: \.onRestartLimit).map {
      RepairTrigger(
        rule: $0, kind: .restartLimit, cause: "restart limit reached after \(reason)", holdsInstance: true)
    }
  }
}
