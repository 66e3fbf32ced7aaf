import Glibc

/// Sockets that wait for connections, as a process's `/proc/PID/net` lists them; see `proc(5)`.
enum SocketTable {
  /// A TCP socket that listens.
  struct Listener: Sendable, Hashable {
    /// The address as text: `0.0.0.0`, `[::1]`.
    let address: String
    /// The port.
    let port: UInt16
  }

  /// The TCP listeners of a process's network namespace whose inode is in `sockets`.
  static func listeners(of process: Int32, among sockets: Set<String>) -> [Listener] {
    ["tcp", "tcp6"].flatMap { table in
      ProcFile.lines("/proc/\(process)/net/\(table)").compactMap { parse($0, sockets) }
    }
  }

  /// The paths (`@` for abstract ones) of Unix listeners whose inode is in `sockets`.
  static func unixListeners(of process: Int32, among sockets: Set<String>) -> [String] {
    ProcFile.lines("/proc/\(process)/net/unix").compactMap { line in
      // Number, references, protocol, flags, type, state, inode, path. SO_ACCEPTCON is 0x10000.
      let fields = line.split(separator: " ", maxSplits: 7)
      guard fields.count == 8, let flags = UInt32(fields[3], radix: 16), flags & 0x10000 != 0,
        sockets.contains(String(fields[6]))
      else { return nil }
      return String(fields[7])
    }
  }

  /// A line of `tcp` or `tcp6`: slot, local address, remote one, state, queues, timers, retransmits, user, time, inode.
  static func parse(_ line: Substring, _ sockets: Set<String>) -> Listener? {
    let fields = line.split(separator: " ")
    guard fields.count >= 10, fields[3] == "0A", sockets.contains(String(fields[9])) else { return nil }
    let local = fields[1].split(separator: ":")
    guard local.count == 2, let port = UInt16(local[1], radix: 16), let address = address(local[0]) else {
      return nil
    }
    return Listener(address: address, port: port)
  }

  /// Words of 32 bits in the machine's order, 8 digits each.
  private static func address(_ digits: Substring) -> String? {
    guard digits.utf8.count == 8 || digits.utf8.count == 32 else { return nil }
    var bytes: [UInt8] = []
    var rest = digits
    while !rest.isEmpty {
      guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
      unsafe withUnsafeBytes(of: word) { unsafe bytes.append(contentsOf: $0) }
      rest = rest.dropFirst(8)
    }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return nil }
    let shown = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return family == AF_INET ? shown : "[\(shown)]"
  }
}
