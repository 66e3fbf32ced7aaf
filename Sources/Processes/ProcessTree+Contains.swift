import Glibc
import Systemd

extension ProcessTree {
  /// How many generations are followed upwards; deeper ones are strangers.
  private static let generationLimit = 64

  /// Whether `pid` is a live process of the tree, or one that has ended and was not collected yet.
  ///
  /// Without a cgroup the answer comes from its ancestors, so it costs a few reads of `/proc` and not a walk
  /// through the tree: anybody may make us ask.
  package func contains(_ pid: Int32) -> Bool {
    if pid == main.pid { return main.exit == nil }
    if let cgroup { return cgroup.members().contains(pid) }
    var pid = pid
    let own = getpid()
    for _ in 0..<Self.generationLimit {
      guard let entry = ProcessTable.entry(of: pid) else { return false }
      if entry.parent == own { return isOurs(pid) }
      guard entry.parent > 0 else { return false }
      pid = entry.parent
    }
    return false
  }
}
