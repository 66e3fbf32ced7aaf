import CSystemd
import Glibc

/// One datagram to a Unix socket, with a limit on how long its sender may be kept waiting.
enum Datagram {
  /// Sends `bytes`, and `descriptors` along with them.
  ///
  /// - Parameters:
  ///   - bytes: the whole datagram.
  ///   - address: `/path` or `@abstract`.
  ///   - descriptors: sent along; they stay open here.
  ///   - patience: how long to wait for room in the receiver's queue; zero not at all.
  ///   - reading: how long to wait until the receiver has taken it out of its queue; zero not at all.
  ///   - operation: what an error calls this.
  /// - Throws: `EAGAIN` if there was no room in time.
  static func send(
    _ bytes: [UInt8], to address: String, descriptors: [Int32] = [], patience: Duration,
    reading: Duration = .zero, operation: String
  ) throws(SystemError) {
    let target = try UnixAddress(address)
    let flags = SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | (patience > .zero ? 0 : SOCK_NONBLOCK.rawValue)
    let fd = try checkErrno(socket(AF_UNIX, Int32(flags), 0), "socket")
    defer { close(fd) }
    if patience > .zero {
      let (seconds, attoseconds) = patience.components
      let limit = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
      _ = unsafe withUnsafeBytes(of: limit) { limit in
        unsafe setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, limit.baseAddress, socklen_t(limit.count))
      }
    }
    let result = unsafe target.withPointer { pointer, size in
      unsafe csystemd_send_datagram(fd, pointer, size, bytes, bytes.count, descriptors, descriptors.count)
    }
    try check(result, operation, address)
    let deadline = ContinuousClock.now + reading
    var queued: Int32 = 1
    while reading > .zero, ContinuousClock.now < deadline {
      // TIOCOUTQ of unix(7): what was sent and nobody has received yet.
      guard unsafe ioctl(fd, UInt(TIOCOUTQ), &queued) == 0, queued > 0 else { break }
      usleep(200)
    }
  }
}

/// A Unix socket's address from its textual form.
struct UnixAddress {
  private var address = sockaddr_un()
  private var size: socklen_t = 0

  /// Reads `/path` or `@abstract`.
  init(_ text: String) throws(SystemError) {
    var text = text
    let result = text.withUTF8 { utf8 in
      unsafe utf8.withMemoryRebound(to: CChar.self) { characters in
        unsafe csystemd_unix_address(characters.baseAddress, characters.count, &address, &size)
      }
    }
    try check(result, "read the socket address", text)
  }

  /// Lends the C form to `body`.
  @unsafe func withPointer(_ body: (UnsafePointer<sockaddr_un>, socklen_t) -> Int32) -> Int32 {
    unsafe withUnsafePointer(to: address) { unsafe body($0, size) }
  }
}
