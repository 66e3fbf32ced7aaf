import Glibc
import Presentation
import Supervision
import Systemd
import SystemdManager

/// Something that happened to a unit or to the connection, as a line for people and as JSON.
struct UnitNote {
  /// When.
  let time: Timestamp?
  /// The unit; empty for what concerns all.
  let unit: String
  /// The kind for programs: `state`, `status`, `job`, the name of one of upkeep-run's events, `connected` and so on.
  let event: String
  /// What happened, without escapes for the terminal; coloured by `style`.
  private let words: [(text: String, style: Palette.Style?)]
  /// Further fields of the JSON object.
  private let fields: [JSONValue.Field]
  /// Lines that belong to what happened, without escapes for the terminal.
  private let details: [String]

  private init(
    _ event: String, unit: String = "", time: Timestamp? = now, words: [(String, Palette.Style?)] = [],
    fields: [JSONValue.Field] = [], details: [String] = []
  ) {
    self.event = event
    self.unit = unit
    self.time = time
    self.words = words.map { (text: $0.0, style: $0.1) }
    self.fields = fields
    self.details = details
  }

  /// A line, with a newline, and below it the details if they are wanted.
  func text(_ palette: Palette, isUTC: Bool = false, isDetailed: Bool = false) -> String {
    let seconds = Int64(clamping: (time?.microseconds ?? 0) / 1_000_000)
    let stamp = time?.syslog(offset: isUTC ? 0 : Int(LogClock.offset(at: seconds))) ?? "-"
    let milliseconds = String((time?.microseconds ?? 0) / 1000 % 1000 + 1000).dropFirst()
    let shown = words.map { word in
      word.text == Self.arrow
        ? palette.glyph(.arrow) : palette.styled(DisplayText.escaped(word.text), word.style)
    }
    let line = "\(stamp).\(milliseconds) \(DisplayText.escaped(unit)) \(shown.joined(separator: " "))\n"
    guard isDetailed else { return line }
    return details.reduce(line) {
      $0 + "    " + palette.styled("| " + DisplayText.escaped($1), .faint) + "\n"
    }
  }

  /// The object: `time`, `unit`, `event`, and what the kind of event has.
  var json: JSONValue {
    .object(
      [
        JSONValue.Field("time", .time(time)), JSONValue.Field("unit", unit.isEmpty ? .null : .string(unit)),
        JSONValue.Field("event", .string(event)),
      ] + fields)
  }

  // MARK: Kinds

  /// A change of a unit; nil if nothing that is shown has changed.
  init?(_ change: UnitChange) {
    let time = change.told["StateChangeTimestamp"]?.unsigned.flatMap { Timestamp(microseconds: $0) }
    let noticed = Self.timestamp(change.noticed)
    let restarts = change.current.restarts
    let isRestart = restarts > change.previous.restarts && change.previous["NRestarts"] != nil
    if change.isStateChange {
      let reason = Self.reason(change, isRestart ? restarts : nil)
      var words: [(String, Palette.Style?)] = [
        (Self.state(change.before), nil), (Self.arrow, nil),
        (Self.state(change.after), Self.style(change.after)),
      ]
      if let reason { words.append(("(\(reason))", nil)) }
      if change.isLate { words.append(("[late]", .faint)) }
      self.init(
        "state", unit: change.name, time: change.isLate ? noticed : time ?? noticed, words: words,
        fields: [
          JSONValue.Field("from", Self.json(change.before)), JSONValue.Field("to", Self.json(change.after)),
          JSONValue.Field("reason", .text(reason)), JSONValue.Field("late", .boolean(change.isLate)),
        ])
    } else if change.current.statusText != change.previous.statusText, change.previous["StatusText"] != nil {
      let status = change.current.statusText
      self.init(
        "status", unit: change.name, time: noticed,
        words: [("says", .faint), (status.isEmpty ? "nothing" : status, nil)],
        fields: [JSONValue.Field("status", .string(status))])
    } else {
      return nil
    }
  }

  /// An event of `upkeep-run`.
  init(_ kind: ServiceEvent.Kind, _ record: JournalRecord, _ unit: String) {
    let look = LogMark.look(of: kind)
    self.init(
      kind.name, unit: unit, time: Self.timestamp(record.realtime),
      words: [(look.word + ":", look.style ?? .strong), (record.message, nil)],
      fields: [
        JSONValue.Field("message", .string(record.message)),
        JSONValue.Field("priority", .integer(Int64(record.priority?.rawValue ?? 6))),
        JSONValue.Field(
          "fields",
          .object(
            kind.fields.compactMap { field in
              record[field.rawValue].map { JSONValue.Field(field.rawValue, .string($0)) }
            })),
      ],
      details: record[EventField.output.rawValue].map { $0.split(separator: "\n").map(String.init) } ?? [])
  }

  /// A job that did not do what it was for.
  static func job(_ unit: String, _ result: String) -> UnitNote {
    UnitNote(
      "job", unit: unit, words: [("job ended:", nil), (result, .warning)],
      fields: [JSONValue.Field("result", .string(result))])
  }

  /// The connection is there, or there again.
  static func connected(isAgain: Bool) -> UnitNote {
    UnitNote("connected", fields: [JSONValue.Field("again", .boolean(isAgain))])
  }

  /// The connection is lost.
  static func disconnected(_ reason: String) -> UnitNote {
    UnitNote("disconnected", fields: [JSONValue.Field("message", .string(reason))])
  }

  /// All unit files are read anew.
  static var reloading: UnitNote { UnitNote("reloading") }

  /// So many events came too fast.
  static func missed(_ count: Int) -> UnitNote {
    UnitNote("missed", fields: [JSONValue.Field("count", .integer(Int64(count)))])
  }

  // MARK: Steps

  private static let arrow = "\u{0}arrow"

  private static var now: Timestamp? {
    var clock = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &clock)
    return Timestamp(microseconds: UInt64(clock.tv_sec) * 1_000_000 + UInt64(clock.tv_nsec) / 1000)
  }

  private static func timestamp(_ time: Duration) -> Timestamp? {
    let (seconds, attoseconds) = time.components
    let fraction = UInt64(clamping: attoseconds / 1_000_000_000_000)
    return Timestamp(microseconds: UInt64(clamping: seconds) * 1_000_000 + fraction)
  }

  private static func state(_ unit: UnitSummary?) -> String {
    guard let unit else { return "unloaded" }
    let load = unit.loadState == "loaded" || unit.loadState.isEmpty ? "" : "\(unit.loadState) "
    return "\(load)\(unit.activeState)/\(unit.subState)"
  }

  private static func style(_ unit: UnitSummary?) -> Palette.Style? {
    guard let unit else { return .faint }
    if unit.activeState == .failed { return .bad }
    if unit.subState == "auto-restart" || unit.subState == "auto-restart-queued" { return .warning }
    return unit.activeState.isUp ? .good : unit.activeState == .inactive ? .faint : nil
  }

  private static func json(_ unit: UnitSummary?) -> JSONValue {
    guard let unit else { return .null }
    return .object([
      JSONValue.Field("load", .string(unit.loadState)),
      JSONValue.Field("active", .string(unit.activeState.rawValue)),
      JSONValue.Field("sub", .string(unit.subState)),
    ])
  }

  /// Why a service ended, and the number of its restart; nil if there is nothing to say.
  private static func reason(_ change: UnitChange, _ restarts: UInt64?) -> String? {
    var parts: [String] = []
    let told = UnitProperties(change.told)
    let result = change.told["Result"]?.text ?? change.current["Result"]?.text ?? ""
    let hasEnded =
      change.after?.activeState == .failed || change.after?.activeState == .deactivating
      || change.after?.subState.hasPrefix("auto-restart") == true
    if hasEnded, !result.isEmpty, result != "success" {
      switch (result, told.mainCode, told.mainStatus) {
      case ("exit-code", 1, let status): parts.append("exit status \(status)")
      case ("signal", 2, let number), ("core-dump", 3, let number): parts.append("\(result) \(number)")
      case (let result, _, _): parts.append(result)
      }
    }
    if let restarts { parts.append("restart \(restarts)") }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}
