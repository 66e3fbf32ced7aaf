import Inspection
import UnitDesign
import UnitFiles

/// What `-o json` says.
struct LintJSON: Encodable {
  /// A finding.
  struct Entry: Encodable {
    var rule: String
    var severity: String
    var unit: String
    var file: String
    var line: Int
    var column: Int
    var length: Int
    var message: String
    var fix: String?
    var fixable: Bool

    init(_ finding: Finding, unit: String) {
      rule = finding.rule
      severity = finding.severity.rawValue
      self.unit = unit
      file = finding.position.path
      line = finding.position.line
      column = finding.position.column
      length = finding.length
      message = finding.message
      fix = finding.fix.isEmpty ? nil : finding.fix
      fixable = finding.edit != nil
    }
  }

  /// What could not be read.
  struct Failure: Encodable {
    var argument: String
    var reason: String
  }

  /// A file that was mended, or would be.
  struct Mended: Encodable {
    var file: String
    var rules: [String]
    var diff: String
  }

  var units: Int
  var findings: [Entry]
  var failures: [Failure]
  var mended: [Mended]

  init(_ session: LintSession) {
    units = session.count
    findings = session.results.map { Entry($0.finding, unit: $0.unit) }
    failures = session.failures.map { Failure(argument: $0.argument, reason: $0.reason) }
    mended = session.mendings.map { mending in
      Mended(
        file: mending.path, rules: mending.findings.map(\.rule),
        diff: UnifiedDiff(from: mending.old, to: mending.new).text(mending.path, mending.path))
    }
  }
}
