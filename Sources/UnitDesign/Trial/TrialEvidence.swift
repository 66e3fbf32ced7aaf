/// What a trial that failed left: how the service ended, and what was said meanwhile.
package struct TrialEvidence: Sendable, Hashable {
  /// How a trial can fail.
  package enum Failure: Sendable, Hashable {
    /// The start failed; systemd's word for it, such as `timeout`.
    case start(result: String)
    /// Its main process ended with this code, or systemd could not start it (200 and above).
    case exited(Int32)
    /// A signal ended its main process.
    case signaled(Int32)
    /// It was up and is not any more, or `Restart=` had to start it again.
    case unsteady(String)
    /// Ports on which it used to listen are closed.
    case closed([String])
    /// A probe or the command of the check failed, with this to say.
    case check(String)
    /// It is up, but says that it was denied something, which it did not say before.
    case denied
  }

  /// How it failed.
  package var failure: Failure
  /// What it and the kernel said of being denied something; foreign text, bounded in number and length.
  package var denials: [String]
  /// Its last words otherwise; foreign text, bounded in number and length.
  package var lastLines: [String]
  /// The folders that it could not write to, which exist.
  package var deniedFolders: [String]

  /// Describes a failure.
  package init(
    _ failure: Failure, denials: [String] = [], lastLines: [String] = [], deniedFolders: [String] = []
  ) {
    self.failure = failure
    self.denials = denials
    self.lastLines = lastLines
    self.deniedFolders = deniedFolders
  }

  /// How it failed, in a few words.
  package var summary: String {
    switch failure {
    case .start(let result): "the start failed (\(result))"
    case .exited(let code): Self.stepNames[code].map { "exit code \(code)/\($0)" } ?? "exit code \(code)"
    case .signaled(let signal):
      Self.signalNames[signal].map { "killed by \($0)" } ?? "killed by signal \(signal)"
    case .unsteady(let text): text
    case .closed(let ports): "no longer listens on \(ports.joined(separator: ", "))"
    case .check(let text): text
    case .denied: "was denied something"
    }
  }

  /// What systemd could not do before the program ran; `systemd.exec(5)`.
  static let stepNames: [Int32: String] = [
    200: "CHDIR", 203: "EXEC", 206: "CAPABILITIES", 208: "STDIN", 209: "STDOUT", 216: "GROUP", 217: "USER",
    218: "CAPABILITIES", 219: "CGROUP", 222: "STDERR", 224: "PAM", 225: "NETWORK", 226: "NAMESPACE",
    227: "NO_NEW_PRIVILEGES", 228: "SECCOMP", 233: "RUNTIME_DIRECTORY", 238: "STATE_DIRECTORY",
    239: "CACHE_DIRECTORY", 240: "LOGS_DIRECTORY", 241: "CONFIGURATION_DIRECTORY", 243: "CREDENTIALS",
  ]

  private static let signalNames: [Int32: String] = [
    4: "SIGILL", 5: "SIGTRAP", 6: "SIGABRT", 7: "SIGBUS", 9: "SIGKILL", 11: "SIGSEGV", 15: "SIGTERM",
    31: "SIGSYS",
  ]
}
