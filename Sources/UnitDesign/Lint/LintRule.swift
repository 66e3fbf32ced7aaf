/// A rule of the linter: what it looks for, why that matters, and an example of it wrong and right.
public final class LintRule: Sendable {
  /// The identifier, such as `L09`; it never changes its meaning.
  public let id: String
  /// How bad a finding is at most.
  public let severity: Finding.Severity
  /// What is wrong, in a few words.
  public let title: String
  /// What happens, and why.
  public let why: String
  /// A unit that has it.
  public let bad: String
  /// The same unit without it.
  public let good: String
  /// When a finding may be ignored.
  public let ignore: String
  /// Whether it advises on a choice: a warning is a note in units that a package brought.
  public let isAdvice: Bool
  let check: @Sendable (LintSubject, inout LintReport) -> Void

  init(
    _ id: String, _ severity: Finding.Severity, _ title: String, why: String, bad: String, good: String,
    ignore: String, isAdvice: Bool = false, check: @escaping @Sendable (LintSubject, inout LintReport) -> Void
  ) {
    self.id = id
    self.severity = severity
    self.title = title
    self.why = why
    self.bad = bad
    self.good = good
    self.ignore = ignore
    self.isAdvice = isAdvice
    self.check = check
  }

  /// The rule with this identifier, in any case of its letters.
  public static func named(_ id: String) -> LintRule? {
    let id = id.uppercased()
    return all.first { $0.id == id }
  }

  /// All rules, in the order of their identifiers.
  public static let all: [LintRule] =
    (programs + shell + expansion + text + names + versions + namedValues + users + paths + environment
    + types
    + refusals + restart + dependencies + installation + limits + runtime + sandbox + filters + files + values
    + effects + upkeep + schedule)
    .sorted { $0.id < $1.id }
}
