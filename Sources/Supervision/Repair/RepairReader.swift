import UnitFiles

/// Reads the rules out of the sections `[X-Upkeep-Repair NAME]`, in the order of their first headers.
enum RepairReader {
  /// What the name of such a section begins with.
  static let prefix = "X-Upkeep-Repair"

  /// The rules of `unit`; what is wrong is added to `errors`.
  static func rules(
    of unit: Unit, _ specifiers: Specifiers, _ errors: inout [UnitDiagnostic]
  ) -> [RepairRule] {
    var rules: [RepairRule] = []
    for section in unit.sectionNames(withPrefix: prefix) {
      guard let first = unit.assignments(in: section).first else { continue }
      guard let name = name(in: section) else {
        errors.append(
          UnitDiagnostic(
            position: first.position,
            message: "section [\(section)] needs a name of letters, digits, '.', '_' and '-': "
              + "write [\(prefix) NAME]"))
        continue
      }
      guard rules.count < RepairRule.mostRules else {
        errors.append(
          UnitDiagnostic(position: first.position, message: "more than \(RepairRule.mostRules) repair rules"))
        break
      }
      rules.append(rule(name, unit.assignments(in: section), specifiers, &errors))
    }
    return rules
  }

  // MARK: Steps

  private static func name(in section: String) -> String? {
    guard section.hasPrefix(prefix + " ") else { return nil }
    let name = section.dropFirst(prefix.utf8.count + 1)
    let isValid = name.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte & 0xdf)
        || [0x2d, 0x2e, 0x5f].contains(byte)
    }
    return isValid && !name.isEmpty && name.utf8.count <= RepairRule.longestName ? String(name) : nil
  }

  private static func rule(
    _ name: String, _ assignments: [Assignment], _ specifiers: Specifiers, _ errors: inout [UnitDiagnostic]
  ) -> RepairRule {
    var rule = RepairRule(name: name)
    let before = errors.count
    for assignment in assignments where errors.count < PolicyReader.mostErrors {
      guard let key = RepairKey.named(assignment.key) else {
        let nearest = Suggestion.nearest(to: assignment.key, among: RepairKey.all.map(\.name))
        let hint = nearest.map { ", did you mean \($0)=?" } ?? ""
        errors.append(
          UnitDiagnostic(
            position: assignment.position,
            message: "unknown key \(assignment.key)= in [\(assignment.section)]\(hint)"))
        continue
      }
      guard !assignment.value.isEmpty else {
        key.reset(&rule)
        continue
      }
      do throws(ValueError) {
        let value = key.isVerbatim ? assignment.value : try specifiers.expand(assignment.value)
        try key.apply(&rule, value, assignment.valuePosition)
      } catch {
        errors.append(assignment.diagnostic(error))
      }
    }
    if errors.count == before, let first = assignments.first, let fault = fault(in: rule) {
      errors.append(UnitDiagnostic(position: first.position, message: "[\(first.section)] \(fault)"))
    }
    return rule
  }

  /// What makes a rule of right values senseless; nil if nothing does.
  private static func fault(in rule: RepairRule) -> String? {
    if !rule.hasTrigger {
      return "is never set off: write LogMatch=, ProbeFailed=, ExitStatus=, OOMKill=, RestartLimitReached=, "
        + "DiskUsageAbove= or another mark"
    }
    if rule.actions.isEmpty { return "does nothing: write Action=" }
    if rule.log.matches.isEmpty,
      !rule.log.files.isEmpty || !rule.log.units.isEmpty || !rule.log.excludes.isEmpty
    {
      return "looks for nothing in its logs: write LogMatch="
    }
    if let index = rule.actions.firstIndex(of: .fail), index < rule.actions.count - 1 {
      return "has actions behind Action=fail, after which nothing can follow"
    }
    return nil
  }
}
