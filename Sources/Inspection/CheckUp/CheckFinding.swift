/// What came out of one look at the machine: what is, what it means and what to do about it.
///
/// Texts may have names out of files in them: escape them before they are shown.
public struct CheckFinding: Sendable, Hashable {
  /// How bad it is.
  public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// As it should be.
    case ok
    /// Worth knowing, or could not be found out.
    case note
    /// Works now and may fail one day, or does less than it could.
    case warning
    /// Does not work.
    case problem

    /// `ok` is the least.
    public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .ok: 0
      case .note: 1
      case .warning: 2
      case .problem: 3
      }
    }
  }

  /// What was looked at: a stable word such as `journal` or `failed-units`.
  public let check: String
  /// How bad it is.
  public let severity: Severity
  /// What is, as a sentence without a full stop.
  public let fact: String
  /// What follows from it; empty where nothing does.
  public let meaning: String
  /// A command that mends it, or leads on; nil where there is none.
  public let fix: String?
  /// The units that are meant; empty for what concerns the machine.
  public let units: [String]

  /// Describes a finding.
  public init(
    _ check: String, _ severity: Severity, _ fact: String, _ meaning: String = "", fix: String? = nil,
    units: [String] = []
  ) {
    self.check = check
    self.severity = severity
    self.fact = fact
    self.meaning = meaning
    self.fix = fix
    self.units = units
  }
}
