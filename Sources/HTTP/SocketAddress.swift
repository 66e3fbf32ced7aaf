import CCurl
import Glibc

/// Where a stream socket can connect to: an IPv4 or IPv6 address with a port, or a Unix socket.
package struct SocketAddress: Sendable, Hashable {
  /// The kinds of address.
  package enum Family: Sendable, Hashable {
    /// IPv4.
    case inet
    /// IPv6.
    case inet6
    /// A path or an abstract name on this machine.
    case unix
  }

  /// The kind of address.
  package let family: Family
  /// The numeric address without its port, or the Unix socket's path.
  package let host: String
  private let bytes: [UInt8]

  /// Whether ``host`` is an IPv6 address.
  package var isIPv6: Bool { family == .inet6 }

  /// Reads a numeric address such as `127.0.0.1`, `::1` or `fe80::1%eth0`; nil for anything else. Asks nobody.
  package init?(numericHost host: String, port: UInt16) {
    var ipv4 = in_addr()
    let isIPv4 = unsafe inet_pton(AF_INET, host, &ipv4) == 1
    guard isIPv4 || host.utf8.contains(0x3A) else { return nil }
    guard let address = Self.lookUp(host, port: port, flags: AI_NUMERICHOST | AI_NUMERICSERV).addresses.first
    else { return nil }
    self = address
  }

  /// Names a Unix socket.
  ///
  /// - Parameter path: its path, or `@` and its abstract name; 2 to 107 bytes. Nil if it is too long or short.
  package init?(unixPath path: String) {
    var address = sockaddr_un()
    let name = Array(path.utf8)
    guard name.count > 1, name.count < MemoryLayout.size(ofValue: address.sun_path), !name.contains(0)
    else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    let offset = MemoryLayout<sockaddr_un>.offset(of: \.sun_path) ?? 2
    // An abstract name begins with a zero byte and ends where the address ends; a path ends with a zero byte.
    let isAbstract = name.first == 0x40
    let length = offset + name.count + (isAbstract ? 0 : 1)
    var bytes = unsafe withUnsafeBytes(of: &address) { unsafe Array($0.prefix(length)) }
    for (index, byte) in name.enumerated() { bytes[offset + index] = byte }
    if isAbstract { bytes[offset] = 0 }
    family = .unix
    host = path
    self.bytes = bytes
  }

  private init?(_ info: addrinfo) {
    guard let raw = unsafe info.ai_addr else { return nil }
    switch unsafe info.ai_family {
    case AF_INET: family = .inet
    case AF_INET6: family = .inet6
    default: return nil
    }
    let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(NI_MAXHOST)) { buffer in
      let result = unsafe getnameinfo(
        raw, info.ai_addrlen, buffer.baseAddress, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
      return unsafe result == 0 ? buffer.baseAddress.map { unsafe String(cString: $0) } : nil
    }
    guard let text else { return nil }
    host = text
    bytes = unsafe Array(UnsafeRawBufferPointer(start: raw, count: Int(info.ai_addrlen)))
  }

  /// Makes a stream socket for this kind of address, non-blocking and close-on-exec; a negative errno on failure.
  package func makeSocket() -> Int32 {
    let domain =
      switch family {
      case .inet: AF_INET
      case .inet6: AF_INET6
      case .unix: AF_UNIX
      }
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = socket(domain, Int32(kind), 0)
    return descriptor < 0 ? -errno : descriptor
  }

  /// Begins to connect `descriptor` to this address; 0 or the errno, `EINPROGRESS` while it is under way.
  package func connect(_ descriptor: Int32) -> Int32 {
    let result = unsafe bytes.withUnsafeBytes { raw in
      guard let start = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return Int32(-1)
      }
      return unsafe Glibc.connect(descriptor, start, socklen_t(raw.count))
    }
    return result < 0 ? errno : 0
  }

  /// The errno with which a connection of `descriptor` failed; 0 if it stands.
  package static func pendingError(of descriptor: Int32) -> Int32 {
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    let result = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return result < 0 ? errno : code
  }

  /// Whether `descriptor` is connected to itself: TCP may choose the very port to connect to as its own.
  package func isConnectedToItself(_ descriptor: Int32) -> Bool {
    guard family != .unix else { return false }
    var own = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutableBytes(of: &own) { raw in
      guard let start = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self) else {
        return Int32(-1)
      }
      return unsafe getsockname(descriptor, start, &size)
    }
    guard result == 0 else { return false }
    return unsafe withUnsafeBytes(of: &own) { unsafe $0.prefix(Int(size)).elementsEqual(bytes) }
  }

  /// Asks the name service and waits for it: off the loop, unless `flags` keep it from asking.
  static func lookUp(
    _ host: String, port: UInt16, flags: Int32
  ) -> (addresses: [SocketAddress], code: Int32) {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    unsafe hints.ai_flags = flags
    var list: UnsafeMutablePointer<addrinfo>?
    let code = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else { return ([], code) }
    defer { unsafe freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = unsafe list
    while let info = unsafe next {
      if let address = unsafe SocketAddress(info.pointee) { addresses.append(address) }
      unsafe next = unsafe info.pointee.ai_next
    }
    return (addresses, 0)
  }
}
