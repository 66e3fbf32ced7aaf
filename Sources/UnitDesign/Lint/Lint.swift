public import UnitFiles

/// Looks at a unit the way an expert would before it is installed.
public enum Lint {
  /// What is to be said about a unit with its drop-ins, in the order of the files and lines.
  ///
  /// - Parameters:
  ///   - unit: the unit, its file first.
  ///   - context: what it is for. Facts of the machine are asked for only where a rule needs them.
  /// - Returns: the findings, without those that a comment in a file suppresses.
  public static func findings(in unit: Unit, context: LintContext) -> [Finding] {
    let subject = LintSubject(unit, context)
    let suppressions = Suppressions(unit.files)
    var findings: [Finding] = []
    for rule in LintRule.all where context.wants(rule.id) {
      var report = LintReport(rule)
      rule.check(subject, &report)
      for var finding in report.findings where !suppressions.cover(finding) {
        let isAdvice = rule.isAdvice && finding.severity == .warning
        if isAdvice, LintSubject.isVendor(finding.position.path) { finding.severity = .note }
        findings.append(finding)
      }
    }
    let order = Dictionary(
      unit.files.enumerated().map { ($0.element.path, $0.offset) }, uniquingKeysWith: { first, _ in first })
    return findings.enumerated().sorted { left, right in
      let (a, b) = (left.element.position, right.element.position)
      let (fileA, fileB) = (order[a.path] ?? 0, order[b.path] ?? 0)
      return (fileA, a.line, a.column, left.offset) < (fileB, b.line, b.column, right.offset)
    }.map(\.element)
  }
}
