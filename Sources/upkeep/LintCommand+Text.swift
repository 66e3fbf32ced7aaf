import Inspection
import Presentation
import UnitDesign
import UnitFiles

/// Findings as a compiler shows them: the place, the line, a caret under the part that is meant, the cure.
struct LintText {
  let terminal: Terminal
  /// Nobody reads more of a line than this.
  private static let widest = 160

  init(terminal: Terminal) {
    self.terminal = terminal
  }

  func print(_ session: LintSession, isDry: Bool) {
    for mending in session.mendings { Swift.print(difference(mending), terminator: "") }
    var lines: [String: [ArraySlice<UInt8>]] = [:]
    for result in session.results {
      let path = result.finding.position.path
      if lines[path] == nil, let file = result.file {
        lines[path] = file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      }
      Swift.print(text(result.finding, lines[path] ?? []))
    }
    for failure in session.failures { StandardError.line("upkeep: \(DisplayText.escaped("\(failure)"))") }
    if let summary = summary(session, isDry: isDry) { Swift.print(summary) }
  }

  // MARK: Steps

  private func text(_ finding: Finding, _ lines: [ArraySlice<UInt8>]) -> String {
    let position = DisplayText.escaped("\(finding.position)")
    let severity = terminal.styled("\(finding.severity.rawValue):", style(finding.severity))
    var text =
      "\(terminal.styled("\(position):", .strong)) \(severity) \(DisplayText.escaped(finding.message)) "
      + terminal.styled("[\(finding.rule)]", .faint)
    if let shown = source(finding, lines) { text += "\n\(shown)" }
    if !finding.fix.isEmpty {
      let pad = String(repeating: " ", count: String(finding.position.line).count)
      text += "\n  \(pad) = \(terminal.styled("fix:", .good)) \(DisplayText.escaped(finding.fix))"
      if finding.edit != nil { text += terminal.styled(" (--fix does it)", .faint) }
    }
    return text
  }

  private func source(_ finding: Finding, _ lines: [ArraySlice<UInt8>]) -> String? {
    let number = finding.position.line
    guard finding.length > 0, lines.indices.contains(number - 1) else { return nil }
    let scalars = Array(String(decoding: lines[number - 1], as: UTF8.self).unicodeScalars)
    let start = finding.position.column - 1
    guard start < scalars.count else { return nil }
    let end = min(start + finding.length, scalars.count)
    // A long line is shown from shortly before the place.
    let first = start > Self.widest / 2 ? start - 20 : 0
    let last = min(first + Self.widest, scalars.count)
    let part = { (range: Range<Int>) in
      DisplayText.escaped(String(String.UnicodeScalarView(scalars[range])))
    }
    var text = part(first..<last)
    while text.last == " " { text.removeLast() }
    let blank = String(repeating: " ", count: DisplayText.width(part(first..<start)))
    let length = max(DisplayText.width(part(start..<min(end, last))), 1)
    let pad = String(repeating: " ", count: String(number).count)
    let mark = terminal.styled("^" + String(repeating: "~", count: length - 1), style(finding.severity))
    return "  \(number) | \(text)\n  \(pad) | \(blank)\(mark)"
  }

  private func style(_ severity: Finding.Severity) -> Palette.Style {
    switch severity {
    case .error: .bad
    case .warning: .warning
    case .note: .strong
    }
  }

  private func difference(_ mending: Lint.Mending) -> String {
    let diff = UnifiedDiff(from: mending.old, to: mending.new)
    var text = ""
    for line in diff.text(mending.path, mending.path).split(separator: "\n", omittingEmptySubsequences: false)
      .dropLast()
    {
      let shown = DisplayText.escaped(String(line))
      switch line.first {
      case "-": text += terminal.styled(shown, .bad)
      case "+": text += terminal.styled(shown, .good)
      default: text += shown
      }
      text += "\n"
    }
    return text
  }

  private func summary(_ session: LintSession, isDry: Bool) -> String? {
    let counts = Finding.Severity.allCases.reversed().compactMap { severity -> String? in
      let count = session.results.count { $0.finding.severity == severity }
      return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
    }
    let mended = session.mendings.reduce(0) { $0 + $1.findings.count }
    guard !counts.isEmpty || mended > 0 || terminal.isInteractive else { return nil }
    let units = "\(session.count) unit\(session.count == 1 ? "" : "s")"
    let done = mended == 0 ? "" : ", \(mended) \(isDry ? "would be mended" : "mended")"
    return "\(units): \(counts.isEmpty ? "no findings" : counts.joined(separator: ", "))\(done)"
  }
}
