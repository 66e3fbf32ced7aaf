/// The groups of system calls that `SystemCallFilter=` knows, such as `@system-service`.
///
/// The tables are those of systemd 252, 257 and 262; a version between them gets the next newer one, an older version
/// that of 252 and a newer one that of 262.
public enum SystemCallGroup {
  /// The names of all groups, with their `@`.
  public static func names(version: Int) -> [String] { SystemCallTable.of(version: version).groupNames }

  /// What systemd lists under a group: system calls, and other groups with their `@`.
  ///
  /// - Parameters:
  ///   - group: the name with its `@`.
  ///   - version: the version of systemd.
  /// - Returns: the members; nil when the version has no such group.
  public static func members(of group: String, version: Int) -> [String]? {
    SystemCallTable.of(version: version).members[group]
  }

  /// Whether a system call is in a group, or in a group that is in it; false when there is no such group.
  public static func contains(_ systemCall: String, in group: String, version: Int) -> Bool {
    let table = SystemCallTable.of(version: version)
    guard let set = table.set(of: group), let place = table.place(of: systemCall) else { return false }
    return set.contains(place)
  }

  /// Whether systemd's own lists hold a system call of this name, for any architecture.
  ///
  /// The kernel may have more: systemd takes every name that its libseccomp knows.
  public static func isListed(systemCall: String, version: Int) -> Bool {
    SystemCallTable.of(version: version).place(of: systemCall) != nil
  }
}
