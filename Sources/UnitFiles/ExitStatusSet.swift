/// A set of exit codes and signals, as in `SuccessExitStatus=` and `RestartPreventExitStatus=`.
public struct ExitStatusSet: Sendable, Hashable {
  /// The exit codes in the set.
  public var codes: Set<UInt8> = []
  /// The numbers of the signals in the set.
  public var signals: Set<Int32> = []

  /// Makes an empty set.
  public init() {}

  /// Reads a list such as `1 SIGSEGV DATAERR 200`: exit codes, their names, and signals, see `systemd.service(5)`.
  ///
  /// A bare number is an exit code. Any other word is an error that suggests the nearest name.
  public static func parse(_ value: String) throws(ValueError) -> ExitStatusSet {
    var scanner = WordScanner(Array(value.utf8))
    var set = ExitStatusSet()
    while let token = try scanner.next(.strict) {
      let word = token.bytes.text
      if let number = WholeNumber.number(token.bytes[...]), let code = UInt8(exactly: number) {
        set.codes.insert(code)
      } else if let code = names[word] {
        set.codes.insert(code)
      } else if !(word.utf8.first?.isDigit ?? true), let signal = try? SignalName.number(of: word) {
        set.signals.insert(signal)
      } else {
        let nearest = Suggestion.nearest(to: word, among: names.keys.sorted())
        let hint = nearest.map { "; did you mean \($0)?" } ?? ""
        throw ValueError(
          message: "'\(word)' is no exit status from 0 to 255 and no signal\(hint)",
          offset: token.offset)
      }
    }
    return set
  }

  /// Whether the set holds the exit code of a process.
  public func contains(code: Int32) -> Bool { UInt8(exactly: code).map(codes.contains) ?? false }

  /// Whether the set holds the signal that ended a process.
  public func contains(signal: Int32) -> Bool { signals.contains(signal) }

  /// systemd's name of an exit code, such as `EXEC` for 203; nil for one without a name.
  public static func name(of code: Int32) -> String? { names.first { Int32($0.value) == code }?.key }

  /// The names that `systemd-analyze exit-status` lists.
  private static let names: [String: UInt8] = [
    "SUCCESS": 0, "FAILURE": 1, "INVALIDARGUMENT": 2, "NOTIMPLEMENTED": 3, "NOPERMISSION": 4,
    "NOTINSTALLED": 5, "NOTCONFIGURED": 6, "NOTRUNNING": 7, "USAGE": 64, "DATAERR": 65, "NOINPUT": 66,
    "NOUSER": 67, "NOHOST": 68, "UNAVAILABLE": 69, "SOFTWARE": 70, "OSERR": 71, "OSFILE": 72,
    "CANTCREAT": 73, "IOERR": 74, "TEMPFAIL": 75, "PROTOCOL": 76, "NOPERM": 77, "CONFIG": 78, "CHDIR": 200,
    "NICE": 201, "FDS": 202, "EXEC": 203, "MEMORY": 204, "LIMITS": 205, "OOM_ADJUST": 206,
    "SIGNAL_MASK": 207, "STDIN": 208, "STDOUT": 209, "CHROOT": 210, "IOPRIO": 211, "TIMERSLACK": 212,
    "SECUREBITS": 213, "SETSCHEDULER": 214, "CPUAFFINITY": 215, "GROUP": 216, "USER": 217,
    "CAPABILITIES": 218, "CGROUP": 219, "SETSID": 220, "CONFIRM": 221, "STDERR": 222, "PAM": 224,
    "NETWORK": 225, "NAMESPACE": 226, "NO_NEW_PRIVILEGES": 227, "SECCOMP": 228, "SELINUX_CONTEXT": 229,
    "PERSONALITY": 230, "APPARMOR": 231, "ADDRESS_FAMILIES": 232, "RUNTIME_DIRECTORY": 233, "CHOWN": 235,
    "SMACK_PROCESS_LABEL": 236, "KEYRING": 237, "STATE_DIRECTORY": 238, "CACHE_DIRECTORY": 239,
    "LOGS_DIRECTORY": 240, "CONFIGURATION_DIRECTORY": 241, "NUMA_POLICY": 242, "CREDENTIALS": 243,
    "BPF": 244, "EXCEPTION": 255,
  ]
}
