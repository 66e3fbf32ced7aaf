import Inspection
import Presentation
import Systemd
import SystemdManager

/// What came of a job for one unit.
struct JobOutcome: Sendable {
  /// The unit's name.
  let unit: String
  /// What was asked for.
  let verb: JobVerb
  /// systemd's word for the job's end; `queued` where nobody waited, `error` where there was no job.
  var result: String
  /// The unit's state afterwards, where it was looked at.
  var state: UnitProperties?
  /// Why the unit is not as it was to be; nil for success.
  var failure: JobFailure?
  /// A remark about a success.
  var remark: String?
  /// The exit status that it makes.
  var code: Int32 = 0

  init(_ unit: String, _ verb: JobVerb, result: String) {
    self.unit = unit
    self.verb = verb
    self.result = result
  }

  /// A job that could not be made or not be followed.
  init(_ unit: String, _ verb: JobVerb, _ error: ExitError) {
    self.init(unit, verb, result: "error")
    failure = JobFailure(unit: unit, sentences: [error.message])
    code = error.code
  }

  // MARK: Text

  /// A line about a success, such as `nginx.service started`.
  var line: String {
    let shown = DisplayText.escaped(unit)
    if result == "queued" { return "\(shown): \(verb.rawValue) is queued" }
    return "\(shown) \(remark.map(DisplayText.escaped) ?? Self.done(verb))"
  }

  /// Lines about a failure, for standard error.
  ///
  /// - Parameters:
  ///   - palette: colours.
  ///   - width: the columns to fit; nil where nothing is to be cut.
  ///   - what: what did not come about, such as `did not start`; nil for the verb.
  ///   - manager: whose unit it is, for what is recommended.
  /// - Returns: the lines; none for a success.
  func complaint(
    _ palette: Palette, width: Int?, _ what: String? = nil, for manager: ManagerOptions
  ) -> [String] {
    guard let failure else { return [] }
    // A failed call is a sentence already.
    if result == "error" { return failure.sentences.map { "upkeep: \($0)" } }
    var lines: [String] = []
    add(failure, what ?? "did not \(verb.rawValue)", palette, width, to: &lines)
    let shown = DisplayText.escaped(unit)
    lines.append(
      palette.styled(
        "  see '\(manager.command("status")) \(shown)' and '\(manager.command("logs")) \(shown)'", .faint))
    return lines
  }

  private func add(
    _ failure: JobFailure, _ what: String, _ palette: Palette, _ width: Int?, to lines: inout [String]
  ) {
    let head = "upkeep: \(DisplayText.escaped(failure.unit)) \(what)"
    lines.append("\(head): \(failure.sentences.first.map(DisplayText.escaped) ?? "nobody says why")")
    lines += failure.sentences.dropFirst().map { "  \(DisplayText.escaped($0))" }
    for record in failure.log {
      let line = "    " + Self.line(record)
      let cut = width.map { DisplayText.cut(line, to: $0, ellipsis: palette.glyph(.ellipsis)) } ?? line
      let level = record.priority?.rawValue ?? 6
      lines.append(palette.styled(cut, level <= 3 ? .bad : level == 4 ? .warning : nil))
    }
    for other in failure.requirements { add(other, "failed", palette, width, to: &lines) }
  }

  private static func line(_ record: JournalRecord) -> String {
    let source = record["SYSLOG_IDENTIFIER"] ?? record["_COMM"] ?? "?"
    let process = record["SYSLOG_PID"] ?? record["_PID"] ?? "?"
    let message = record.message.split(separator: "\n").joined(separator: " ")
    return DisplayText.escaped("\(source)[\(process)]: \(message)")
  }

  private static func done(_ verb: JobVerb) -> String {
    switch verb {
    case .start: "started"
    case .stop: "stopped"
    case .restart, .tryRestart: "restarted"
    case .reload: "reloaded"
    case .reloadOrRestart: "reloaded or restarted"
    }
  }

  // MARK: JSON

  /// Stable field names, as the manual has them.
  var json: JSONValue {
    .object([
      .init("unit", .string(unit)), .init("verb", .string(verb.rawValue)), .init("result", .string(result)),
      .init("ok", .boolean(failure == nil)), .init("active", .text(state?.activeState.rawValue)),
      .init("sub", .text(state?.subState)), .init("remark", .text(remark)),
      .init("reasons", .list(failure?.sentences.map { .string($0) } ?? [])),
      .init("log", .list(failure?.log.map(Self.json) ?? [])),
      .init("requirements", .list(failure?.requirements.map(Self.json) ?? [])),
      .init("status", .integer(Int64(code))),
    ])
  }

  private static func json(_ failure: JobFailure) -> JSONValue {
    .object([
      .init("unit", .string(failure.unit)), .init("reasons", .list(failure.sentences.map { .string($0) })),
      .init("log", .list(failure.log.map(json))),
    ])
  }

  private static func json(_ record: JournalRecord) -> JSONValue {
    let parts = record.realtime.components
    let microseconds =
      UInt64(max(parts.seconds, 0)) * 1_000_000 + UInt64(parts.attoseconds / 1_000_000_000_000)
    return .object([
      .init("time", .time(Timestamp(microseconds: microseconds))),
      .init("priority", record.priority.map { .integer(Int64($0.rawValue)) } ?? .null),
      .init("identifier", .text(record["SYSLOG_IDENTIFIER"])),
      .init("pid", record.process.map { .integer(Int64($0)) } ?? .null),
      .init("message", .string(record.message)),
    ])
  }
}
