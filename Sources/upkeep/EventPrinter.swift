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
    EventOrigin.event(isUser: isUser, Self.lookUp(try reader.values(Self.names))) != nil
  }

  private static let names: [StaticString] = [
    "MESSAGE_ID", "UPKEEP_EVENT", "_EXE", "_COMM", "_UID", "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT",
    "OBJECT_SYSTEMD_UNIT", "OBJECT_SYSTEMD_USER_UNIT",
  ]

  private static func lookUp(_ values: [[UInt8]?]) -> (String) -> String? {
    { name in
      let index = EventOrigin.fields.firstIndex(of: name)
      return index.flatMap { values[$0] }.map { String(decoding: $0, as: UTF8.self) }
    }
  }

  func add(_ reader: JournalReader) throws(SystemError) {
    let record = try reader.record()
    guard let (kind, unit) = EventOrigin.event(isUser: isUser, { record[$0] }) else { return }
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
