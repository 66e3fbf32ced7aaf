/// How much each setting is suspected, from what was seen of the service and from how its last trial failed.
struct Suspicion {
  /// Something that a failure can show, and the settings that it points to.
  private struct Clue {
    let words: [String]
    let names: Set<String>
  }

  /// A strong hint outweighs all settings without one together.
  static let strong = 64

  private var suspects: Set<String> = []
  private var suspectedGroups: Set<SandboxGroup> = []

  init(_ facts: TrialFacts, _ evidence: TrialEvidence?) {
    if facts.hasLowPort || facts.hasOtherUsers {
      suspects.formUnion(["CapabilityBoundingSet", "PrivateUsers"])
    }
    if facts.hasOtherUsers { suspects.insert("SystemCallFilter=~@privileged") }
    if facts.hasNetlink || facts.hasPacket { suspects.insert("RestrictAddressFamilies") }
    if facts.hasWritableCode { suspects.insert("MemoryDenyWriteExecute") }
    if !facts.writtenFolders.isEmpty { suspects.insert("ProtectSystem") }
    guard let evidence else { return }
    take(evidence.failure)
    for line in evidence.denials + evidence.lastLines { take(line) }
  }

  /// The setting's weight.
  func weight(of setting: TrialSetting) -> Int {
    let isSuspect =
      suspects.contains(setting.name) || suspects.contains(setting.directive)
      || suspectedGroups.contains(setting.group)
    return setting.weight * (isSuspect ? Self.strong : 1)
  }

  // MARK: Steps

  private mutating func take(_ failure: TrialEvidence.Failure) {
    switch failure {
    case .signaled(31): suspectedGroups.insert(.systemCalls)
    // A program that must not make code often ends by a trap or in a segment that it may not write.
    case .signaled(4), .signaled(5), .signaled(6), .signaled(11): suspects.insert("MemoryDenyWriteExecute")
    case .exited(203), .exited(200): suspects.formUnion(["ProtectHome", "PrivateTmp"])
    case .exited(206), .exited(218): suspectedGroups.insert(.privileges)
    case .exited(217), .exited(216):
      suspects.formUnion(["PrivateUsers", "CapabilityBoundingSet", "SystemCallFilter=~@privileged"])
    case .exited(226): suspectedGroups.formUnion([.files, .devices, .namespaces])
    case .exited(228): suspectedGroups.insert(.systemCalls)
    case .exited, .signaled, .start, .unsteady, .closed, .check, .denied: break
    }
  }

  private mutating func take(_ line: String) {
    let line = line.lowercased()
    for clue in Self.clues where clue.words.contains(where: { line.contains($0) }) {
      suspects.formUnion(clue.names)
    }
  }

  private static let clues = [
    Clue(
      words: ["read-only file system", "erofs"],
      names: ["ProtectSystem", "ProtectKernelTunables", "ProtectControlGroups"]),
    Clue(
      words: ["netlink", "address family not supported", "eafnosupport", "if_nameindex"],
      names: ["RestrictAddressFamilies"]),
    Clue(words: ["/home/", "/root/", "/run/user/"], names: ["ProtectHome"]),
    Clue(words: ["/dev/"], names: ["PrivateDevices", "DevicePolicy"]),
    Clue(
      words: [
        "/proc/meminfo", "/proc/stat", "/proc/cpuinfo", "/proc/uptime", "/proc/loadavg", "/proc/net",
        "/proc/sys",
        "/proc/self/net", "/proc/mounts", "/proc/filesystems", "/proc/version", "/proc/diskstats",
        "/proc/vmstat",
      ], names: ["ProcSubset"]),
    Clue(words: ["/proc/sys", "/sys/", "sysctl"], names: ["ProtectKernelTunables"]),
    Clue(words: ["/sys/fs/cgroup"], names: ["ProtectControlGroups"]),
    Clue(
      words: ["setuid", "setgid", "setgroups", "initgroups", "setresuid", "seteuid"],
      names: ["CapabilityBoundingSet", "PrivateUsers", "SystemCallFilter=~@privileged"]),
    Clue(
      words: ["chown", "fchown"],
      names: ["CapabilityBoundingSet", "PrivateUsers", "SystemCallFilter=~@privileged"]),
    Clue(words: ["bind", "listen"], names: ["CapabilityBoundingSet", "PrivateUsers"]),
    Clue(
      words: ["mprotect", "mmap", "prot_exec", "executable memory", "jit", "virtualprotect"],
      names: ["MemoryDenyWriteExecute"]),
    Clue(
      words: ["setrlimit", "setpriority", "sched_set", "ioprio", "prlimit", "nice"],
      names: ["SystemCallFilter=~@resources", "RestrictRealtime"]),
    Clue(words: ["unshare", "clone", "namespace", "setns"], names: ["RestrictNamespaces"]),
    Clue(
      words: ["seccomp", "syscall", "sig=31"],
      names: ["SystemCallFilter", "SystemCallFilter=~@privileged", "SystemCallFilter=~@resources"]),
    Clue(words: ["sudo", "setuid bit", "effective uid", "must be setuid"], names: ["NoNewPrivileges"]),
    Clue(words: ["raw socket", "icmp", "ping"], names: ["CapabilityBoundingSet", "PrivateUsers"]),
    Clue(words: ["shm", "semget", "msgget"], names: ["PrivateIPC"]),
    Clue(words: ["dmesg", "/dev/kmsg", "klog"], names: ["ProtectKernelLogs"]),
    Clue(words: ["hostname"], names: ["ProtectHostname"]),
    Clue(words: ["/tmp/", "/var/tmp/"], names: ["PrivateTmp", "ProtectSystem"]),
  ]
}
