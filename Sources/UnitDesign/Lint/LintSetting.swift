import UnitFiles

/// An assignment with what the rules ask of it again and again; a reference, because most rules look at all of them.
final class LintSetting: Sendable {
  let assignment: Assignment
  /// The setting that is assigned; nil when systemd knows none of this name in the section.
  let directive: Directive?
  /// Whether it stands in the section of the unit's type.
  let isOwn: Bool
  /// Whether it stands in an `X-` section, which systemd leaves to its owner.
  let isOthers: Bool
  /// Whether it stands in a section that is read for a unit of this type; `X-` sections are, all others are ignored.
  let isRead: Bool
  /// The index among all settings of the one before it with the same key, of those in the unit's own section. A
  /// reference would make a chain, and the end of a long chain exhausts the stack.
  let previous: Int?

  init(
    assignment: Assignment, directive: Directive?, isOwn: Bool, isOthers: Bool, isRead: Bool,
    previous: Int?
  ) {
    self.assignment = assignment
    self.directive = directive
    self.isOwn = isOwn
    self.isOthers = isOthers
    self.isRead = isRead
    self.previous = previous
  }

  var value: String { assignment.value }
  var kind: ValueKind? { directive?.kind }
}
