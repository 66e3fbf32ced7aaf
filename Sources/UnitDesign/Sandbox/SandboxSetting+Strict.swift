extension SandboxSetting {
  /// The strictest sandbox in which an ordinary network service still works, in the order of the unit file.
  ///
  /// Measured on systemd 252 and 257: Python, redis, memcached, nginx without root, PostgreSQL, Ruby, PHP, Go and
  /// Swift programs run in it unchanged. It says nothing of the user and of single addresses.
  public static let strict: [SandboxSetting] = [
    SandboxSetting(
      "NoNewPrivileges", "yes", .privileges, since: 187, risk: .medium,
      denies: "gain privileges from setuid programs or file capabilities (sudo, ping, crontab)"),
    SandboxSetting(
      "CapabilityBoundingSet", "", .privileges, since: 0, risk: .high,
      denies: "use any capability: low ports, chown, raw sockets, changing its user"),
    SandboxSetting(
      "AmbientCapabilities", "", .privileges, since: 229, risk: .medium,
      denies: "start with a capability in hand"),
    SandboxSetting(
      "RestrictSUIDSGID", "yes", .privileges, since: 242, risk: .medium,
      denies: "make files setuid or setgid"),

    SandboxSetting(
      "ProtectSystem", "strict", .files, since: 232, risk: .high,
      denies: "write anywhere but to its own directories, /dev, /proc and /sys"),
    SandboxSetting(
      "ProtectHome", "yes", .files, since: 214, risk: .medium,
      denies: "see /home, /root and /run/user"),
    SandboxSetting(
      "PrivateTmp", "yes", .files, since: 0, risk: .medium,
      denies: "share /tmp and /var/tmp with other services"),
    SandboxSetting(
      "UMask", "0077", .files, since: 0, risk: .medium,
      denies: "make files that others can read without an explicit chmod"),

    SandboxSetting(
      "PrivateDevices", "yes", .devices, since: 209, risk: .medium,
      denies: "see devices other than null, zero, random, tty and the like"),
    SandboxSetting(
      "DevicePolicy", "closed", .devices, since: 208, risk: .medium,
      denies: "open devices other than the standard ones"),

    SandboxSetting(
      "ProtectClock", "yes", .kernel, since: 245, risk: .low,
      denies: "set the clock"),
    SandboxSetting(
      "ProtectControlGroups", "yes", .kernel, since: 232, risk: .low,
      denies: "write to control groups"),
    SandboxSetting(
      "ProtectHostname", "yes", .kernel, since: 242, risk: .low,
      denies: "change the host name, or see it change"),
    SandboxSetting(
      "ProtectKernelLogs", "yes", .kernel, since: 244, risk: .low,
      denies: "read or write the kernel's log"),
    SandboxSetting(
      "ProtectKernelModules", "yes", .kernel, since: 232, risk: .low,
      denies: "load kernel modules"),
    SandboxSetting(
      "ProtectKernelTunables", "yes", .kernel, since: 232, risk: .low,
      denies: "write to /proc/sys and /sys"),

    SandboxSetting(
      "ProtectProc", "invisible", .processes, since: 247, risk: .medium,
      denies: "see processes of other users in /proc"),
    SandboxSetting(
      "ProcSubset", "pid", .processes, since: 250, risk: .medium,
      denies: "read /proc/meminfo, /proc/stat, /proc/cpuinfo, /proc/net and other facts of the machine"),
    SandboxSetting(
      "RestrictRealtime", "yes", .processes, since: 231, risk: .low,
      denies: "use real-time scheduling"),
    SandboxSetting(
      "KeyringMode", "private", .processes, since: 235, risk: .low,
      denies: "share kernel keys with other services"),

    SandboxSetting(
      "PrivateUsers", "yes", .namespaces, since: 232, risk: .high,
      denies: "see or become other users; files of others belong to nobody"),
    SandboxSetting(
      "PrivateIPC", "yes", .namespaces, since: 248, risk: .low,
      denies: "share System V and POSIX IPC with other services"
    ),
    SandboxSetting(
      "PrivateMounts", "yes", .namespaces, since: 239, risk: .low,
      denies: "make mounts that others see"),
    SandboxSetting(
      "RemoveIPC", "yes", .namespaces, since: 232, risk: .low,
      denies: "leave IPC objects behind when it stops"),
    SandboxSetting(
      "RestrictNamespaces", "yes", .namespaces, since: 233, risk: .medium,
      denies: "make namespaces (containers, browser sandboxes)"),

    SandboxSetting(
      "RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX", .network, since: 211, risk: .medium,
      denies: "use sockets other than TCP, UDP and unix ones: no netlink, no raw packets, no bluetooth"),

    SandboxSetting(
      "LockPersonality", "yes", .memory, since: 235, risk: .low,
      denies: "change its execution domain"),
    SandboxSetting(
      "MemoryDenyWriteExecute", "yes", .memory, since: 231, risk: .high,
      denies: "make code at run time: most just-in-time compilers"),

    SandboxSetting(
      "SystemCallArchitectures", "native", .systemCalls, since: 209, risk: .low,
      denies: "run programs of another architecture, such as 32-bit ones"),
    SandboxSetting(
      "SystemCallErrorNumber", "EPERM", .systemCalls, since: 209, risk: .low,
      denies: "be killed by a refused system call: it gets an error instead"),
    SandboxSetting(
      "SystemCallFilter", "@system-service", .systemCalls, since: 239, risk: .medium,
      denies: "use system calls that services do not need: mount, reboot, modules, debugging"),
    SandboxSetting(
      "SystemCallFilter", "~@privileged @resources", .systemCalls, since: 231, risk: .medium,
      denies: "use system calls that need privileges, or set priorities and limits"),
  ]
}
