import Foundation

/// One entry of a machine's journal, with all its fields.
struct JournalEntry: Sendable, CustomStringConvertible {
  let fields: [String: String]

  /// Reads one line of `journalctl -o json`; nil if it is none.
  init?(json: Data) {
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else { return nil }
    fields = object.compactMapValues { value in
      if let text = value as? String { return text }
      // Bytes that are not UTF-8 come as numbers, a field that occurs twice as a list of texts.
      if let bytes = value as? [Int] {
        return String(decoding: bytes.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
      }
      return (value as? [String])?.joined(separator: "\n")
    }
  }

  var message: String { fields["MESSAGE"] ?? "" }
  var messageID: String { fields["MESSAGE_ID"] ?? "" }
  /// Microseconds of CLOCK_MONOTONIC at which journald received it.
  var monotonic: Int { Int(fields["__MONOTONIC_TIMESTAMP"] ?? "") ?? 0 }
  var description: String {
    "\(fields["SYSLOG_IDENTIFIER"] ?? "?")[\(fields["_PID"] ?? "?")]: \(message)"
  }

  /// True for what `journalctl -u UNIT` shows: the unit's own lines, and those about it.
  func concerns(_ unit: String) -> Bool {
    [fields["_SYSTEMD_UNIT"], fields["UNIT"], fields["OBJECT_SYSTEMD_UNIT"], fields["COREDUMP_UNIT"]]
      .contains(unit)
  }
}
