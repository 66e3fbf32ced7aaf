/// One way in which a sandbox gives way.
public enum SandboxChange: Sendable, Hashable {
  /// The directive is left out.
  case drop(String)
  /// The directive gets another value, where it has not been left out already.
  case set(String, String)
  /// The service has this capability, without its `CAP_`: it may hold it and, unless it is root, gets it at its start.
  case capability(String)
  /// The service may use sockets of this family, such as `AF_NETLINK`.
  case family(String)
  /// The service may use these system calls: a group such as `@setuid`, or single ones.
  case calls(String)
  /// A further line, such as `ReadWritePaths=/srv`.
  case add(String, String)
}
