extension SandboxSetting {
  /// The strictest sandbox in which an ordinary network service still works, in the order of the unit file.
  ///
  /// Measured on systemd 252 and 257: Python, redis, memcached, nginx without root, PostgreSQL, Ruby, PHP, Go and
  /// Swift programs run in it unchanged. It says nothing of the user and of single addresses.
  public static let strict: [SandboxSetting] = [
    SandboxSetting(
      "NoNewPrivileges", "yes", .privileges, since: 187,
      denies: "gain privileges from setuid programs or file capabilities (sudo, ping, crontab)"),
    SandboxSetting(
      "CapabilityBoundingSet", "", .privileges, since: 0,
      denies: "use any capability: low ports, chown, raw sockets, changing its user"),
    SandboxSetting(
      "AmbientCapabilities", "", .privileges, since: 229, denies: "start with a capability in hand"),
    SandboxSetting(
      "RestrictSUIDSGID", "yes", .privileges, since: 242, denies: "make files setuid or setgid"),

    SandboxSetting(
      "ProtectSystem", "strict", .files, since: 232,
      denies: "write anywhere but to its own directories, /dev, /proc and /sys"),
    SandboxSetting(
      "ProtectHome", "yes", .files, since: 214, denies: "see /home, /root and /run/user"),
    SandboxSetting(
      "PrivateTmp", "yes", .files, since: 0, denies: "share /tmp and /var/tmp with other services"),
    SandboxSetting(
      "UMask", "0077", .files, since: 0, denies: "make files that others can read without an explicit chmod"),

    SandboxSetting(
      "PrivateDevices", "yes", .devices, since: 209,
      denies: "see devices other than null, zero, random, tty and the like"),
    SandboxSetting(
      "DevicePolicy", "closed", .devices, since: 208, denies: "open devices other than the standard ones"),

    SandboxSetting(
      "ProtectClock", "yes", .kernel, since: 245, denies: "set the clock"),
    SandboxSetting(
      "ProtectControlGroups", "yes", .kernel, since: 232, denies: "write to control groups"),
    SandboxSetting(
      "ProtectHostname", "yes", .kernel, since: 242, denies: "change the host name, or see it change"),
    SandboxSetting(
      "ProtectKernelLogs", "yes", .kernel, since: 244, denies: "read or write the kernel's log"),
    SandboxSetting(
      "ProtectKernelModules", "yes", .kernel, since: 232, denies: "load kernel modules"),
    SandboxSetting(
      "ProtectKernelTunables", "yes", .kernel, since: 232, denies: "write to /proc/sys and /sys"),

    SandboxSetting(
      "ProtectProc", "invisible", .processes, since: 247, denies: "see processes of other users in /proc"),
    SandboxSetting(
      "ProcSubset", "pid", .processes, since: 250,
      denies: "read /proc/meminfo, /proc/stat, /proc/cpuinfo, /proc/net and other facts of the machine"),
    SandboxSetting(
      "RestrictRealtime", "yes", .processes, since: 231, denies: "use real-time scheduling"),
    SandboxSetting(
      "KeyringMode", "private", .processes, since: 235, denies: "share kernel keys with other services"),

    SandboxSetting(
      "PrivateUsers", "yes", .namespaces, since: 232,
      denies: "see or become other users; files of others belong to nobody"),
    SandboxSetting(
      "PrivateIPC", "yes", .namespaces, since: 248, denies: "share System V and POSIX IPC with other services"
    ),
    SandboxSetting(
      "PrivateMounts", "yes", .namespaces, since: 239, denies: "make mounts that others see"),
    SandboxSetting(
      "RemoveIPC", "yes", .namespaces, since: 232, denies: "leave IPC objects behind when it stops"),
    SandboxSetting(
      "RestrictNamespaces", "yes", .namespaces, since: 233,
      denies: "make namespaces (containers, browser sandboxes)"),

    SandboxSetting(
      "RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX", .network, since: 211,
      denies: "use sockets other than TCP, UDP and unix ones: no netlink, no raw packets, no bluetooth"),

    SandboxSetting(
      "LockPersonality", "yes", .memory, since: 235, denies: "change its execution domain"),
    SandboxSetting(
      "MemoryDenyWriteExecute", "yes", .memory, since: 231,
      denies: "make code at run time: most just-in-time compilers"),

    SandboxSetting(
      "SystemCallArchitectures", "native", .systemCalls, since: 209,
      denies: "run programs of another architecture, such as 32-bit ones"),
    SandboxSetting(
      "SystemCallErrorNumber", "EPERM", .systemCalls, since: 209,
      denies: "be killed by a refused system call: it gets an error instead"),
    SandboxSetting(
      "SystemCallFilter", "@system-service", .systemCalls, since: 239,
      denies: "use system calls that services do not need: mount, reboot, modules, debugging"),
    SandboxSetting(
      "SystemCallFilter", "~@privileged @resources", .systemCalls, since: 231,
      denies: "use system calls that need privileges, or set priorities and limits"),
  ]
}
