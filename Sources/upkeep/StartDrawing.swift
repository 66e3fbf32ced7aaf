import Inspection
import Presentation
import SystemdManager
import UnitFiles

/// How `upkeep deps --critical-path` shows a start.
struct StartDrawing {
  let style: OutputStyle
  /// Whether the manager's clocks are this machine's.
  let isLocal: Bool

  // MARK: Text

  /// The steps, the unit itself first, and what they mean in words.
  func text(_ report: StartReport) -> String {
    var text = ""
    let palette = style.palette
    if let path = report.path {
      var table = Table([
        Table.Column("@ BEGAN", isNumber: true), Table.Column("+ TOOK", isNumber: true),
        Table.Column("UNIT", yield: 0, leastWidth: 24), Table.Column("", yield: 1),
      ])
      for (index, step) in path.steps.enumerated() {
        let indent = style.plain || index == 0 ? "" : palette.glyph(.lastBranch)
        let level = style.plain ? "" : String(repeating: "  ", count: max(index - 1, 0))
        let isLongest = path.longest == step
        table.add([
          Table.Cell("@" + began(step, report)),
          Table.Cell(step.took.map { $0 == 0 ? "" : "+" + Self.span($0) } ?? "...", isLongest ? .bad : nil),
          Table.Cell(level + indent + step.unit, isLongest ? .bad : index == 0 ? .strong : nil),
          Table.Cell(step.event == .stop ? "its stop" : "", .faint),
        ])
      }
      text += table.text(palette, width: style.width, hasLegend: style.hasLegend)
      if style.hasLegend { text += "\n" }
    }
    guard !style.quiet else { return text }
    for sentence in sentences(report) {
      // A name keeps its first letter.
      let isName =
        sentence.hasPrefix(report.unit) || sentence.hasPrefix("systemd ")
        || report.path?.unknown.first.map(sentence.hasPrefix) == true
      let first = isName ? String(sentence.prefix(1)) : sentence.prefix(1).uppercased()
      text += DisplayText.escaped(first + sentence.dropFirst()) + ".\n"
    }
    return text
  }

  /// Since the manager's beginning for what belongs to the boot, else the time of day.
  private func began(_ step: CriticalPath.Step, _ report: StartReport) -> String {
    if report.isBoot {
      return Self.span(step.began > report.managerBegan ? step.began - report.managerBegan : 0)
    }
    guard let moment = moment(step.began) else { return Self.span(step.began) }
    let text = moment.text(offset: Terminal.offset(at: moment))
    let milliseconds = String(moment.microseconds / 1000 % 1000 + 1000).dropFirst()
    return (text.split(separator: " ").last.map(String.init) ?? text) + ".\(milliseconds)"
  }

  /// What there is to say beside the table.
  private func sentences(_ report: StartReport) -> [String] {
    var sentences: [String] = []
    if let path = report.path {
      if let ended = path.steps.first?.ended, report.isBoot, ended >= report.managerBegan {
        sentences.append(
          "\(report.unit) was ready \(Self.span(ended - report.managerBegan)) after systemd began")
      } else if let began = path.steps.first?.began, let moment = moment(began) {
        let date = moment.text(offset: Terminal.offset(at: moment))
        sentences.append("\(report.unit) began to start at \(date), after the boot")
      }
      sentences += path.sentences(Self.span)
    } else {
      sentences.append("systemd remembers no start of \(report.unit)")
    }
    guard let job = report.job else { return sentences }
    guard !report.waitsFor.isEmpty else {
      return sentences + ["its job \(job.id) (\(job.type)) waits for no other job"]
    }
    let others = report.waitsFor.map { "\($0.unit) (\($0.type), \($0.state))" }
    return sentences + ["its job \(job.id) (\(job.type)) waits for \(others.joined(separator: ", "))"]
  }

  /// By the wall clock, which is this machine's.
  private func moment(_ monotonic: UInt64) -> Timestamp? {
    guard isLocal, let start = Terminal.monotonicStart else { return nil }
    return Timestamp(microseconds: start &+ monotonic)
  }

  /// To the millisecond below a minute, else to the second: nobody compares microseconds.
  private static func span(_ microseconds: UInt64) -> String {
    switch microseconds {
    case ..<1000: "\(microseconds)us"
    case ..<60_000_000:
      TimeSpan.format(.milliseconds(Int64(microseconds / 1000)))
    default: Timestamp.span(seconds: microseconds / 1_000_000)
    }
  }

  // MARK: JSON

  /// The report with all numbers in microseconds.
  func json(_ report: StartReport) -> JSONValue {
    let path = report.path
    let longest = path?.longest
    return .object([
      .init("unit", .string(report.unit)), .init("active", .string(report.state.rawValue)),
      .init("boot", .boolean(report.isBoot)), .init("total_usec", .count(path?.total)),
      .init("longest", .text(longest?.unit)),
      .init(
        "path",
        .list(
          (path?.steps ?? []).map { step in
            .object([
              .init("unit", .string(step.unit)), .init("event", .string(step.event.rawValue)),
              .init("began", .time(moment(step.began))),
              .init(
                "began_usec", .integer(Int64(clamping: step.began) - Int64(clamping: report.managerBegan))),
              .init("took_usec", .count(step.took)), .init("gap_usec", .count(step.gap)),
            ])
          })),
      .init("unknown", .list((path?.unknown ?? []).map { .string($0) })),
      .init("why", .list(sentences(report).map { .string($0) })),
      .init(
        "waits_for",
        .list(
          report.waitsFor.map { job in
            .object([
              .init("unit", .string(job.unit)), .init("job", .number(UInt64(job.id))),
              .init("type", .string(job.type)), .init("state", .string(job.state)),
            ])
          })),
    ])
  }
}
