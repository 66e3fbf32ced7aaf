import Inspection
import Presentation

extension DoctorCommand {
  /// Shows the findings, with `--quiet` the problems only.
  func show(_ findings: [CheckFinding]) {
    let shown = quiet ? findings.filter { $0.severity == .problem } : findings
    let style = OutputStyle(output: output, noPager: noPager, plain: plain, quiet: quiet)
    switch output {
    case .text:
      let lines = shown.map { Self.text($0, style) }.joined() + (quiet ? "" : Self.summary(findings))
      if !lines.isEmpty { style.show(lines) }
    case .json, .jsonPretty: style.show(.list(shown.map(Self.json)))
    }
  }

  /// `2 problems, 1 warning, 3 notes.`
  private static func summary(_ findings: [CheckFinding]) -> String {
    let words: [(CheckFinding.Severity, String)] = [
      (.problem, "problem"), (.warning, "warning"), (.note, "note"),
    ]
    let counts = words.compactMap { severity, word -> String? in
      let count = findings.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) \(word)\(count == 1 ? "" : "s")"
    }
    return counts.isEmpty ? "\nAll is well.\n" : "\n\(counts.joined(separator: ", ")).\n"
  }

  private static func text(_ finding: CheckFinding, _ output: OutputStyle) -> String {
    let palette = output.palette
    let (sign, style): (String, Palette.Style?) =
      switch finding.severity {
      case .ok: (palette.glyph(.tick), .good)
      case .note: (palette.glyph(.circle), .faint)
      case .warning: ("!", .warning)
      case .problem: (palette.glyph(.cross), .bad)
      }
    let head = output.plain ? finding.severity.rawValue : sign
    let fact = DisplayText.escaped(finding.fact)
    var text =
      "\(palette.styled(head, style)) \(palette.styled(fact, finding.severity > .note ? style : nil))\n"
    if !finding.meaning.isEmpty { text += "    \(DisplayText.escaped(finding.meaning))\n" }
    if let fix = finding.fix, finding.severity > .ok {
      text += "    \(palette.glyph(.arrow)) \(palette.styled(DisplayText.escaped(fix), .strong))\n"
    }
    return text
  }

  private static func json(_ finding: CheckFinding) -> JSONValue {
    .object([
      .init("check", .string(finding.check)), .init("severity", .string(finding.severity.rawValue)),
      .init("fact", .string(finding.fact)),
      .init("meaning", .text(finding.meaning.isEmpty ? nil : finding.meaning)),
      .init("fix", .text(finding.fix)), .init("units", .list(finding.units.map { .string($0) })),
    ])
  }
}
