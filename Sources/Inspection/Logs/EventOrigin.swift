public import Supervision

/// Tells Upkeep's own events from entries that somebody else wrote in their form.
public enum EventOrigin {
  /// The kind of an event that `upkeep-run` wrote; nil for any other entry.
  ///
  /// Which unit it is about is journald's word too: `_SYSTEMD_UNIT`, or `_SYSTEMD_USER_UNIT` in a user's manager.
  ///
  /// - Parameters:
  ///   - id: `MESSAGE_ID`, which anybody may write.
  ///   - name: `UPKEEP_EVENT`, which anybody may write.
  ///   - program: `_EXE`, which journald looks up; nil if it could not, because the process had ended.
  ///   - process: `_COMM`, which journald looks up.
  /// - Returns: the kind, if both agree and the program may have been `upkeep-run`.
  public static func kind(id: String?, name: String?, program: String?, process: String?) -> ServiceEvent
    .Kind?
  {
    guard let id, let kind = ServiceEvent.Kind(rawValue: id), kind.name == name, isRunner(program, process)
    else {
      return nil
    }
    return kind
  }

  /// Whether a program is `upkeep-run`. journald remembers a process for a second, and so may still see the manager's
  /// program, which has become `upkeep-run` since. The manager names such a process after the program, or the last eight
  /// letters of it, in parentheses.
  private static func isRunner(_ program: String?, _ process: String?) -> Bool {
    guard var path = program else { return false }
    // An update has put another file in its place.
    let deleted = " (deleted)"
    if path.hasSuffix(deleted) { path = String(path.dropLast(deleted.count)) }
    return path.hasSuffix("/upkeep-run") || managers.contains(path) && process?.hasSuffix("eep-run)") == true
  }

  private static let managers: Set<String> = [
    "/usr/lib/systemd/systemd", "/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor",
    "/lib/systemd/systemd-executor",
  ]
}
