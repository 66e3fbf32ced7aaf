import Glibc
package import Systemd

/// One of this program's own outputs, written to without ever waiting for its reader.
///
/// The descriptor is shared with others, so that it cannot be made non-blocking.
@LoopActor
package final class OutputSink {
  /// How much a pipe or a terminal that takes anything takes at once (`PIPE_BUF` of `pipe(7)`).
  private static let pipeRoom = 4096
  /// How much is written to anything else in one go.
  private static let chunk = 64 << 10

  private enum Kind { case socket, pipe, file }

  private let descriptor: Int32
  private let kind: Kind
  private let loop: EventLoop
  private var source: DescriptorSource?
  // Who waits for room: the relays of an instance, and of those before it.
  private var waiting: [@LoopActor () -> Void] = []
  /// Whether the reader is gone, so that nothing is written any more.
  package private(set) var isGone = false

  /// Writes to `descriptor`, which stays the caller's.
  package init(_ descriptor: Int32, on loop: EventLoop = .main) {
    self.descriptor = descriptor
    self.loop = loop
    var status = stat()
    let mode = unsafe fstat(descriptor, &status) == 0 ? status.st_mode & S_IFMT : 0
    kind =
      switch mode {
      case S_IFSOCK: .socket
      case S_IFREG, S_IFBLK: .file
      default: .pipe
      }
  }

  /// Writes as much as there is room for.
  ///
  /// - Returns: how much was taken; all of it if the reader is gone, since nobody will ever take it.
  package func write(_ bytes: UnsafeRawBufferPointer) -> Int {
    var done = 0
    while done < bytes.count, !isGone {
      let count = unsafe once(UnsafeRawBufferPointer(rebasing: bytes[done...]))
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN { return done }
      if count < 0 { isGone = true } else { done += count }
    }
    return isGone ? bytes.count : done
  }

  /// Calls `handler` once as soon as there is room.
  package func whenThereIsRoom(_ handler: @escaping @LoopActor () -> Void) {
    waiting.append(handler)
    guard source == nil else { return }
    do throws(SystemError) {
      source = try DescriptorSource(descriptor, for: .writable, on: loop) { [weak self] _ in
        guard let self else { return }
        source?.cancel()
        source = nil
        let handlers = waiting
        waiting = []
        for handler in handlers { handler() }
      }
    } catch {
      // What cannot be watched, as a file, always has room.
      waiting = []
      loop.spawn(name: "output") { handler() }
    }
  }

  /// Whether there is room at the end of this time at the latest.
  package func waitForRoom(_ time: Duration) -> Bool {
    var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&state, 1, Int32(clamping: time.components.seconds * 1000 + 1)) > 0
  }

  private func once(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch kind {
    case .socket:
      return unsafe send(
        descriptor, bytes.baseAddress, min(bytes.count, Self.chunk),
        Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
    case .pipe:
      var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      guard unsafe poll(&state, 1, 0) > 0 else {
        errno = EAGAIN
        return -1
      }
      return unsafe Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.pipeRoom))
    case .file: return unsafe Glibc.write(descriptor, bytes.baseAddress, min(bytes.count, Self.chunk))
    }
  }
}
