/// Why a service did not start, in words: systemd's `Result=` with the exit status of its main process.
public enum ServiceResult {
  /// What an exit status says that systemd itself gives, before the program runs; see `systemd.exec(5)`.
  private static let steps: [Int32: String] = [
    200: "the working directory is not there or closed to its user (CHDIR)",
    201: "the nice level was refused (NICE)", 202: "a descriptor could not be handed over (FDS)",
    203: "the program is not there, hidden by the sandbox, or no program (EXEC)",
    205: "a resource limit was refused (LIMITS)", 206: "the OOM score was refused (OOM_ADJUST)",
    208: "standard input could not be set up (STDIN)", 209: "standard output could not be set up (STDOUT)",
    214: "real-time scheduling was refused (SETSCHEDULER)", 216: "the group does not exist (GROUP)",
    217: "the user does not exist (USER)", 218: "a capability was refused (CAPABILITIES)",
    219: "the control group could not be joined (CGROUP)", 222: "standard error could not be set up (STDERR)",
    224: "the PAM session failed (PAM)", 225: "the network namespace could not be made (NETWORK)",
    226:
      "the file system view could not be made: often a path of ReadWritePaths= that is not there (NAMESPACE)",
    227: "NoNewPrivileges= was refused (NO_NEW_PRIVILEGES)",
    228: "the filter of system calls was refused (SECCOMP)",
    231: "the execution domain was refused (PERSONALITY)",
    233: "its runtime directory could not be made (RUNTIME_DIRECTORY)",
    235: "a file's owner could not be set (CHOWN)", 237: "the key ring could not be set up (KEYRING)",
    238: "its state directory could not be made (STATE_DIRECTORY)",
    239: "its cache directory could not be made (CACHE_DIRECTORY)",
    240: "its log directory could not be made (LOGS_DIRECTORY)",
    241: "its configuration directory could not be made (CONFIGURATION_DIRECTORY)",
    243: "a credential could not be read (CREDENTIALS)",
  ]

  private static let signals: [Int32: String] = [
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL", 6: "SIGABRT", 7: "SIGBUS", 8: "SIGFPE", 9: "SIGKILL",
    11: "SIGSEGV", 13: "SIGPIPE", 14: "SIGALRM", 15: "SIGTERM", 31: "SIGSYS",
  ]

  /// One sentence without its full stop.
  ///
  /// - Parameters:
  ///   - result: `Result=` of the unit.
  ///   - code: how the main process ended, `si_code` of `sigaction(2)`: 1 by exit, 2 and 3 by a signal; 0 for none.
  ///   - status: its exit status or the signal.
  /// - Returns: what happened and, where it is known, why.
  public static func sentence(result: String, code: Int32, status: Int32) -> String {
    switch result {
    case "exit-code":
      if let step = steps[status] { return "status \(status): \(step)" }
      return "its main process ended with exit status \(status)"
    case "signal", "core-dump":
      let name = signals[status] ?? "signal \(status)"
      let hint = status == 31 ? ": a system call that the sandbox refuses" : ""
      return "its main process was ended by \(name)\(hint)"
    case "timeout": return "it did not become ready in time"
    case "watchdog": return "it sent no sign of life in time"
    case "start-limit-hit": return "it was started too often in too short a time"
    case "oom-kill": return "the kernel ended it for want of memory"
    case "resources": return "systemd lacked something for it, such as a file of EnvironmentFile="
    case "protocol": return "it ended before it said that it was ready"
    case "exec-condition": return "its ExecCondition= did not hold"
    case "success": return code == 0 ? "it never ran" : "its main process ended with exit status \(status)"
    default: return "systemd says '\(result)'"
    }
  }
}
