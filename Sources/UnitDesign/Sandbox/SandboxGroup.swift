/// What a setting of the sandbox is about; settings of one group are switched together first when a service fails.
public enum SandboxGroup: String, Sendable, Hashable, CaseIterable {
  /// Gaining privileges: setuid programs, capabilities.
  case privileges
  /// The file system: what may be seen and written.
  case files
  /// Device nodes.
  case devices
  /// The kernel: its tunables, modules, log, clock, control groups and host name.
  case kernel
  /// Other processes and what `/proc` tells.
  case processes
  /// Namespaces: users, IPC, mounts, and making more of them.
  case namespaces
  /// Sockets and addresses.
  case network
  /// Memory that is both written and executed, and odd personalities.
  case memory
  /// System calls.
  case systemCalls = "system-calls"
}
