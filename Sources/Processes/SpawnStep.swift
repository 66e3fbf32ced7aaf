/// What was being done for a new process when it failed.
package enum SpawnStep: Int32, Sendable, Hashable, CaseIterable {
  /// Making the process itself (`clone(2)`).
  case start = 1
  /// Resetting the signal mask.
  case signals = 2
  /// Making its own session or process group.
  case grouping = 3
  /// Entering its cgroup.
  case cgroup = 4
  /// Arranging its descriptors.
  case descriptors = 5
  /// Setting a resource limit.
  case limits = 6
  /// Finding a group, or taking on the groups.
  case group = 7
  /// Finding the user, or becoming it.
  case user = 8
  /// Asking for the parent-death signal, or finding the parent gone already.
  case parentDeath = 9
  /// Entering the working directory.
  case workingDirectory = 10
  /// Giving up new privileges.
  case noNewPrivileges = 11
  /// Finding the program, or executing it.
  case program = 12

  /// The exit code that systemd would give the service for it, 200 to 242; see `systemd.exec(5)`, "Process Exit Codes".
  package var exitCode: Int32 {
    switch self {
    case .workingDirectory: 200
    case .descriptors: 202
    case .program: 203
    // systemd fails the unit with "resources" instead; this is the code for a shortage.
    case .start: 204
    case .limits: 205
    case .signals, .parentDeath: 207
    case .group: 216
    case .user: 217
    case .cgroup: 219
    case .grouping: 220
    case .noNewPrivileges: 227
    }
  }
}
