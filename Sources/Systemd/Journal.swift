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

  /// Writes one entry in journald's native protocol; waits only if journald's queue is full.
  ///
  /// `SYSLOG_IDENTIFIER` is added from the program's name unless it is among the fields. `sd_journal_sendv(3)` does
  /// the same but says nothing when there is no journal, and waits for ever for one that hangs.
  ///
  /// - Parameters:
  ///   - entry: the fields.
  ///   - patience: how long to wait for room in the queue; with zero a full queue is answered with `EAGAIN`.
  ///   - reading: how long to wait until journald has taken the entry. A program that ends at once needs this:
  ///     journald looks up the sender's unit while it lives.
  /// - Returns: whether it was sent, there is no journal, or why it failed.
  @discardableResult
  public static func send(
    _ entry: JournalEntry, patience: Duration = sendTimeout, reading: Duration = .zero
  ) -> JournalOutcome {
    if let name = entry.rejected {
      return .failed(SystemError(errno: EINVAL, operation: "name the journal field", subject: name))
    }
    guard isAvailable else { return .unavailable }
    var bytes = entry.encoded
    if !entry.fields.contains(where: { $0.name == "SYSLOG_IDENTIFIER" }) {
      bytes += "SYSLOG_IDENTIFIER=\(programName)\n".utf8
    }
    do throws(SystemError) {
      try Datagram.send(
        bytes, to: socketPath, patience: patience, reading: reading, operation: "write to the journal at")
      return .sent
    } catch {
      return .failed(error)
    }
  }

  /// How long ``send(_:patience:reading:)`` waits for room in a busy journald's queue unless told otherwise.
  public static let sendTimeout = Duration.seconds(5)

  private static let programName =
    CommandLine.arguments.first?.split(separator: "/").last.map(String.init) ?? "unknown"
}

extension JournalEntry {
  /// The datagram: lines `NAME=value`, or a length and raw bytes for a value with a newline; see systemd's "Native
  /// Journal Protocol".
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    for (name, value) in fields {
      bytes += name.utf8
      if value.contains(UInt8(ascii: "\n")) {
        bytes.append(UInt8(ascii: "\n"))
        for shift in stride(from: 0, to: 64, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: value.count >> shift))
        }
      } else {
        bytes.append(UInt8(ascii: "="))
      }
      bytes += value
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
