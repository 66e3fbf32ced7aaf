public import UnitFiles

/// An address that systemd listens at for a service: a port, an address with a port, or a unix socket.
public struct ListenAddress: Sendable, Hashable {
  /// What goes through it.
  public enum Transport: Sendable, Hashable {
    /// Connections.
    case stream
    /// Packets.
    case datagram
  }

  /// What goes through it.
  public let transport: Transport
  /// The address as `ListenStream=` takes it: `8080`, `127.0.0.1:8080`, `[::1]:8080`, `/run/myapp.sock`, `@name`.
  public let text: String

  /// The port; nil for a unix socket.
  public var port: UInt16? {
    isUnix ? nil : UInt16(text.split(separator: ":").last.map(String.init) ?? text)
  }

  /// Whether it is a unix socket.
  public var isUnix: Bool { text.hasPrefix("/") || text.hasPrefix("@") }

  /// Whether it is bound to one address of the machine, which may not be there yet when the machine boots.
  public var isBoundToAddress: Bool {
    guard !isUnix, let colon = text.lastIndex(of: ":") else { return false }
    return !["0.0.0.0", "[::]", "127.0.0.1", "[::1]"].contains(String(text[..<colon]))
  }

  /// The directive of the socket unit.
  public var directive: String {
    switch transport {
    case .stream: "ListenStream"
    case .datagram: "ListenDatagram"
    }
  }

  /// Reads a value of `--listen`; `udp:` before it means packets.
  ///
  /// - Throws: what is wrong with it, and right values.
  public static func parse(_ text: String) throws(ValueError) -> ListenAddress {
    let fault = ValueError(
      message:
        "'\(text)' is no address; write PORT, ADDRESS:PORT, [IPv6]:PORT, /PATH or @NAME, with udp: before "
        + "it for packets")
    let isDatagram = text.hasPrefix("udp:")
    let address = isDatagram || text.hasPrefix("tcp:") ? String(text.dropFirst(4)) : text
    let transport = isDatagram ? Transport.datagram : .stream
    if address.hasPrefix("/") || address.hasPrefix("@") {
      guard address.utf8.count > 1, address.utf8.count <= 107 else { throw fault }
      _ = try address.hasPrefix("/") ? UnitValue.path(address) : UnitValue.line(address)
      return ListenAddress(transport: transport, text: address)
    }
    let parts = address.split(separator: ":", omittingEmptySubsequences: false)
    guard let last = parts.last, isPort(last) else { throw fault }
    let host = address.dropLast(last.utf8.count)
    guard host.isEmpty || host.last == ":" && isHost(String(host.dropLast())) else { throw fault }
    return ListenAddress(transport: transport, text: address)
  }

  // MARK: Steps

  private static func isPort(_ text: Substring) -> Bool {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } && (UInt16(text) ?? 0) > 0
  }

  private static func isHost(_ host: String) -> Bool {
    if host.hasPrefix("["), host.hasSuffix("]") {
      let inner = host.dropFirst().dropLast()
      return inner.contains(":") && inner.utf8.count <= 45
        && inner.allSatisfy { $0.isASCII && ($0.isHexDigit || $0 == ":" || $0 == ".") }
    }
    let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
    return bytes.count == 4 && bytes.allSatisfy { UInt8($0) != nil && $0.first != "+" }
  }
}
