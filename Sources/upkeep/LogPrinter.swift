import Presentation
import Systemd

/// Writes the entry where a reader stands, in the format that is wanted, into a buffer.
@LoopActor
final class LogPrinter: LogSubject {
  let buffer = ByteBuffer(capacity: 256 * 1024)

  let noun = "entries"

  private let arguments: [String]
  private let isUser: Bool
  private let format: LogFormat
  private let palette: Palette
  private let isUTC: Bool
  private let hasMarks: Bool
  // Raw bytes must not reach a terminal, nor the pager before it.
  private let isEscaped: Bool
  private var boot = BootLine()
  // The offset to local time of an hour of the entries; asking for each would cost more than all else.
  private var hour: (number: Int64, offset: Int64) = (-1, 0)

  init(_ options: LogsCommand) {
    arguments = options.units
    isUser = options.journal.user
    format = options.output
    let terminal = Terminal()
    palette = options.journal.plain ? .plain : terminal.palette
    isUTC = options.journal.utc
    hasMarks = !options.noMarks
    isEscaped = terminal.isInteractive
  }

  var isRaw: Bool { format == .export }

  func units(_ reader: JournalReader) throws -> LogUnits {
    try LogUnits(arguments, isUser: isUser, reader, of: .entries)
  }

  func wants(_ reader: JournalReader) -> Bool { true }

  func add(_ reader: JournalReader) throws(SystemError) {
    switch format {
    case .json: try reader.appendJSON(to: buffer)
    case .jsonPretty: try reader.appendJSON(.indented, to: buffer)
    case .export: try reader.appendExport(to: buffer)
    case .cat: try addMessage(reader)
    case .short: try addLine(reader)
    }
  }

  // MARK: Steps

  private func addMessage(_ reader: JournalReader) throws(SystemError) {
    guard let message = try reader.values(["MESSAGE"])[0] else { return }
    if isEscaped {
      buffer.append(LogLine.lines(of: message).joined(separator: "\n"))
    } else {
      unsafe message.withUnsafeBytes { unsafe buffer.append($0) }
    }
    buffer.append(UInt8(ascii: "\n"))
  }

  private func addLine(_ reader: JournalReader) throws(SystemError) {
    let fields = LogFields(try reader.values(LogFields.names))
    guard let message = fields.message else { return }
    let time = time(try reader.realtime())
    if let line = boot.line(before: try reader.boot(), palette) { buffer.append(line) }
    let line = LogLine(
      time: time, sender: fields.sender, message: message, priority: fields.priority,
      mark: hasMarks ? LogMark.mark(fields) : nil)
    buffer.append(line.text(palette))
  }

  private func time(_ realtime: Duration) -> String {
    let parts = realtime.components
    guard parts.seconds > 0, let moment = Timestamp(microseconds: UInt64(parts.seconds) * 1_000_000) else {
      return "-"
    }
    if !isUTC, parts.seconds / 900 != hour.number {
      hour = (parts.seconds / 900, LogClock.offset(at: parts.seconds))
    }
    return moment.syslog(offset: Int(hour.offset))
  }
}

/// The fields of an entry that a line shows.
struct LogFields {
  static let names: [StaticString] = [
    "MESSAGE", "PRIORITY", "SYSLOG_IDENTIFIER", "_COMM", "_PID", "SYSLOG_PID", "MESSAGE_ID", "UNIT",
    "USER_UNIT",
    "_SYSTEMD_UNIT", "_SYSTEMD_USER_UNIT", "UPKEEP_EVENT", "JOB_RESULT", "_EXE", "_UID",
    "OBJECT_SYSTEMD_UNIT", "OBJECT_SYSTEMD_USER_UNIT",
  ]

  private let values: [[UInt8]?]

  init(_ values: [[UInt8]?]) { self.values = values }

  /// The value of one of ``names``.
  subscript(name: String) -> String? {
    Self.names.firstIndex { $0.description == name }.flatMap { text($0) }
  }

  private func text(_ index: Int) -> String? { values[index].map { String(decoding: $0, as: UTF8.self) } }

  var message: [UInt8]? { values[0] }
  var priority: Int? { text(1).flatMap { Int($0) } }
  /// Who wrote it: `web[123]`, `kernel`.
  var sender: String {
    let name = text(2) ?? text(3) ?? "unknown"
    return (text(4) ?? text(5)).map { "\(name)[\($0)]" } ?? name
  }
  var process: String? { text(4) }
  var messageID: String? { text(6) }
  /// The unit that it is about, as the writer says.
  var subject: String? { text(7) ?? text(8) }
  var isOfUserManager: Bool { values[8] != nil && (text(9) ?? "").hasPrefix("user@") }
  var jobResult: String? { text(12) }
}
