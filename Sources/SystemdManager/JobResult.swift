/// How a job ended: an expected outcome, so a value and no error. The words of the signal `JobRemoved`.
public struct JobResult: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  /// The word on the bus, such as `done`; a later systemd may have more of them.
  public let rawValue: String

  /// Wraps a word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// The word on the bus.
  public var description: String { rawValue }

  /// It did what it was for.
  public static let done = JobResult(rawValue: "done")
  /// It was cancelled before it was done, often by a job that replaced it.
  public static let canceled = JobResult(rawValue: "canceled")
  /// It took longer than its `JobTimeoutSec=`.
  public static let timeout = JobResult(rawValue: "timeout")
  /// The unit failed; its properties say why.
  public static let failed = JobResult(rawValue: "failed")
  /// A unit that it depends on failed.
  public static let dependency = JobResult(rawValue: "dependency")
  /// There was nothing to do, such as the reload of a unit that is not active.
  public static let skipped = JobResult(rawValue: "skipped")
  /// It made no sense for the unit's state.
  public static let invalid = JobResult(rawValue: "invalid")
  /// An `Assert...=` of the unit did not hold.
  public static let assert = JobResult(rawValue: "assert")
  /// The unit cannot do it on this machine.
  public static let unsupported = JobResult(rawValue: "unsupported")
  /// The unit was removed from memory meanwhile.
  public static let collected = JobResult(rawValue: "collected")
  /// The unit may start once only, and did so before.
  public static let once = JobResult(rawValue: "once")
  /// The unit is frozen (systemd 257).
  public static let frozen = JobResult(rawValue: "frozen")

  /// Whether what was asked for holds now: `done`, or `skipped` because it held before.
  public var isSuccess: Bool { self == .done || self == .skipped }
}
