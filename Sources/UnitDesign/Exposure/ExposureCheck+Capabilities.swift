/// The checks of the capability bounding set, in systemd's order.
extension ExposureCheck {
  static let capabilities = [
    capability("SYS_ADMIN", 1500, "act as administrator: mounts, namespaces and much more", ["SYS_ADMIN"]),
    capability(
      "SET(UID|GID|PCAP)", field: "SET_UID_GID_PCAP", 1500, "become another user or change capabilities",
      ["SETUID", "SETGID", "SETPCAP"]),
    capability("SYS_PTRACE", 1500, "look into other processes", ["SYS_PTRACE"]),
    capability("SYS_TIME", 1000, "set the system's clock", ["SYS_TIME"]),
    capability("NET_ADMIN", 1000, "configure the network", ["NET_ADMIN"]),
    capability("SYS_RAWIO", 1000, "use raw input and output ports", ["SYS_RAWIO"]),
    capability("SYS_MODULE", 1000, "load kernel modules", ["SYS_MODULE"]),
    capability(
      "AUDIT_*", field: "AUDIT", 500, "write or control the audit log",
      ["AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE"]),
    capability("SYSLOG", 500, "use the kernel's log", ["SYSLOG"]),
    capability(
      "SYS_(NICE|RESOURCE)", field: "SYS_NICE_RESOURCE", 500, "raise priorities and exceed limits",
      ["SYS_NICE", "SYS_RESOURCE"]),
    capability("MKNOD", 500, "make device nodes", ["MKNOD"]),
    capability(
      "(CHOWN|FSETID|SETFCAP)", field: "CHOWN_FSETID_SETFCAP", 1000,
      "give files away and set capabilities on them", ["CHOWN", "FSETID", "SETFCAP"]),
    capability(
      "(DAC_*|FOWNER|IPC_OWNER)", field: "DAC_FOWNER_IPC_OWNER", 1000, "pass over permissions of files",
      ["DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "IPC_OWNER"]),
    capability("KILL", 500, "send signals to any process", ["KILL"]),
    // The parenthesis at the end is systemd's.
    capability(
      "NET_(BIND_SERVICE|BROADCAST|RAW)", field: "NET_BIND_SERVICE_BROADCAST_RAW)", 500,
      "use low ports, broadcasts and raw packets", ["NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW"]),
    capability("SYS_BOOT", 100, "reboot the machine", ["SYS_BOOT"]),
    capability("MAC_*", field: "MAC", 100, "change mandatory access control", ["MAC_ADMIN", "MAC_OVERRIDE"]),
    capability("LINUX_IMMUTABLE", 75, "make files immutable", ["LINUX_IMMUTABLE"]),
    capability("IPC_LOCK", 50, "lock memory", ["IPC_LOCK"]),
    capability("SYS_CHROOT", 50, "change its root directory", ["SYS_CHROOT"]),
    capability("BLOCK_SUSPEND", 25, "keep the machine from sleeping", ["BLOCK_SUSPEND"]),
    capability("WAKE_ALARM", 25, "set timers that wake the machine", ["WAKE_ALARM"]),
    capability("LEASE", 25, "take leases on files", ["LEASE"]),
    capability("SYS_TTY_CONFIG", 25, "hang terminals up", ["SYS_TTY_CONFIG"]),
    capability("SYS_PACCT", 25, "switch process accounting", ["SYS_PACCT"]),
    capability("BPF", 25, "load BPF programs", ["BPF"]),
  ]

  private static func capability(
    _ name: String, field: String? = nil, _ weight: Int, _ deed: String, _ names: [String]
  ) -> ExposureCheck {
    let mask = names.reduce(0) { $0 | CapabilitySet.mask("CAP_\($1)") }
    return ExposureCheck(
      "CapabilityBoundingSet=~CAP_\(name)", field: "CapabilityBoundingSet_CAP_\(field ?? name)", .privileges,
      weight, good: "cannot \(deed)", bad: "may \(deed)"
    ) { $0.capabilityBoundingSet.intersects(mask) ? 1 : 0 }
  }
}
