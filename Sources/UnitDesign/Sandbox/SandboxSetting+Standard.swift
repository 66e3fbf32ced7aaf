extension SandboxSetting {
  /// A sandbox that breaks almost nothing: it keeps a service away from the kernel, the devices and the system's own
  /// files, and leaves its identity, its network and its code alone.
  public static let standard: [SandboxSetting] = [
    SandboxSetting(
      "NoNewPrivileges", "yes", .privileges, since: 187, risk: .medium,
      denies: "gain privileges from setuid programs or file capabilities (sudo, ping, crontab)"),
    SandboxSetting(
      "CapabilityBoundingSet",
      "~CAP_SYS_TIME CAP_SYS_MODULE CAP_SYS_RAWIO CAP_SYS_BOOT CAP_SYS_PACCT CAP_SYSLOG CAP_MAC_ADMIN "
        + "CAP_MAC_OVERRIDE CAP_WAKE_ALARM CAP_BLOCK_SUSPEND", .privileges, since: 0, risk: .low,
      denies: "use the capabilities that reach into the kernel itself"),
    SandboxSetting(
      "RestrictSUIDSGID", "yes", .privileges, since: 242, risk: .medium,
      denies: "make files setuid or setgid"),
    SandboxSetting(
      "ProtectSystem", "full", .files, since: 214, risk: .low,
      denies: "write to /usr, /boot and /etc"),
    SandboxSetting(
      "ProtectHome", "read-only", .files, since: 214, risk: .low,
      denies: "write to /home, /root and /run/user"),
    SandboxSetting(
      "PrivateTmp", "yes", .files, since: 0, risk: .medium,
      denies: "share /tmp and /var/tmp with other services"),
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
      "RestrictRealtime", "yes", .processes, since: 231, risk: .low,
      denies: "use real-time scheduling"),
    SandboxSetting(
      "KeyringMode", "private", .processes, since: 235, risk: .low,
      denies: "share kernel keys with other services"),
    SandboxSetting(
      "PrivateMounts", "yes", .namespaces, since: 239, risk: .low,
      denies: "make mounts that others see"),
    SandboxSetting(
      "LockPersonality", "yes", .memory, since: 235, risk: .low,
      denies: "change its execution domain"),
    SandboxSetting(
      "SystemCallArchitectures", "native", .systemCalls, since: 209, risk: .low,
      denies: "run programs of another architecture, such as 32-bit ones"),
    SandboxSetting(
      "SystemCallErrorNumber", "EPERM", .systemCalls, since: 209, risk: .low,
      denies: "be killed by a refused system call: it gets an error instead"),
    SandboxSetting(
      "SystemCallFilter", "~@clock @cpu-emulation @module @obsolete @raw-io @reboot @swap", .systemCalls,
      since: 231, risk: .low,
      denies: "use system calls that administer the machine"),
  ]
}
