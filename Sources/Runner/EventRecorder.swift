import Glibc
import Supervision
import Systemd

/// Writes events into the journal as structured entries, or as lines to standard error where there is no journal.
struct EventRecorder {
  private let usesJournal: Bool
  private let isQuiet: Bool

  /// Chooses the place: the journal if systemd started this program and journald can be reached.
  init(isQuiet: Bool) {
    self.isQuiet = isQuiet
    let isUnderSystemd =
      ProcessEnvironment.value("INVOCATION_ID") != nil || ProcessEnvironment.value("JOURNAL_STREAM") != nil
    usesJournal = isUnderSystemd && Journal.isAvailable
  }

  /// Writes one event. A failure of the journal is no reason to lose it: the line goes to standard error then.
  func record(_ event: ServiceEvent) {
    if usesJournal {
      var entry = JournalEntry(
        event.message, priority: JournalPriority(rawValue: Int32(event.priority)) ?? .info,
        id: MessageID(event.kind.rawValue))
      entry.append("SYSLOG_IDENTIFIER", "upkeep-run")
      entry.append("UPKEEP_EVENT", event.kind.name)
      for (name, value) in event.fields.sorted(by: { $0.key < $1.key }) { entry.append(name, value) }
      if case .sent = Journal.send(entry) { return }
    } else if isQuiet {
      return
    }
    Self.line("upkeep-run: \(event.message)")
  }

  /// Writes one line to standard error; it is dropped if nobody reads it.
  static func line(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = unsafe write(2, bytes, bytes.count)
  }
}
