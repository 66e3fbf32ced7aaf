/// What a probe asks, as written in a policy: `http://...`, `tcp://...`, `unix:...`, `exec:...` or `notify`.
public enum ProbeTarget: Sendable, Hashable {
  /// A GET of this URL has to be answered with 200 to 399.
  case http(url: String)
  /// A TCP connection to this host (name, IPv4 or bare IPv6 address) and port has to be accepted.
  case tcp(host: String, port: UInt16)
  /// A connection to this Unix stream socket has to be accepted; `@` begins an abstract name.
  case unix(path: String)
  /// This command has to exit 0; the first word is an absolute path, no shell is involved.
  case exec([[UInt8]])
  /// The service's own `READY=1`; nothing is asked.
  case notify
}
