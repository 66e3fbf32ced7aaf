import UnitFiles

/// Times of timers.
extension LintRule {
  static let schedule: [LintRule] = [
    LintRule(
      "L69", .error, "A calendar expression cannot be read, or never comes",
      why: """
        systemd ignores an OnCalendar= that it cannot read, with a line in the journal, and the timer elapses at its other \
        times only. A day that no calendar has, such as February 30, never comes, and nobody is told.
        """,
      bad: "[Timer]\nOnCalendar=*-*-* 25:00\n", good: "[Timer]\nOnCalendar=*-*-* 23:00\n",
      ignore: "When the last word is a time zone that only the machine knows."
    ) { unit, report in
      guard unit.type == "timer" else { return }
      for assignment in unit.values("OnCalendar") where !report.isFull {
        // What a specifier stands for is known on the machine only.
        guard !assignment.value.holds("%") else { continue }
        do throws(ValueError) {
          let expression = try CalendarExpression.parse(
            assignment.value, isZone: { isZone($0, unit.surroundings) })
          guard !expression.hasDays else { continue }
          report.value(
            assignment, "'\(assignment.value)' never comes: there is no such day",
            fix: "'*-*~1' is the last day of each month")
        } catch {
          report.value(
            assignment, at: error.offset, "\(error.message); the line is ignored",
            fix: "'systemd-analyze calendar' shows when an expression comes")
        }
      }
    }
  ]

  /// Whether a word is a zone on the machine, or looks like the short name of its own one, such as `CEST`.
  private static func isZone(_ word: String, _ surroundings: any Surroundings) -> Bool {
    guard CalendarExpression.looksLikeZone(word) else { return false }
    if (3...5).contains(word.utf8.count), word.utf8.allSatisfy({ (0x41...0x5a).contains($0) }) { return true }
    let folder = "/usr/share/zoneinfo"
    return surroundings.file(at: folder) == nil || surroundings.file(at: "\(folder)/\(word)")?.kind == .file
  }
}
