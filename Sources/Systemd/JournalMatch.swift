/// Which entries of the journal are wanted: alternatives, of which each is a set of fields that an entry must have.
///
/// See `sd_journal_add_match(3)`: within an alternative, values of one field are alternatives too.
public struct JournalMatch: Sendable, Hashable {
  /// A field and the value that it must have.
  public struct Term: Sendable, Hashable {
    /// The field's name, such as `_SYSTEMD_UNIT`.
    public let field: String
    /// Its whole value.
    public let value: String

    /// Describes a field.
    public init(_ field: String, _ value: String) {
      self.field = field
      self.value = value
    }
  }

  /// Each is a set of terms that all must hold; without any, all entries are wanted.
  public var alternatives: [[Term]]

  /// Describes alternatives.
  public init(alternatives: [[Term]]) { self.alternatives = alternatives }

  /// All entries.
  public static let all = JournalMatch(alternatives: [])

  /// Entries that have this value of a field.
  public static func field(_ name: String, _ value: String) -> JournalMatch {
    JournalMatch(alternatives: [[Term(name, value)]])
  }

  /// Entries of a unit's processes, and those that the manager or another program of root's wrote about it: what
  /// `journalctl -u` shows.
  /// Of a slice it is also what the processes of all units in it wrote.
  public static func unit(_ name: String) -> JournalMatch {
    let slice = name.hasSuffix(".slice") ? [[Term("_SYSTEMD_SLICE", name)]] : []
    return JournalMatch(
      alternatives: [
        [Term("_SYSTEMD_UNIT", name)],
        [Term("_PID", "1"), Term("UNIT", name)],
        [Term("_UID", "0"), Term("OBJECT_SYSTEMD_UNIT", name)],
        [Term("_UID", "0"), Term("COREDUMP_UNIT", name)],
      ] + slice)
  }

  /// Entries of a unit of a user's manager, and those that this manager or another program of the user's or of root's
  /// wrote about it: what `journalctl --user-unit` shows.
  public static func userUnit(_ name: String, user: UInt32) -> JournalMatch {
    let own = Term("_UID", "\(user)")
    let slice = name.hasSuffix(".slice") ? [[Term("_SYSTEMD_USER_SLICE", name), own]] : []
    return JournalMatch(
      alternatives: [
        [Term("_SYSTEMD_USER_UNIT", name), own],
        [Term("USER_UNIT", name), own],
        [Term("OBJECT_SYSTEMD_USER_UNIT", name), own, Term("_UID", "0")],
        [Term("COREDUMP_USER_UNIT", name), own, Term("_UID", "0")],
      ] + slice)
  }

  /// Entries with one of these priorities.
  public static func priorities(_ range: ClosedRange<JournalPriority>) -> JournalMatch {
    JournalMatch(alternatives: [
      JournalPriority.allCases.filter { range.contains($0) }.map { Term("PRIORITY", "\($0.rawValue)") }
    ])
  }

  /// Entries of one run of a unit's processes, and those that the manager wrote about that run.
  public static func invocation(_ id: MessageID) -> JournalMatch {
    JournalMatch(alternatives: [
      [Term("_SYSTEMD_INVOCATION_ID", id.description)],
      [Term("_PID", "1"), Term("INVOCATION_ID", id.description)],
    ])
  }

  /// Entries of the kernel and of its audit, as far as this machine's journal has them.
  public static let kernel = JournalMatch(alternatives: [
    [Term("_TRANSPORT", "kernel")], [Term("_TRANSPORT", "audit")],
  ])

  /// Entries of one boot, by its ID.
  public static func boot(_ id: MessageID) -> JournalMatch { .field("_BOOT_ID", id.description) }

  /// Entries that either wants.
  public func or(_ other: JournalMatch) -> JournalMatch {
    alternatives.isEmpty || other.alternatives.isEmpty
      ? .all : JournalMatch(alternatives: alternatives + other.alternatives)
  }

  /// Entries that both want.
  public func and(_ other: JournalMatch) -> JournalMatch {
    guard !alternatives.isEmpty else { return other }
    guard !other.alternatives.isEmpty else { return self }
    let combined = alternatives.flatMap { left in
      other.alternatives.compactMap { right in Self.combine(left, right) }
    }
    return combined.isEmpty ? .none : JournalMatch(alternatives: combined)
  }

  /// No entry: none has a boot of this name.
  static let none = JournalMatch.field("_BOOT_ID", "none")

  /// Both at once; nil if they want different values of one field, which the journal would take for alternatives.
  private static func combine(_ left: [Term], _ right: [Term]) -> [Term]? {
    let shared = Set(left.map(\.field)).intersection(right.map(\.field))
    let kept = left.filter { !shared.contains($0.field) || right.contains($0) }
    guard shared.isSubset(of: kept.map(\.field)) else { return nil }
    return kept + right.filter { !shared.contains($0.field) }
  }
}
