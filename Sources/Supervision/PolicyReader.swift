public import UnitFiles

/// Reads a policy out of a unit file with its drop-ins: systemd's own keys first, then `[X-Upkeep]`.
public enum PolicyReader {
  /// The section that holds a service's policy.
  public static let section = "X-Upkeep"
  /// How many errors are reported at once.
  static let mostErrors = 20

  /// A policy that could not be read: all that is wrong with it, each with file, line and column.
  public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong, in the order of the files; never empty.
    public let diagnostics: [UnitDiagnostic]

    /// One line for each error.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
  }

  /// The policy of `unit`.
  ///
  /// - Parameters:
  ///   - unit: the unit file with its drop-ins.
  ///   - isStandalone: whether no systemd carries out what `[Service]` says about user, folder and limits.
  ///   - specifiers: what `%i` and the like stand for; `%%` is a percent sign.
  /// - Returns: the defaults, changed by `[Service]` and then by `[X-Upkeep]`.
  /// - Throws: every key that is unknown and every value that is wrong in `[X-Upkeep]`.
  public static func policy(
    of unit: Unit, isStandalone: Bool = false, specifiers: Specifiers = Specifiers()
  ) throws(Failure) -> Policy {
    var policy = Policy()
    inherit(from: unit, into: &policy)
    var errors = isStandalone ? takeOver(from: unit, into: &policy, specifiers) : []
    for name in unit.sectionNames(withPrefix: "") where !isKnown(name) && looksLikeOurs(name) {
      guard let first = unit.assignments(in: name).first else { continue }
      errors.append(
        UnitDiagnostic(
          position: first.position,
          message:
            "section [\(name)] is unknown: only [\(section)] and [\(RepairReader.prefix) NAME] are read"))
    }
    errors += malformedLines(of: unit)
    let inherited = policy
    for assignment in unit.assignments(in: section) where errors.count < mostErrors {
      if let error = set(assignment, in: &policy, inherited, specifiers) { errors.append(error) }
    }
    policy.repairs = RepairReader.rules(of: unit, specifiers, &errors)
    guard errors.isEmpty else { throw Failure(diagnostics: errors) }
    return policy
  }

  private static func isKnown(_ name: String) -> Bool {
    name == section || name == RepairReader.prefix || name.hasPrefix(RepairReader.prefix + " ")
  }

  /// Whether a section's name shows that it was meant for Upkeep: one of a later version, or a misspelt one.
  private static func looksLikeOurs(_ name: String) -> Bool {
    let lower = name.lowercased()
    return lower.hasPrefix("x-upkeep") || lower == "upkeep" || lower == "xupkeep" || lower == "x_upkeep"
  }

  /// Lines of `[X-Upkeep]` that are no assignments, such as one without `=`. systemd, which tells of such lines
  /// elsewhere, passes over this section.
  private static func malformedLines(of unit: Unit) -> [UnitDiagnostic] {
    guard !unit.problems.isEmpty else { return [] }
    let assignments = unit.sectionNames(withPrefix: "").flatMap { unit.assignments(in: $0) }
    // A line belongs to the section of the assignment before it, or of the one after it at the top of a file.
    return unit.problems.filter { problem in
      let sameFile = assignments.filter { $0.position.path == problem.position.path }
      let before = sameFile.filter { $0.position.line < problem.position.line }
        .max { $0.position.line < $1.position.line }
      let after = sameFile.filter { $0.position.line > problem.position.line }
        .min { $0.position.line < $1.position.line }
      return (before ?? after).map { isKnown($0.section) } ?? false
    }
  }

  private static func set(
    _ assignment: Assignment, in policy: inout Policy, _ inherited: Policy, _ specifiers: Specifiers
  ) -> UnitDiagnostic? {
    guard let key = PolicyKey.named(assignment.key) else {
      let nearest = Suggestion.nearest(to: assignment.key, among: PolicyKey.all.map(\.name))
      let hint = nearest.map { ", did you mean \($0)=?" } ?? ""
      return UnitDiagnostic(
        position: assignment.position, message: "unknown key \(assignment.key)= in [\(section)]\(hint)")
    }
    guard !assignment.value.isEmpty else {
      key.clear(in: &policy, to: inherited)
      return nil
    }
    do throws(ValueError) {
      try key.set(try specifiers.expand(assignment.value), in: &policy)
      return nil
    } catch {
      return assignment.diagnostic(error)
    }
  }

  /// What systemd was told about the service holds for the command too. A value that systemd would not take is
  /// passed over, as systemd does: it has said so itself.
  private static func inherit(from unit: Unit, into policy: inout Policy) {
    func value(_ key: String) -> String? { unit.value(key, in: "Service")?.value }
    // TimeoutSec= stands for both of the others: the last of either counts.
    for assignment in unit.assignments(in: "Service") {
      // Not `try?`, which would take infinity for an error: both are nil.
      do throws(ValueError) {
        switch assignment.key {
        case "TimeoutStopSec": policy.stopTimeout = try PolicyValue.timeout(assignment.value)
        case "TimeoutStartSec": policy.restartStartTimeout = try PolicyValue.timeout(assignment.value)
        case "TimeoutAbortSec": policy.abortTimeout = try PolicyValue.timeOrInfinity(assignment.value)
        case "TimeoutSec":
          policy.stopTimeout = try PolicyValue.timeout(assignment.value)
          policy.restartStartTimeout = policy.stopTimeout
        default: continue
        }
      } catch {
        continue
      }
    }
    if let text = value("KillSignal"), let signal = try? SignalName.number(of: text) {
      policy.killSignal = signal
    }
    if let text = value("Restart"), let restart = Policy.Restart(rawValue: text) { policy.restart = restart }
    for (key, path) in statusSets {
      // A list: each line adds, an empty one has emptied it. systemd passes over a wrong word and takes the others.
      let words = unit.values(key, in: "Service").flatMap { $0.value.split { $0 == " " || $0 == "\t" } }
      for word in words {
        guard let set = try? ExitStatusSet.parse(String(word)) else { continue }
        policy[keyPath: path].codes.formUnion(set.codes)
        policy[keyPath: path].signals.formUnion(set.signals)
      }
    }
  }

  /// What systemd would do for the process, where there is no systemd. Here nobody else has said what is wrong.
  private static func takeOver(
    from unit: Unit, into policy: inout Policy, _ specifiers: Specifiers
  ) -> [UnitDiagnostic] {
    var errors: [UnitDiagnostic] = []
    func value(_ name: String) -> [Assignment] { unit.value(name, in: "Service").map { [$0] } ?? [] }
    for name in ["User", "Group", "SupplementaryGroups", "UMask", "NoNewPrivileges", "WorkingDirectory"] {
      guard let key = PolicyKey.named(name) else { continue }
      for assignment in key.isList ? unit.values(name, in: "Service") : value(name) {
        apply(assignment, &errors) { (text) throws(ValueError) in
          try key.set(try specifiers.expand(text), in: &policy)
        }
      }
    }
    for resource in Resource.allCases {
      for assignment in value(resource.directive) {
        apply(assignment, &errors) { (text) throws(ValueError) in
          policy.limits.append(try ResourceLimit.parse(text, for: resource))
        }
      }
    }
    return errors
  }

  private static func apply(
    _ assignment: Assignment, _ errors: inout [UnitDiagnostic], _ set: (String) throws(ValueError) -> Void
  ) {
    do throws(ValueError) {
      try set(assignment.value)
    } catch {
      errors.append(assignment.diagnostic(error))
    }
  }

  private static let statusSets: [(String, any WritableKeyPath<Policy, ExitStatusSet> & Sendable)] = [
    ("SuccessExitStatus", \.successExitStatus),
    ("RestartPreventExitStatus", \.restartPreventExitStatus),
    ("RestartForceExitStatus", \.restartForceExitStatus),
  ]
}
