import Glibc

extension Journal {
  private static let varlinkPath = "/run/systemd/journal/io.systemd.journal"

  /// Waits until journald has written to the disk all that had been sent to it, as `journalctl --sync` does: the Varlink
  /// method `io.systemd.Journal.Synchronize`.
  ///
  /// - Parameters:
  ///   - limit: how long to wait.
  ///   - loop: the loop that waits for the answer.
  /// - Throws: `EACCES` for all but root, `ENOENT` where no journald runs, `ETIMEDOUT`.
  @LoopActor
  public static func synchronize(
    within limit: Duration, on loop: EventLoop = .main
  ) async throws(SystemError) {
    let target = try UnixAddress(varlinkPath)
    let flags = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    let descriptor = try checkErrno(socket(AF_UNIX, Int32(flags), 0), "socket")
    defer { close(descriptor) }
    let connected = unsafe target.withPointer { pointer, size in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, size)
      }
    }
    try checkErrno(connected, "connect", varlinkPath)
    let request = Array(#"{"method":"io.systemd.Journal.Synchronize"}"#.utf8) + [0]
    let sent = unsafe request.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    // The socket is new and the request fits into its buffer.
    guard sent == request.count else {
      throw SystemError(errno: EPIPE, operation: "send", subject: varlinkPath)
    }
    let answer = Answer()
    let source = try DescriptorSource(descriptor, for: .readable, on: loop) { _ in answer.come() }
    let timer = TimerSource(on: loop) { answer.come() }
    timer.arm(after: limit)
    await answer.wait()
    timer.disarm()
    source.cancel()
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = unsafe recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else {
      throw SystemError(errno: count < 0 ? ETIMEDOUT : EPIPE, operation: "receive", subject: varlinkPath)
    }
    guard !String(decoding: bytes[..<count], as: UTF8.self).contains("\"error\"") else {
      throw SystemError(errno: EIO, operation: "synchronize", subject: varlinkPath)
    }
  }

  /// What one task waits for once.
  @LoopActor
  private final class Answer {
    private var isHere = false
    private var waiter: CheckedContinuation<Void, Never>?

    func come() {
      isHere = true
      waiter?.resume()
      waiter = nil
    }

    func wait() async {
      await withCheckedContinuation { continuation in
        if isHere { continuation.resume() } else { waiter = continuation }
      }
    }
  }
}
