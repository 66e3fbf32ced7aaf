import Inspection
import Supervision
import Systemd

/// What is wanted of single entries, beside the fields that the journal itself looks for.
struct LogFilter: Sendable {
  /// Microseconds since 1970; nil for the oldest.
  let since: Int64?
  /// Microseconds since 1970; nil for no end.
  let until: Int64?
  /// What the message has in it; nil for any message.
  let pattern: TextPattern?

  /// Whether the entry where the reader stands has the pattern in it.
  @LoopActor
  func matches(_ reader: JournalReader) throws(SystemError) -> Bool {
    guard let pattern else { return true }
    guard let message = try reader.values(["MESSAGE"])[0] else { return false }
    return pattern.isFound(in: message)
  }
}
