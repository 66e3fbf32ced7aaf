import CSystemd
import Glibc

/// What became of a journal entry.
public enum JournalOutcome: Sendable, Hashable {
  /// journald has it in its queue.
  case sent
  /// There is no journal on this machine, so nothing was sent.
  case unavailable
  /// It could not be sent, for this reason.
  case failed(SystemError)
}

/// The systemd journal as a place to write to.
public enum Journal {
  private static let socketPath = "/run/systemd/journal/socket"

  /// Whether journald's socket is there.
  public static var isAvailable: Bool { unsafe access(socketPath, W_OK) == 0 }

  /// Whether what is written to `descriptor` goes to the journal anyway, as `JOURNAL_STREAM` says.
  ///
  /// A program whose standard error is connected so may write entries instead of lines.
  public static func isConnected(
    to descriptor: Int32 = 2, _ environment: (String) -> String? = ProcessEnvironment.value
  ) -> Bool {
    guard let value = environment("JOURNAL_STREAM") else { return false }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return false }
    return value == "\(status.st_dev):\(status.st_ino)"
  }

  /// Writes one entry; waits only if journald's queue is full.
  ///
  /// `SYSLOG_IDENTIFIER` is added from the program's name unless it is among the fields. The corresponding C
  /// function is `sd_journal_sendv(3)`, which says nothing when there is no journal; this one does.
  ///
  /// - Parameter entry: the fields.
  /// - Returns: whether it was sent, there is no journal, or why it failed.
  @discardableResult
  public static func send(_ entry: JournalEntry) -> JournalOutcome {
    if let name = entry.rejected {
      return .failed(SystemError(errno: EINVAL, operation: "name the journal field", subject: name))
    }
    guard isAvailable else { return .unavailable }
    // One buffer for all fields, so that no pointer outlives its array.
    var bytes: [UInt8] = []
    var ranges: [Range<Int>] = []
    for (name, value) in entry.fields {
      let start = bytes.count
      bytes += name.utf8
      bytes.append(UInt8(ascii: "="))
      bytes += value
      ranges.append(start..<bytes.count)
    }
    let result = unsafe bytes.withUnsafeMutableBytes { buffer in
      let vectors = unsafe ranges.map { range in
        unsafe iovec(iov_base: buffer.baseAddress?.advanced(by: range.lowerBound), iov_len: range.count)
      }
      return unsafe sd_journal_sendv(vectors, Int32(vectors.count))
    }
    guard result >= 0 else {
      return .failed(SystemError(errno: -result, operation: "sd_journal_sendv", subject: socketPath))
    }
    return .sent
  }
}
