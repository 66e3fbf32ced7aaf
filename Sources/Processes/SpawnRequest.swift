/// A program to start and the state it starts in; nothing of it is expanded, searched or guessed.
///
/// Signal dispositions and the signal mask are always reset, and every descriptor above 2 that is not mapped is closed.
package struct SpawnRequest: Sendable {
  /// Which group of processes the program is in, which decides who gets signals meant for a group or a terminal.
  package enum Grouping: Sendable, Hashable {
    /// The parent's session and process group.
    case inherit
    /// A process group of its own, in the parent's session (`setpgid(2)`).
    case processGroup
    /// A session of its own, without a terminal (`setsid(2)`).
    case session
  }

  /// The path of the executable file; it is not searched in PATH, see ``ProgramSearch``.
  package var program: String
  /// The arguments, the program's own name (`argv[0]`) first.
  package var arguments: [[UInt8]]
  /// The whole environment, each entry the bytes of `NAME=value`.
  package var environment: [[UInt8]]
  /// Variables whose value is the new process's own PID, such as `LISTEN_PID`; they replace earlier entries.
  package var ownPIDVariables: [String] = []
  /// The working directory, entered with the new identity's rights; nil for the parent's.
  package var workingDirectory: String?
  /// The file mode creation mask, 0 to 0o777; nil for the parent's.
  package var umask: UInt32?
  /// Resource limits, set while privileges still last.
  package var limits: [RawLimit] = []
  /// The user and groups to become; nil for the parent's.
  package var identity: Identity?
  /// Whether `execve` may never again grant privileges (set-user-ID programs, file capabilities).
  package var noNewPrivileges = false
  /// The signal that the program gets when the thread that started it ends; 0 for none. See `prctl(2)`,
  /// `PR_SET_PDEATHSIG`: starting a program with file capabilities or a set-user-ID bit clears it.
  package var parentDeathSignal: Int32 = 0
  /// Session or process group of its own.
  package var grouping: Grouping = .processGroup
  /// Which open descriptor the program finds under which number; sources and targets may overlap. 0, 1 and 2 are the
  /// parent's unless they are targets here.
  package var descriptors: [(source: Int32, target: Int32)] = []
  /// A descriptor of the cgroup v2 directory to start in; nil for the parent's cgroup.
  package var cgroup: Int32?

  /// A program with its arguments and environment, in a process group of its own and otherwise like its parent.
  package init(program: String, arguments: [[UInt8]], environment: [[UInt8]]) {
    self.program = program
    self.arguments = arguments
    self.environment = environment
  }
}

/// A started program, which nobody has waited for yet.
package struct SpawnedProcess: Sendable, Hashable {
  /// Its PID, which stays its own until somebody waits for it.
  package let pid: Int32
  /// Its descriptor (`pidfd_open(2)`), close-on-exec; whoever holds this value closes it.
  package let pidfd: Int32

  /// Describes a child that was started by other means.
  package init(pid: Int32, pidfd: Int32) {
    self.pid = pid
    self.pidfd = pidfd
  }
}
