import Glibc
import Supervision
import Systemd

/// Writes events into the journal as structured entries, or as lines to standard error where there is no journal.
///
/// It never waits: what a journald that is busy or frozen does not take is kept and tried again.
@LoopActor
final class EventRecorder {
  /// How many entries wait for journald; beyond it the oldest are given up, and a later entry says how many.
  static let longestBacklog = 256
  /// How long a full queue of journald's is left alone.
  static let retryInterval: Duration = .seconds(1)

  private let usesJournal: Bool
  private let isQuiet: Bool
  private var backlog: [JournalEntry] = []
  private var lost = 0
  private var retry: TimerSource?

  /// Chooses the place: the journal if this program is a unit's main process and journald can be reached.
  init(usesJournal: Bool, isQuiet: Bool) {
    self.isQuiet = isQuiet
    self.usesJournal = usesJournal && Journal.isAvailable
    retry = TimerSource(accuracy: Self.retryInterval / 4) { [unowned self] in empty() }
  }

  /// How long journald may take for the last entry of this program's life.
  static let lastWordsTimeout: Duration = .milliseconds(200)

  /// Writes one event, behind those that still wait. The program's last one is seen to arrive.
  func record(_ event: ServiceEvent, isLast: Bool = false) {
    guard usesJournal else {
      if !isQuiet { Self.line("upkeep-run: \(event.message)") }
      return
    }
    var entry = JournalEntry(
      event.message, priority: JournalPriority(rawValue: Int32(event.priority)) ?? .info,
      id: MessageID(event.kind.rawValue))
    entry.append("SYSLOG_IDENTIFIER", "upkeep-run")
    entry.append("UPKEEP_EVENT", event.kind.name)
    for (field, value) in event.fields.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      entry.append(field.rawValue, value)
    }
    backlog.append(entry)
    if backlog.count > Self.longestBacklog {
      backlog.removeFirst()
      lost += 1
    }
    empty(isLast: isLast)
  }

  private func empty(isLast: Bool = false) {
    while let entry = backlog.first {
      guard send(entry, reading: isLast && backlog.count == 1 ? Self.lastWordsTimeout : .zero) else {
        retry?.arm(after: Self.retryInterval)
        return
      }
      backlog.removeFirst()
    }
  }

  /// Returns whether the entry is dealt with.
  private func send(_ entry: JournalEntry, reading: Duration) -> Bool {
    var entry = entry
    if lost > 0 { entry.append("UPKEEP_LOST_EVENTS", "\(lost)") }
    switch Journal.send(entry, patience: .zero, reading: reading) {
    case .sent:
      lost = 0
      return true
    case .failed(let error) where error.errno == EAGAIN || error.errno == ECONNREFUSED:
      return false
    case .unavailable, .failed:
      Self.line("upkeep-run: \(entry.message)")
      return true
    }
  }

  /// Writes one line to standard error, unless whoever should read it does not: then it is dropped.
  nonisolated static func line(_ text: String) {
    var state = pollfd(fd: 2, events: Int16(POLLOUT), revents: 0)
    guard unsafe poll(&state, 1, 0) > 0 else { return }
    // A pipe that takes anything takes this much at once (PIPE_BUF).
    let bytes = Array((text + "\n").utf8.prefix(4096))
    _ = unsafe write(2, bytes, bytes.count)
  }
}
