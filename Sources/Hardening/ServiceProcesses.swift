import Glibc

/// The processes of a service: all that are in its control group.
enum ServiceProcesses {
  /// How deep groups inside the service's own are followed.
  private static let depthLimit = 8
  /// More processes than this are not looked at.
  static let limit = 1024

  /// The processes in the group and in those below it.
  ///
  /// - Parameter group: the property `ControlGroup`.
  /// - Returns: their PIDs, at most ``limit``.
  static func list(_ group: String) -> [Int32] {
    guard !group.isEmpty else { return [] }
    for mount in mounts {
      let found = list(mount + group, depth: 0)
      if !found.isEmpty { return Array(found.prefix(limit)) }
    }
    return []
  }

  private static func list(_ folder: String, depth: Int) -> [Int32] {
    var found = ProcFile.lines("\(folder)/cgroup.procs").compactMap { Int32($0) }
    guard depth < depthLimit, found.count < limit else { return found }
    for entry in ProcFile.entries(folder) where !entry.contains(".") {
      found += list("\(folder)/\(entry)", depth: depth + 1)
    }
    return found
  }

  /// Where the control groups are: the unified tree, or systemd's own beside the old ones.
  private static let mounts: [String] = {
    var mounts: [String] = []
    for line in ProcFile.lines("/proc/self/mountinfo") {
      let fields = line.split(separator: " ")
      guard let dash = fields.firstIndex(of: "-"), dash >= 6, dash + 1 < fields.count else { continue }
      if fields[dash + 1] == "cgroup2" || fields[4] == "/sys/fs/cgroup/systemd" {
        mounts.append(String(fields[4]))
      }
    }
    return mounts
  }()
}
