import UnitFiles

/// The kinds of needs that `--allow` knows: what a program does, not which directives stand in its way.
public enum NeedKind: String, Sendable, Hashable, CaseIterable {
  // The network.
  case networkIn = "network-in"
  case networkOut = "network-out"
  case unix
  case netlink
  case rawSockets = "raw-sockets"
  case packet
  case networkAdmin = "network-admin"
  case socket
  case lowPorts = "low-ports"
  // Files and devices.
  case read
  case write
  case homeRead = "home-read"
  case homeWrite = "home-write"
  case sharedTmp = "shared-tmp"
  case foreignFiles = "foreign-files"
  case chown
  case setgidFiles = "setgid-files"
  case device
  case devices
  case gpu
  case rawIO = "raw-io"
  // Memory and code.
  case jit
  case memoryLock = "memory-lock"
  case personality
  case otherArchitectures = "other-architectures"
  // Processes and users.
  case users
  case processes
  case systemStats = "system-stats"
  case signals
  case ptrace
  case ptraceAll = "ptrace-all"
  case resources
  case realtime
  case namespaces
  case chroot
  case setuidPrograms = "setuid-programs"
  case sharedIPC = "shared-ipc"
  case keyring
  // The kernel.
  case clock
  case hostname
  case mounts
  case controlGroups = "control-groups"
  case kernelModules = "kernel-modules"
  case kernelLog = "kernel-log"
  case kernelTunables = "kernel-tunables"
  case bpf
  case audit
  case systemCalls = "system-calls"

  /// What a need takes behind its `=`.
  enum Argument {
    case none, path, device, family
  }

  var argument: Argument {
    if self == .read || self == .write { return .path }
    if self == .device { return .device }
    return self == .socket ? .family : .none
  }

  /// What follows the `=`, for help; nil when nothing does.
  public var placeholder: String? {
    switch argument {
    case .none: nil
    case .path: "PATH"
    case .device: "DEVICE"
    case .family: "AF_NAME"
    }
  }

  var argumentRule: String {
    switch argument {
    case .none: "nothing"
    case .path: "an absolute path"
    case .device: "a device below /dev, or 'char-NAME'"
    case .family: "an address family"
    }
  }

  /// Whether a text can stand behind the `=`.
  func takes(_ text: String) -> Bool {
    let isPath =
      (try? UnitValue.paths([text])) != nil && (try? UnitValue.bindPath(text)) != nil
    switch argument {
    case .none: return false
    case .path: return isPath
    case .device:
      let isClass = ["char-", "block-"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
      return text.hasPrefix("/dev/") && isPath || isClass && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    case .family:
      return text.hasPrefix("AF_") && text.utf8.count > 3
        && text.utf8.allSatisfy { $0 == 0x5f || (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) }
    }
  }

  /// All words, for a message.
  static var list: String {
    allCases.map { kind in kind.placeholder.map { "\(kind.rawValue)=\($0)" } ?? kind.rawValue }
      .joined(separator: ", ")
  }
}
