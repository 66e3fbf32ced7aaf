import Inspection
import Presentation
import Supervision
import Systemd

/// Writes Upkeep's events as sentences or as objects.
@LoopActor
final class EventPrinter: LogSubject {
  let buffer = ByteBuffer(capacity: 64 * 1024)
  let noun = "events"
  let isRaw = false

  private let arguments: [String]
  private let kinds: [ServiceEvent.Kind]
  private let isUser: Bool
  private let format: OutputFormat
  private let palette: Palette
  private let isUTC: Bool
  private var boot = BootLine()

  init(_ options: EventsCommand) {
    arguments = options.units
    kinds = options.kinds.isEmpty ? ServiceEvent.Kind.allCases : options.kinds.map(\.kind)
    isUser = options.journal.user
    format = options.output
    palette = options.journal.plain ? .plain : Terminal().palette
    isUTC = options.journal.utc
  }

  func units(_ reader: JournalReader) throws -> LogUnits {
    try LogUnits(arguments, isUser: isUser, reader, of: .events(kinds))
  }

  func wants(_ reader: JournalReader) throws(SystemError) -> Bool {
    let values = try reader.values([
      "MESSAGE_ID", "UPKEEP_EVENT", "_EXE", "_SYSTEMD_USER_UNIT", "_SYSTEMD_UNIT", "_COMM",
    ])
    .map { value in value.map { String(decoding: $0, as: UTF8.self) } }
    // What belongs to a user's manager is also in a unit of the system's.
    guard isUser == (values[3] != nil), values[3] ?? values[4] != nil else { return false }
    return EventOrigin.kind(id: values[0], name: values[1], program: values[2], process: values[5]) != nil
  }

  func add(_ reader: JournalReader) throws(SystemError) {
    let record = try reader.record()
    guard let kind = record["MESSAGE_ID"].flatMap({ ServiceEvent.Kind(rawValue: $0) }),
      let unit = record[isUser ? "_SYSTEMD_USER_UNIT" : "_SYSTEMD_UNIT"]
    else { return }
    let note = UnitNote(kind, record, unit)
    switch format {
    case .text:
      if let line = boot.line(before: try reader.boot(), palette) { buffer.append(line) }
      buffer.append(note.text(palette, isUTC: isUTC, isDetailed: true))
    case .json, .jsonPretty:
      buffer.append(note.json.text(isPretty: format == .jsonPretty) + "\n")
    }
  }
}

/// The line that parts the entries of two boots.
struct BootLine {
  private var boot: MessageID?

  /// The line before an entry of a boot; nil if the entry before it is of the same one.
  mutating func line(before boot: MessageID, _ palette: Palette) -> String? {
    defer { self.boot = boot }
    guard let before = self.boot, before != boot else { return nil }
    return palette.styled("-- Boot \(boot) --", .strong) + "\n"
  }
}
