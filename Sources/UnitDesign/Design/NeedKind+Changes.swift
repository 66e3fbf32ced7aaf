import UnitFiles

extension Need {
  /// What the sandbox gives up for a need, as far as it is not open already.
  ///
  /// What each kind of program needs was measured on systemd 252 and 257; the capabilities are those of
  /// `capabilities(7)`, the groups of system calls those of `systemd.exec(5)`.
  var changes: [SandboxChange] {
    switch kind {
    case .networkIn, .networkOut: Self.network
    case .unix: [.family("AF_UNIX")]
    case .netlink: [.family("AF_NETLINK")]
    case .rawSockets: Self.privilege("NET_RAW")
    case .packet: Self.privilege("NET_RAW") + [.family("AF_PACKET"), .family("AF_NETLINK")]
    case .networkAdmin: Self.privilege("NET_ADMIN") + [.family("AF_NETLINK"), .calls("@privileged")]
    case .socket: argument.map { [.family($0)] } ?? []
    case .lowPorts: Self.privilege("NET_BIND_SERVICE")
    case .read: argument.map { Self.path($0, "BindReadOnlyPaths", nil) } ?? []
    case .write: argument.map { Self.path($0, "BindPaths", "ReadWritePaths") } ?? []
    case .homeRead: [.set("ProtectHome", "read-only")]
    case .homeWrite: [.drop("ProtectHome")]
    case .sharedTmp: [.drop("PrivateTmp"), .add("ReadWritePaths", "/tmp /var/tmp")]
    case .foreignFiles: Self.privilege("DAC_OVERRIDE")
    case .chown: Self.privilege("CHOWN") + [.calls("@chown")]
    case .setgidFiles: [.drop("RestrictSUIDSGID")]
    case .device: argument.map { [.drop("PrivateDevices"), .add("DeviceAllow", "\($0) rw")] } ?? []
    case .devices: [.drop("PrivateDevices"), .drop("DevicePolicy")]
    case .gpu: [.drop("PrivateDevices")] + Self.gpuDevices.map { .add("DeviceAllow", "\($0) rw") }
    case .rawIO: Self.privilege("SYS_RAWIO") + [.drop("PrivateDevices"), .calls("@raw-io")]
    case .jit: [.drop("MemoryDenyWriteExecute")]
    case .memoryLock: [.add("LimitMEMLOCK", "infinity")]
    case .personality: [.drop("LockPersonality")]
    case .otherArchitectures: [.drop("SystemCallArchitectures"), .drop("LockPersonality")]
    case .users: Self.users
    case .processes: [.drop("ProtectProc")]
    case .systemStats: [.drop("ProcSubset")]
    case .signals: Self.privilege("KILL")
    case .ptrace: [.calls("ptrace")]
    case .ptraceAll: Self.privilege("SYS_PTRACE") + [.drop("ProtectProc"), .calls("@debug")]
    case .resources: [.calls("@resources")]
    case .realtime: Self.privilege("SYS_NICE") + [.drop("RestrictRealtime"), .calls("@resources")]
    case .namespaces: Self.namespaces
    case .chroot: Self.privilege("SYS_CHROOT") + [.calls("chroot")]
    case .setuidPrograms: Self.setuidPrograms
    case .sharedIPC: [.drop("PrivateIPC"), .drop("RemoveIPC")]
    case .keyring: [.set("KeyringMode", "inherit")]
    case .clock: Self.privilege("SYS_TIME") + [.drop("ProtectClock"), .calls("@clock")]
    case .hostname:
      Self.privilege("SYS_ADMIN") + [.drop("ProtectHostname"), .calls("sethostname setdomainname")]
    case .mounts: Self.privilege("SYS_ADMIN") + [.drop("PrivateMounts"), .calls("@mount")]
    case .controlGroups: [.drop("ProtectControlGroups"), .add("Delegate", "yes")]
    case .kernelModules: Self.privilege("SYS_MODULE") + [.drop("ProtectKernelModules"), .calls("@module")]
    case .kernelLog:
      Self.privilege("SYSLOG") + [.drop("ProtectKernelLogs"), .drop("PrivateDevices"), .calls("syslog")]
    case .kernelTunables: [.drop("ProtectKernelTunables"), .drop("ProcSubset")]
    case .bpf:
      Self.privilege("BPF")
        + [.capability("PERFMON"), .capability("NET_ADMIN"), .calls("bpf perf_event_open")]
    case .audit: Self.privilege("AUDIT_WRITE") + [.family("AF_NETLINK")]
    case .systemCalls: [.drop("SystemCallFilter"), .drop("SystemCallErrorNumber")]
    }
  }

  // MARK: Steps

  /// A capability is worth nothing in a user namespace of the service's own.
  private static func privilege(_ capability: String) -> [SandboxChange] {
    [.drop("PrivateUsers"), .capability(capability)]
  }

  private static let network: [SandboxChange] = [
    .drop("PrivateNetwork"), .drop("IPAddressDeny"), .drop("IPAddressAllow"), .family("AF_INET"),
    .family("AF_INET6"),
  ]

  private static let users: [SandboxChange] =
    privilege("SETUID") + [.capability("SETGID"), .calls("@setuid"), .calls("@chown")]

  private static let namespaces: [SandboxChange] = [
    .drop("RestrictNamespaces"), .calls("@mount"),
    // The kernel lets nobody mount a fresh /proc or /sys while parts of the old one are covered.
    .drop("ProtectKernelTunables"), .drop("ProtectKernelLogs"), .drop("ProtectControlGroups"),
    .drop("ProtectProc"), .drop("ProcSubset"),
  ]

  /// Up to systemd 254 each of these takes setuid programs' privileges away by itself, for any user but root.
  private static let setuidPrograms: [SandboxChange] =
    [
      "NoNewPrivileges", "CapabilityBoundingSet", "AmbientCapabilities", "RestrictSUIDSGID", "PrivateUsers",
      "PrivateDevices", "ProtectClock", "ProtectHostname", "ProtectKernelLogs", "ProtectKernelModules",
      "ProtectKernelTunables", "LockPersonality", "MemoryDenyWriteExecute", "RestrictAddressFamilies",
      "RestrictNamespaces", "RestrictRealtime", "SystemCallArchitectures", "SystemCallFilter",
      "SystemCallErrorNumber",
    ].map { .drop($0) }

  private static let gpuDevices = ["char-drm", "char-nvidia", "char-nvidia-uvm", "char-kfd"]

  /// A path is bound where a home is hidden, and made writable elsewhere; to read there nothing has to change.
  private static func path(_ path: String, _ bind: String, _ open: String?) -> [SandboxChange] {
    if HomeFolders.hold(path), let text = try? UnitValue.bindPath(path) {
      return [.set("ProtectHome", "tmpfs"), .add(bind, text)]
    }
    guard let open, let text = try? UnitValue.paths([path]) else { return [] }
    return [.add(open, text)]
  }
}

/// The folders that `ProtectHome=` hides.
enum HomeFolders {
  static let all = ["/home", "/root", "/run/user"]

  /// Whether a path lies in one of them, or is one.
  static func hold(_ path: String) -> Bool { all.contains { path == $0 || path.hasPrefix($0 + "/") } }
}
