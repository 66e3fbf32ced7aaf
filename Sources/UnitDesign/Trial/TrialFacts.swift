/// What was seen of a service while it ran as it is: facts that tell which settings it will not bear.
package struct TrialFacts: Sendable, Hashable {
  /// Whether its main process is root's.
  package var isRoot = false
  /// Whether it has processes of a user that is not its own, as a master that is root has workers.
  package var hasOtherUsers = false
  /// Whether it listens on a port below 1024.
  package var hasLowPort = false
  /// Whether it has netlink sockets.
  package var hasNetlink = false
  /// Whether it has packet sockets.
  package var hasPacket = false
  /// Whether it has memory that is written and executed.
  package var hasWritableCode = false
  /// The folders that it has files open in for writing, outside of /dev, /proc, /run, /sys and /tmp.
  package var writtenFolders: [String] = []

  /// Nothing is known.
  package init() {}
}
