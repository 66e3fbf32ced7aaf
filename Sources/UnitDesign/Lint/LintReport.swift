import UnitFiles

/// The findings of one rule while it looks at a unit.
struct LintReport {
  let rule: LintRule
  /// No unit has more findings of one rule: what comes behind is the same again.
  static let most = 100

  private(set) var findings: [Finding] = []

  init(_ rule: LintRule) {
    self.rule = rule
  }

  /// Whether there is no room for more, so that nothing more needs to be looked for.
  var isFull: Bool { findings.count >= Self.most }

  /// Something about a setting as such: its key is shown.
  mutating func key(
    _ assignment: Assignment, _ message: String, fix: String = "", edit: Finding.Edit? = nil,
    severity: Finding.Severity? = nil
  ) {
    add(assignment.position, assignment.key.unicodeScalars.count, message, fix, edit, severity)
  }

  /// Something about a value, or about a part of it that begins at an offset in scalars.
  mutating func value(
    _ assignment: Assignment, at offset: Int = 0, length: Int? = nil, _ message: String, fix: String = "",
    edit: Finding.Edit? = nil, severity: Finding.Severity? = nil
  ) {
    guard !isFull else { return }
    let rest = max(assignment.value.unicodeScalars.count - offset, 0)
    add(assignment.position(at: offset), min(length ?? rest, rest), message, fix, edit, severity)
  }

  /// Something about one word of a value.
  mutating func word(
    _ word: ValueWord, of assignment: Assignment, _ message: String, fix: String = "",
    edit: Finding.Edit? = nil, severity: Finding.Severity? = nil
  ) {
    value(
      assignment, at: word.offset, length: word.raw.unicodeScalars.count, message, fix: fix, edit: edit,
      severity: severity)
  }

  /// Something about a place in a file.
  mutating func place(
    _ position: Position, length: Int = 0, _ message: String, fix: String = "",
    severity: Finding.Severity? = nil
  ) {
    add(position, length, message, fix, nil, severity)
  }

  /// Something about a file as a whole.
  mutating func file(
    _ path: String, _ message: String, fix: String = "", severity: Finding.Severity? = nil
  ) {
    place(Position(path: path, line: 1, column: 1), message, fix: fix, severity: severity)
  }

  private mutating func add(
    _ position: Position, _ length: Int, _ message: String, _ fix: String, _ edit: Finding.Edit?,
    _ severity: Finding.Severity?
  ) {
    guard !isFull else { return }
    findings.append(
      Finding(
        rule: rule.id, severity: severity ?? rule.severity, position: position, length: length,
        message: message, fix: fix, edit: edit))
  }
}
