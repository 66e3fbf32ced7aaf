import CSpawn
import Glibc
package import Systemd

/// Passes what a process writes on to one of this program's own outputs, and shows each line on its way.
///
/// The bytes go on as they are and in their order. While nobody takes them nothing more is read, so that the writer
/// waits as it would without a relay; the memory is one buffer.
@LoopActor @safe
package final class OutputRelay {
  /// The longest line; of a longer one each such part counts as a line. journald's own `LineMax=`.
  package static let longestLine = 48 << 10
  /// How much is kept at once: room for a line that is nearly the longest, and for as much again.
  private static let capacity = 96 << 10
  /// How much is still read of a pipe after its writer's end, the most that it can hold.
  private static let drainLimit = 1 << 20
  /// How long the last bytes of the program's own life may take to be taken.
  package static let lastWordsTimeout: Duration = .seconds(1)

  /// Whole lines on their way: each ends with its newline but for the last of a writer, and parts of too long ones.
  package typealias Lines = @LoopActor (UnsafeRawBufferPointer) -> Void

  private let descriptor: Int32
  private let sink: OutputSink
  private let loop: EventLoop
  private let onLines: Lines
  private var source: DescriptorSource?
  private var buffer: [UInt8] = []
  // How much of the buffer was shown as lines, and how much of that was passed on.
  private var shown = 0
  private var passed = 0
  // Whether there was no room for all that was shown; nothing is read or watched meanwhile.
  private var isWaiting = false
  private var sawEnd = false
  /// Whether the writers are gone, and all that they wrote is passed on.
  package private(set) var isOver = false

  /// Reads `descriptor`, which it owns from now on, also if this throws.
  ///
  /// - Parameters:
  ///   - descriptor: the reading end of a pipe; it is made non-blocking.
  ///   - sink: where the bytes go.
  ///   - loop: the loop to read on.
  ///   - onLines: called with lines as soon as they are whole.
  /// - Throws: `EPERM` if the descriptor cannot be watched.
  package init(
    _ descriptor: Int32, to sink: OutputSink, on loop: EventLoop = .main, onLines: @escaping Lines
  ) throws(SystemError) {
    self.descriptor = descriptor
    self.sink = sink
    self.loop = loop
    unsafe self.onLines = unsafe onLines
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    buffer.reserveCapacity(Self.capacity)
    do throws(SystemError) {
      try watch()
    } catch {
      close(descriptor)
      isOver = true
      throw error
    }
  }

  isolated deinit { if !isOver { stop() } }

  /// Makes a pipe and passes on what comes out of it.
  ///
  /// - Returns: the relay and the writing end, which is the caller's to close once the writer has it.
  package static func pipe(
    to sink: OutputSink, on loop: EventLoop = .main, onLines: @escaping Lines
  ) throws(SystemError) -> (OutputRelay, Int32) {
    var ends: [Int32] = [-1, -1]
    let result = unsafe cspawn_pipe(&ends)
    guard result == 0 else {
      throw SystemError(errno: -result, operation: "make a pipe for the output", subject: "")
    }
    do throws(SystemError) {
      return unsafe (try OutputRelay(ends[0], to: sink, on: loop, onLines: onLines), ends[1])
    } catch {
      close(ends[1])
      throw error
    }
  }

  /// Reads what is there now: the writer that counts has ended, though others may still hold the pipe.
  package func drain() {
    var left = Self.drainLimit
    while left > 0 {
      let count = readOnce()
      guard count > 0 else { break }
      left -= count
    }
  }

  /// Reads what is there and passes all of it on, waiting for the reader up to ``lastWordsTimeout``; then it is over.
  package func finish() {
    let deadline = ContinuousClock.now + Self.lastWordsTimeout
    repeat {
      isWaiting = false
      drain()
      showRest()
      _ = passOn()
      guard isWaiting, sink.waitForRoom(deadline - .now) else { break }
    } while ContinuousClock.now < deadline
    stop()
  }

  // MARK: Private

  private func watch() throws(SystemError) {
    source = try DescriptorSource(descriptor, for: .readable, on: loop) { [unowned self] _ in _ = readOnce() }
  }

  /// Reads once, shows and passes on what is whole. Returns how much was read; 0 at the end or when there is nothing.
  private func readOnce() -> Int {
    guard !isOver, !sawEnd, !isWaiting else { return 0 }
    let before = buffer.count
    let room = Self.capacity - before
    guard room > 0 else { return 0 }
    let descriptor = descriptor
    var count = 0
    unsafe withUnsafeTemporaryAllocation(byteCount: room, alignment: 1) { chunk in
      repeat {
        count = unsafe Glibc.read(descriptor, chunk.baseAddress, room)
      } while count < 0 && errno == EINTR
      if count > 0 { unsafe buffer.append(contentsOf: chunk[..<count]) }
    }
    if count < 0 && errno == EAGAIN { return 0 }
    guard count > 0 else {
      sawEnd = true
      showRest()
      if passOn() { stop() }
      return 0
    }
    showLines(from: before)
    _ = passOn()
    return count
  }

  private func showLines(from: Int) {
    let end = buffer[from...].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? shown
    if end > shown { show(upTo: end) }
    while buffer.count - shown >= Self.longestLine { show(upTo: shown + Self.longestLine) }
  }

  private func showRest() {
    if buffer.count > shown { show(upTo: buffer.count) }
  }

  private func show(upTo end: Int) {
    let start = shown
    shown = end
    unsafe buffer.withUnsafeBytes { unsafe onLines(UnsafeRawBufferPointer(rebasing: $0[start..<end])) }
  }

  /// Passes on what was shown. Returns whether all of it went.
  private func passOn() -> Bool {
    if passed < shown {
      passed += unsafe buffer.withUnsafeBytes {
        unsafe sink.write(UnsafeRawBufferPointer(rebasing: $0[passed..<shown]))
      }
    }
    guard passed == shown else {
      if !isWaiting {
        isWaiting = true
        // A writer's end would be reported for ever.
        source?.cancel()
        source = nil
        sink.whenThereIsRoom { [weak self] in self?.resume() }
      }
      return false
    }
    buffer.removeFirst(passed)
    shown = 0
    passed = 0
    return true
  }

  private func resume() {
    guard !isOver else { return }
    isWaiting = false
    guard passOn() else { return }
    // What cannot be watched any more is as good as over.
    if sawEnd || (try? watch()) == nil { stop() }
  }

  private func stop() {
    guard !isOver else { return }
    isOver = true
    source?.cancel()
    source = nil
    close(descriptor)
  }
}
