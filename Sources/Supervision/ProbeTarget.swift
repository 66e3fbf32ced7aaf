public import UnitFiles

/// What a probe asks, as written in a policy: `http://...`, `tcp://...`, `unix:...`, `exec:...`, ...
public enum ProbeTarget: Sendable, Hashable {
  /// This URL, `http` or `https`, has to be answered as the probe's ``HTTPCheck`` says.
  case http(url: String)
  /// The same over a Unix stream socket, `@` begins an abstract name; `location` begins with a slash.
  case httpSocket(path: String, location: String)
  /// A TCP connection to this host (name, IPv4 or bare IPv6 address) and port has to be accepted.
  case tcp(host: String, port: UInt16)
  /// A connection to this Unix stream socket has to be accepted; `@` begins an abstract name.
  case unix(path: String)
  /// This gRPC server has to say of itself or of a service that it is SERVING, by `grpc.health.v1`.
  case grpc(GRPCEndpoint)
  /// Somebody has to own this name on the message bus and answer `Peer.Ping`.
  case dbus(name: String)
  /// This command has to exit 0; the first word is an absolute path, no shell is involved.
  case exec([[UInt8]])
  /// The service has to show by itself, again and again, that it is alive; nothing is asked.
  case heartbeat(HeartbeatSource)
  /// The service's own `READY=1`; nothing is asked.
  case notify

  /// Longest abstract or path name of a Unix socket: `sun_path` of `unix(7)` less its NUL.
  public static let longestSocketName = 107
  /// Longest name on a message bus.
  public static let longestBusName = 255

  /// Reads a target as it stands in a policy.
  ///
  /// - Throws: what is wrong and how a right value looks.
  public static func parse(_ text: String) throws(ValueError) -> ProbeTarget {
    if text == "notify" { return .notify }
    if let rest = text.suffix(after: "http://") { return try http(text, rest) }
    if let rest = text.suffix(after: "https://") { return try http(text, rest) }
    if let rest = text.suffix(after: "http+unix:") { return try httpSocket(rest) }
    if let rest = text.suffix(after: "tcp://") { return try tcp(rest) }
    if let rest = text.suffix(after: "grpc://") { return try grpc(text, rest, isSecure: false) }
    if let rest = text.suffix(after: "grpcs://") { return try grpc(text, rest, isSecure: true) }
    if let rest = text.suffix(after: "dbus:") { return try dbus(rest) }
    if let rest = text.suffix(after: "unix:") { return try unix(rest) }
    if let rest = text.suffix(after: "exec:") { return try exec(rest) }
    if let rest = text.suffix(after: "heartbeat:") { return .heartbeat(try HeartbeatSource.parse(rest)) }
    throw ValueError(
      message: "\"\(text)\" is no probe: write http://HOST[:PORT]/PATH, https://..., "
        + "http+unix:/SOCKET:/PATH, tcp://HOST:PORT, grpc://HOST:PORT[/SERVICE], "
        + "grpcs://..., unix:/PATH, dbus:NAME, exec:/PROGRAM ARGUMENTS, heartbeat:file:/PATH, "
        + "heartbeat:fifo:/PATH, heartbeat:notify or notify")
  }

  private static func http(_ url: String, _ rest: Substring) throws(ValueError) -> ProbeTarget {
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let blank = url.unicodeScalars.contains { $0.value <= 0x20 || $0.value == 0x7f }
    guard hasHost(authority), !blank else {
      throw ValueError(
        message: "\"\(url)\" is no URL a probe can ask: write http://HOST[:PORT]/PATH without user or blanks")
    }
    return .http(url: url)
  }

  /// Whether `HOST` or `HOST:PORT` names a host, no user, and a port that exists.
  private static func hasHost(_ authority: Substring) -> Bool {
    guard !authority.contains("@"), !authority.contains("\\") else { return false }
    let bracket = authority.hasPrefix("[") ? authority.firstIndex(of: "]") : nil
    let host = bracket.map { authority[...$0] } ?? authority.prefix { $0 != ":" }
    guard bracket != nil ? host.count > 2 : !host.isEmpty && host.first != "[" else { return false }
    let rest = authority[host.endIndex...]
    return rest.isEmpty || rest == ":" || rest.first == ":" && port(rest.dropFirst()) != nil
  }

  /// A port from 1 to 65535, in decimal digits alone.
  private static func port(_ text: Substring) -> UInt16? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(text), port > 0 else {
      return nil
    }
    return port
  }

  private static func tcp(_ text: Substring) throws(ValueError) -> ProbeTarget {
    guard let (host, port) = address(text) else {
      throw ValueError(
        message: "\"tcp://\(text)\" is no address: write tcp://HOST:PORT or tcp://[IPv6]:PORT")
    }
    return .tcp(host: host, port: port)
  }

  private static func grpc(
    _ text: String, _ rest: Substring, isSecure: Bool
  ) throws(ValueError) -> ProbeTarget {
    let server = rest.prefix { $0 != "/" }
    let service = rest[server.endIndex...].dropFirst()
    guard let (host, port) = address(server), service.utf8.count <= GRPCEndpoint.longestService,
      service.unicodeScalars.allSatisfy({ (0x21...0x7e).contains($0.value) && $0 != "/" })
    else {
      throw ValueError(
        message: "\"\(text)\" is no gRPC server: write grpc://HOST:PORT or grpc://HOST:PORT/SERVICE, the "
          + "service at most \(GRPCEndpoint.longestService) bytes in ASCII; grpcs:// is with TLS")
    }
    return .grpc(GRPCEndpoint(host: host, port: port, service: String(service), isSecure: isSecure))
  }

  private static func dbus(_ name: Substring) throws(ValueError) -> ProbeTarget {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    let isValid = parts.allSatisfy { part in
      guard let first = part.utf8.first, !(0x30...0x39).contains(first) else { return false }
      return part.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20) || byte == 0x5f || byte == 0x2d
      }
    }
    guard isValid, parts.count > 1, name.utf8.count <= longestBusName else {
      throw ValueError(
        message: "\"dbus:\(name)\" is no name on a bus: write it with a dot, such as dbus:org.example.Service"
      )
    }
    return .dbus(name: String(name))
  }

  /// The host and port of `HOST:PORT` or `[IPv6]:PORT`.
  private static func address(_ text: Substring) -> (host: String, port: UInt16)? {
    guard let colon = text.lastIndex(of: ":"), let port = port(text[text.index(after: colon)...]) else {
      return nil
    }
    var host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") {
      host = host.dropFirst().dropLast()
    } else if host.contains(":") {
      return nil
    }
    guard !host.isEmpty,
      host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-_:%".contains($0)) })
    else { return nil }
    return (String(host), port)
  }

  private static func httpSocket(_ rest: Substring) throws(ValueError) -> ProbeTarget {
    let colon = rest.firstRange(of: ":/")?.lowerBound
    let path = colon.map { rest[..<$0] } ?? rest
    let location = colon.map { rest[rest.index(after: $0)...] } ?? "/"
    guard let socket = socket(path), location.unicodeScalars.allSatisfy({ (0x21...0x7e).contains($0.value) })
    else {
      throw ValueError(
        message: "\"http+unix:\(rest)\" cannot be asked: write http+unix:/SOCKET:/PATH or "
          + "http+unix:@NAME:/PATH, the socket at most \(longestSocketName) bytes, the path in ASCII "
          + "without blanks")
    }
    return .httpSocket(path: socket, location: String(location))
  }

  /// A socket's path or abstract name that the kernel takes.
  private static func socket(_ text: Substring) -> String? {
    // Both unix:/run/x.sock and unix:///run/x.sock are in use out there.
    let path = text.suffix(after: "//") ?? text
    guard path.hasPrefix("/") || path.hasPrefix("@"), path.count > 1, !path.utf8.contains(0),
      path.utf8.count <= longestSocketName
    else { return nil }
    return String(path)
  }

  private static func unix(_ rest: Substring) throws(ValueError) -> ProbeTarget {
    guard let path = socket(rest) else {
      throw ValueError(
        message: "\"unix:\(rest)\" is no socket: write unix:/PATH or unix:@NAME, at most "
          + "\(longestSocketName) bytes")
    }
    return .unix(path: path)
  }

  private static func exec(_ rest: Substring) throws(ValueError) -> ProbeTarget {
    let words = try WordList.parse(String(rest))
    guard let program = words.first, program.first == UInt8(ascii: "/") else {
      throw ValueError(message: "\"exec:\(rest)\" has no program: write exec:/ABSOLUTE/PATH ARGUMENTS")
    }
    return .exec(words)
  }
}

extension ProbeTarget: CustomStringConvertible {
  /// The target in a few words, for a status line: `http://127.0.0.1:8080/health`.
  public var description: String {
    switch self {
    case .http(let url): url
    case .tcp(let host, let port): host.contains(":") ? "tcp://[\(host)]:\(port)" : "tcp://\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    case .httpSocket(let path, let location): "http+unix:\(path):\(location)"
    case .grpc(let endpoint): endpoint.text
    case .dbus(let name): "dbus:\(name)"
    case .exec(let words): "exec:" + String(decoding: words.first ?? [], as: UTF8.self)
    case .heartbeat(let source): "heartbeat:\(source.text)"
    case .notify: "notify"
    }
  }

  /// Whether the service shows by itself that it is alive.
  public var isHeartbeat: Bool { if case .heartbeat = self { true } else { false } }
}

extension StringProtocol {
  /// What follows `prefix`; nil if this text does not begin with it.
  fileprivate func suffix(after prefix: String) -> SubSequence? {
    hasPrefix(prefix) ? dropFirst(prefix.count) : nil
  }
}
