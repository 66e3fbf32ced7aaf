import CCurl
import Glibc
import Systemd
import Testing

/// What a test's server does with one connection.
enum Script: Sendable, Hashable {
  /// Reads the request's head, sends this text, with the server's port for PORT, and closes.
  case reply(String)
  /// Reads and never answers.
  case silence
  /// Reads the head, sends the text, then one byte every 5 ms for ever.
  case drip(String)
  /// Reads the head, sends the first text, then the second again and again.
  case endless(String, String)
  /// Closes as soon as the connection is there.
  case hangUp
}

/// A small server on the event loop, which answers by a script chosen for each request's target.
@LoopActor
final class LoopbackServer {
  enum Place: Sendable, Hashable { case ipv4, ipv6, unix(String) }

  let port: UInt16
  /// The heads of the requests that came in.
  fileprivate(set) var requests: [String] = []
  private let listener: Int32
  private var source: DescriptorSource?
  private var connections: [Int32: Connection] = [:]
  private let script: @LoopActor (String) -> Script

  init(at place: Place = .ipv4, _ script: @escaping @LoopActor (String) -> Script) throws {
    self.script = script
    var bound: UInt16 = 0
    listener = try Self.listen(at: place, port: &bound)
    port = bound
    source = try DescriptorSource(listener, for: .readable) { [unowned self] _ in accept() }
  }

  isolated deinit { stop() }

  func stop() {
    // Once only: the number may be another file's by now.
    guard source != nil else { return }
    source?.cancel()
    source = nil
    for connection in connections.values { connection.finish() }
    connections = [:]
    // Also for a child of another test, which holds the socket until it executes its program.
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  var openConnections: Int { connections.count }

  private func accept() {
    let descriptor = Glibc.accept(listener, nil, nil)
    guard descriptor >= 0 else { return }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    connections[descriptor] = Connection(descriptor, of: self)
  }

  fileprivate func script(for head: String) -> Script {
    requests.append(head)
    return script(head.split(separator: " ").dropFirst().first.map(String.init) ?? "")
  }

  fileprivate func drop(_ descriptor: Int32) {
    connections.removeValue(forKey: descriptor)?.finish()
  }

  /// A listening socket; `port` is set to the one that was free.
  static func listen(at place: Place, port: inout UInt16, backlog: Int32 = 128) throws -> Int32 {
    let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    switch place {
    case .ipv4:
      let descriptor = try checkErrno(socket(AF_INET, flags, 0), "socket")
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      try bind(descriptor, &address)
      try checkErrno(Glibc.listen(descriptor, backlog), "listen")
      port = try name(of: descriptor, as: sockaddr_in()).sin_port.byteSwapped
      return descriptor
    case .ipv6:
      let descriptor = try checkErrno(socket(AF_INET6, flags, 0), "socket")
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      address.sin6_addr = in6addr_loopback
      try bind(descriptor, &address)
      try checkErrno(Glibc.listen(descriptor, backlog), "listen")
      port = try name(of: descriptor, as: sockaddr_in6()).sin6_port.byteSwapped
      return descriptor
    case .unix(let path):
      let descriptor = try checkErrno(socket(AF_UNIX, flags, 0), "socket")
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      let bytes = Array(path.utf8)
      unsafe withUnsafeMutableBytes(of: &address.sun_path) { raw in
        for (index, byte) in bytes.enumerated() { unsafe raw[index] = byte == 0x40 && index == 0 ? 0 : byte }
      }
      let size = MemoryLayout<sa_family_t>.size + bytes.count + (path.hasPrefix("@") ? 0 : 1)
      try bind(descriptor, &address, size: size)
      try checkErrno(Glibc.listen(descriptor, backlog), "listen")
      return descriptor
    }
  }

  private static func bind<Address>(_ descriptor: Int32, _ address: inout Address, size: Int? = nil) throws {
    let result = unsafe withUnsafeBytes(of: &address) { raw in
      unsafe Glibc.bind(
        descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(size ?? raw.count))
    }
    try checkErrno(result, "bind")
  }

  private static func name<Address>(of descriptor: Int32, as empty: Address) throws -> Address {
    var address = empty
    var size = socklen_t(MemoryLayout<Address>.size)
    let result = unsafe withUnsafeMutableBytes(of: &address) { raw in
      unsafe getsockname(descriptor, raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
    }
    try checkErrno(result, "getsockname")
    return address
  }
}

/// One accepted connection.
@LoopActor
private final class Connection {
  private let descriptor: Int32
  private unowned let server: LoopbackServer
  private var source: DescriptorSource?
  private var timer: TimerSource?
  private var head: [UInt8] = []
  private var repeated: [UInt8]?

  init(_ descriptor: Int32, of server: LoopbackServer) {
    self.descriptor = descriptor
    self.server = server
    do throws(SystemError) {
      source = try DescriptorSource(descriptor, for: .readable) { [unowned self] in turn($0) }
    } catch {
      Issue.record(error)
    }
  }

  func finish() {
    source?.cancel()
    timer?.disarm()
    close(descriptor)
  }

  private func turn(_ events: DescriptorEvents) {
    if let repeated, events.contains(.writable) {
      if send(repeated) < 0, errno != EAGAIN { server.drop(descriptor) }
      return
    }
    var chunk = [UInt8](repeating: 0, count: 4096)
    let count = unsafe read(descriptor, &chunk, chunk.count)
    if count < 0 && errno == EAGAIN { return }
    guard count > 0 else { return server.drop(descriptor) }
    head += chunk.prefix(count)
    let text = String(decoding: head, as: UTF8.self)
    guard text.contains("\r\n\r\n") else { return }
    head = []
    act(server.script(for: text))
  }

  private func act(_ script: Script) {
    switch script {
    case .hangUp: server.drop(descriptor)
    case .silence: break
    case .reply(let text):
      let parts = text.split(separator: "PORT", omittingEmptySubsequences: false)
      _ = send(Array(parts.joined(separator: String(server.port)).utf8))
      server.drop(descriptor)
    case .drip(let text):
      _ = send(Array(text.utf8))
      timer = TimerSource { [unowned self] in
        guard send([0x61]) >= 0 else { return server.drop(descriptor) }
        timer?.arm(after: .milliseconds(5))
      }
      timer?.arm(after: .milliseconds(5))
    case .endless(let first, let text):
      _ = send(Array(first.utf8))
      repeated = Array(text.utf8)
      do throws(SystemError) {
        try source?.watch(for: [.readable, .writable])
      } catch {
        Issue.record(error)
      }
    }
  }

  private func send(_ bytes: [UInt8]) -> Int {
    unsafe Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
  }
}
