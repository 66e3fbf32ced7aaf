public import Supervision

/// Tells Upkeep's own events from entries that somebody else wrote in their form.
public enum EventOrigin {
  /// The fields of an entry that tell.
  public static let fields = [
    "MESSAGE_ID", "UPKEEP_EVENT", "_EXE", "_COMM", "_UID", "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT",
    "OBJECT_SYSTEMD_UNIT", "OBJECT_SYSTEMD_USER_UNIT",
  ]

  /// The kind of an event and the unit that it is about; nil for any other entry.
  ///
  /// Whoever writes an entry chooses all fields but those that begin with `_`, which are journald's word. An event of
  /// `upkeep-run` is about the unit that journald saw it in. What `upkeep maintenance` tells of a unit counts if root
  /// ran it, or in a user's manager the user; the caller sees to the latter.
  ///
  /// - Parameters:
  ///   - isUser: whether units of a user's manager are meant.
  ///   - field: the first value of each of ``fields``; nil if the entry has none.
  /// - Returns: the kind and the unit's name.
  public static func event(
    isUser: Bool, _ field: (String) -> String?
  ) -> (kind: ServiceEvent.Kind, unit: String)? {
    guard let kind = kind(field) else { return nil }
    let program = path(field("_EXE"))
    if isRunner(program, field("_COMM")) {
      let own = field("_SYSTEMD_USER_UNIT")
      // What belongs to a user's manager is also in a unit of the system's.
      return (isUser ? own : own == nil ? field("_SYSTEMD_UNIT") : nil).map { (kind, $0) }
    }
    guard kind == .maintenanceBegan || kind == .maintenanceEnded, program?.hasSuffix("/upkeep") == true,
      isUser || field("_UID") == "0"
    else { return nil }
    return field(isUser ? "OBJECT_SYSTEMD_USER_UNIT" : "OBJECT_SYSTEMD_UNIT").map { (kind, $0) }
  }

  private static func kind(_ field: (String) -> String?) -> ServiceEvent.Kind? {
    guard let kind = field("MESSAGE_ID").flatMap({ ServiceEvent.Kind(rawValue: $0) }) else { return nil }
    return kind.name == field("UPKEEP_EVENT") ? kind : nil
  }

  /// The program's path; an update may have put another file in its place.
  private static func path(_ program: String?) -> String? {
    let deleted = " (deleted)"
    return program.map { $0.hasSuffix(deleted) ? String($0.dropLast(deleted.count)) : $0 }
  }

  /// Whether a program is `upkeep-run`. One that ended before journald looked has none.
  ///
  /// journald remembers a process for a second, and so may still see the manager's program, which has become
  /// `upkeep-run` since. The manager names such a process after the program, or the last eight letters of it, in
  /// parentheses.
  private static func isRunner(_ program: String?, _ process: String?) -> Bool {
    guard let program else { return false }
    return program.hasSuffix("/upkeep-run")
      || managers.contains(program) && process?.hasSuffix("eep-run)") == true
  }

  private static let managers: Set<String> = [
    "/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor",
    "/lib/systemd/systemd-executor",
  ]
}
