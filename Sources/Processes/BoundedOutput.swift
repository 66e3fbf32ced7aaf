import Glibc
package import Systemd

/// What a command has written.
package struct CommandOutput: Sendable, Hashable {
  /// The first bytes of it.
  package let bytes: [UInt8]
  /// Whether there was more, which was dropped.
  package let wasTruncated: Bool

  /// Describes an output.
  package init(bytes: [UInt8], wasTruncated: Bool) {
    self.bytes = bytes
    self.wasTruncated = wasTruncated
  }
}

/// Reads a pipe to its end, keeps the first bytes and drops the rest, so that the writer is never held up.
@LoopActor
package final class BoundedOutput {
  /// How many bytes are kept if nothing else is asked for: enough for an error message.
  package static let standardLimit = 4096
  /// How much is read in one go, so that a flood does not hold up the loop.
  private static let turnLimit = 64 << 10
  /// How much ``finish()`` still reads: the largest pipe an unprivileged process can make.
  private static let drainLimit = 1 << 20

  private let descriptor: Int32
  private let limit: Int
  private let loop: EventLoop
  private var source: DescriptorSource?
  private var bytes: [UInt8] = []
  private var wasTruncated = false
  private var isOpen = true
  private let end = Latch()

  /// Reads `descriptor`, which it owns from now on, also if this throws.
  ///
  /// - Parameters:
  ///   - descriptor: the reading end of a pipe or a socket; it is made non-blocking.
  ///   - limit: how many bytes to keep.
  ///   - loop: the loop to read on.
  /// - Throws: `EPERM` if the descriptor cannot be watched.
  package init(_ descriptor: Int32, limit: Int = standardLimit, on loop: EventLoop = .main)
    throws(SystemError)
  {
    self.descriptor = descriptor
    self.limit = limit
    self.loop = loop
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    do throws(SystemError) {
      source = try DescriptorSource(descriptor, for: .readable, on: loop) { [unowned self] _ in
        read(upTo: Self.turnLimit)
      }
    } catch {
      stop()
      throw error
    }
  }

  isolated deinit { stop() }

  /// What has been read so far.
  package var output: CommandOutput { CommandOutput(bytes: bytes, wasTruncated: wasTruncated) }

  /// Suspends until every writer has closed the pipe, or the task is cancelled.
  package func ended() async -> CommandOutput {
    _ = await end.wait(on: loop)
    return output
  }

  /// Reads what is there now and stops reading, whether or not somebody still holds the other end.
  package func finish() -> CommandOutput {
    read(upTo: Self.drainLimit)
    stop()
    return output
  }

  private func stop() {
    guard isOpen else { return }
    isOpen = false
    source?.cancel()
    source = nil
    close(descriptor)
    end.open()
  }

  private func read(upTo total: Int) {
    guard source != nil else { return }
    var left = total
    unsafe withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { buffer in
      while left > 0 {
        let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        if count < 0 && errno == EINTR { continue }
        if count < 0 && errno == EAGAIN { return }
        guard count > 0 else { return stop() }
        left -= count
        let kept = min(count, limit - bytes.count)
        unsafe bytes.append(contentsOf: buffer[..<kept])
        if kept < count { wasTruncated = true }
      }
    }
  }
}
