public import UnitFiles

/// Something in a unit that will not do what its author thinks, with its place, its effect and its cure.
public struct Finding: Sendable, Hashable {
  /// How bad a finding is.
  public enum Severity: String, Sendable, Hashable, CaseIterable, Comparable {
    /// Worth knowing; nothing goes wrong by itself.
    case note
    /// Works now and fails one day, or does less than it says.
    case warning
    /// systemd refuses or ignores it, or the service cannot work so.
    case error

    /// A note is less than a warning, which is less than an error.
    public static func < (left: Self, right: Self) -> Bool {
      left != right && (left == .note || right == .error)
    }
  }

  /// A change of the file that mends it and nothing else.
  public enum Edit: Sendable, Hashable {
    /// Another value.
    case replaceValue(Assignment, String)
    /// Another key.
    case rename(Assignment, String)
    /// The same value under a key of another section.
    case move(Assignment, section: String, key: String)
    /// The assignment goes.
    case remove(Assignment)
    /// Another value, and what stood behind it as a comment on a line before.
    case splitComment(Assignment, value: String, comment: String)
    /// A line behind the assignment.
    case add(key: String, value: String, after: Assignment)
  }

  /// The rule's identifier, such as `L09`.
  public let rule: String
  /// How bad it is here; it may be less than the rule's own severity.
  public var severity: Severity
  /// Where it begins.
  public let position: Position
  /// How many scalars it goes on, 0 when the whole file is meant.
  public let length: Int
  /// What will happen.
  public let message: String
  /// What to do; empty when the message says it.
  public let fix: String
  /// The change that does it, where it is safe to make.
  public let edit: Edit?
}

extension Finding.Edit {
  /// The assignment that is changed, or behind which a line is added.
  public var assignment: Assignment {
    switch self {
    case .replaceValue(let assignment, _), .rename(let assignment, _), .move(let assignment, _, _),
      .remove(let assignment), .add(_, _, let assignment), .splitComment(let assignment, _, _):
      assignment
    }
  }
}
