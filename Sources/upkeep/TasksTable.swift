import ArgumentParser
import Glibc
import Inspection
import Presentation
import SystemdManager
import UnitDesign

/// A column of `upkeep tasks`.
enum TaskColumn: String, CaseIterable {
  case task, schedule, last, took, result, next, activates, persistent, description

  /// How it stands in the table.
  var column: Table.Column {
    switch self {
    case .task: Table.Column(title, yield: 1, leastWidth: 14)
    case .schedule: Table.Column(title, yield: 2, leastWidth: 16)
    case .result: Table.Column(title, yield: 0, leastWidth: 8)
    case .activates, .description: Table.Column(title, yield: 3, leastWidth: 12)
    case .took: Table.Column(title, isNumber: true)
    case .last, .next, .persistent: Table.Column(title)
    }
  }

  private var title: String { rawValue.uppercased() }
}

/// The order of `upkeep tasks`.
enum TaskOrder: String, CaseIterable, ExpressibleByArgument {
  case next, last, task, took, result
}

/// The answer of `upkeep tasks`.
struct TasksTable {
  private struct Row {
    let task: ScheduledTask
    let next: Timestamp?
    let last: Timestamp?
    let took: UInt64?
    let missed: Bool?
    let due: Timestamp?
  }

  private let rows: [Row]
  private let chosen: [TaskColumn]?
  private let style: OutputStyle
  private let isFiltered: Bool
  private let address: ManagerAddress
  private let now = ListTable.now

  /// Lays tasks out.
  init(
    _ tasks: [ScheduledTask], columns: [TaskColumn]?, order: TaskOrder, _ style: OutputStyle,
    at address: ManagerAddress,
    isFiltered: Bool
  ) {
    chosen = columns
    self.address = address
    self.style = style
    self.isFiltered = isFiltered
    let now = ListTable.now?.microseconds
    // Another machine's monotonic clock is not known here.
    let start = address.isLocal ? Terminal.monotonicStart : nil
    let monotonic = start.flatMap { start in now.map { $0 &- start } }
    let offset = { (moment: UInt64) in Terminal.offset(at: Timestamp(microseconds: moment)) }
    let rows = tasks.map { task in
      Row(
        task: task, next: Timestamp(microseconds: task.timer.next(monotonicStart: start) ?? 0),
        last: task.lastRun.flatMap { Timestamp(microseconds: $0) }, took: task.duration(now: monotonic),
        missed: now.flatMap { task.missed(at: $0, offset: offset) },
        due: now.flatMap { task.due(before: $0, offset: offset) }.flatMap { Timestamp(microseconds: $0) })
    }
    self.rows = rows.sorted { left, right in
      let (one, other) = (Self.key(left, order), Self.key(right, order))
      return one == other ? left.task.timer.name < right.task.timer.name : one < other
    }
  }

  /// Shows them.
  func show() { style.output == .text ? style.show(text) : style.show(json) }

  private static func key(_ row: Row, _ order: TaskOrder) -> UInt64 {
    switch order {
    case .task: 0
    case .next: row.next?.microseconds ?? .max
    case .last: .max - (row.last?.microseconds ?? 0)
    case .took: .max - (row.took ?? 0)
    case .result:
      switch row.task.outcome {
      case .failed: 0
      case .running: 2
      case .skipped: 3
      case .unknown, .never: 4
      case .succeeded: row.missed == true ? 1 : 5
      }
    }
  }

  // MARK: Text

  private var text: String {
    guard !rows.isEmpty else {
      let hint = isFiltered ? "No task matches; --all" : "There are no tasks; --all"
      return style.hasLegend ? "\(hint) lists those whose timer is not active too.\n" : ""
    }
    let palette = style.palette
    let columns = shown
    var table = Table(columns.map(\.column))
    for row in rows { table.add(columns.map { cell($0, row) }) }
    var text = table.text(palette, width: style.width, hasLegend: style.hasLegend)
    if style.hasLegend { text += remarks(palette) }
    return text
  }

  private var shown: [TaskColumn] {
    if let chosen { return chosen }
    var columns: [TaskColumn] = [.task, .schedule, .last, .took, .result, .next]
    if isWide { columns.append(.activates) }
    return columns
  }

  private var isNarrow: Bool { (style.width ?? .max) < 100 }
  private var isWide: Bool { (style.width ?? .max) >= 120 }

  private func remarks(_ palette: Palette) -> String {
    var lines: [String] = []
    for row in rows {
      if row.task.outcome == .failed, let reason = row.task.reason(options: address.options) {
        let unit = row.task.unit.name.isEmpty ? row.task.timer.activates : row.task.unit.name
        lines.append(palette.styled(DisplayText.escaped("\(unit): \(reason)"), .bad))
      }
      if row.missed == true, let due = row.due {
        let when = due.text(offset: Terminal.offset(at: due))
        let next =
          row.task.timer.isPersistent && row.task.state.activeState == .inactive
          ? "; it is made up for as soon as the timer is active" : ""
        lines.append(
          palette.styled(
            DisplayText.escaped("\(row.task.timer.name): missed its run of \(when)\(next)"), .warning))
      }
    }
    let counts = [
      (rows.filter { $0.task.outcome == .failed }.count, "failed"),
      (rows.filter { $0.missed == true }.count, "missed"),
    ]
    let total =
      "\(rows.count) task\(rows.count == 1 ? "" : "s")"
      + counts.filter { $0.0 > 0 }.map { ", \($0.0) \($0.1)" }.joined()
    return "\n" + lines.map { "\($0)\n" }.joined() + total + ".\n"
  }

  private func cell(_ column: TaskColumn, _ row: Row) -> Table.Cell {
    let task = row.task
    switch column {
    case .task:
      return Table.Cell(
        String(task.timer.name.dropLast(".timer".count)), task.state.activeState == .inactive ? .faint : nil)
    case .schedule: return Table.Cell(task.schedule.words)
    case .last: return Table.Cell(distance(row.last))
    case .took: return Table.Cell(row.took.map { ProcessorTime.text(microseconds: $0) } ?? "-")
    case .result: return result(row)
    case .next:
      guard let next = row.next else { return Table.Cell("-") }
      let moment = isWide ? "\(next.text(offset: Terminal.offset(at: next))), " : ""
      return Table.Cell(moment + distance(next))
    case .activates: return Table.Cell(task.timer.activates)
    case .persistent: return Table.Cell(task.timer.isPersistent ? "yes" : "no")
    case .description: return Table.Cell(task.state.unitDescription)
    }
  }

  private func result(_ row: Row) -> Table.Cell {
    switch row.task.outcome {
    case .succeeded, .unknown, .never:
      row.missed == true ? Table.Cell("missed", .warning) : Self.cell(row.task.outcome)
    case .failed, .running, .skipped: Self.cell(row.task.outcome)
    }
  }

  /// How a run went, in one word.
  static func cell(_ outcome: ScheduledTask.Outcome) -> Table.Cell {
    switch outcome {
    case .failed: Table.Cell("failed", .bad)
    case .running: Table.Cell("running", .good)
    case .skipped: Table.Cell("skipped", .warning)
    case .succeeded: Table.Cell("ok")
    case .unknown, .never: Table.Cell("-")
    }
  }

  private func distance(_ moment: Timestamp?) -> String {
    guard let now, let moment else { return "-" }
    let text = moment.distance(from: now)
    let words = text.split(separator: " ")
    // The largest unit is enough where room is short.
    guard isNarrow, words.count == 3 else { return text }
    return words[0] == "in" ? "in \(words[1])" : "\(words[0]) ago"
  }

  // MARK: JSON

  /// A list of objects, whose fields are those of upkeep-tasks(1).
  private var json: JSONValue {
    .list(rows.map { row in .object((chosen ?? TaskColumn.allCases).flatMap { fields($0, row) }) })
  }

  private func fields(_ column: TaskColumn, _ row: Row) -> [JSONValue.Field] {
    let task = row.task
    switch column {
    case .task:
      return [
        .init("task", .string(task.timer.name)), .init("active", .string(task.state.activeState.rawValue)),
      ]
    case .schedule:
      return [
        .init("schedule", .string(task.schedule.words)),
        .init("triggers", .list(task.schedule.triggers.map(\.json))),
      ]
    case .last: return [.init("last", .time(row.last))]
    case .took: return [.init("took_usec", .count(row.took))]
    case .result:
      return [
        .init("outcome", .string(task.outcome.rawValue)), .init("result", .text(Self.word(task.unit.result))),
        .init("exit_code", Self.status(task, isSignal: false)),
        .init("signal", Self.status(task, isSignal: true)),
        .init("reason", .text(task.reason(options: address.options))),
        .init("missed", row.missed.map { .boolean($0) } ?? .null),
      ]
    case .next: return [.init("next", .time(row.next))]
    case .activates: return [.init("activates", .string(task.timer.activates))]
    case .persistent: return [.init("persistent", .boolean(task.timer.isPersistent))]
    case .description: return [.init("description", .string(task.state.unitDescription))]
    }
  }

  private static func word(_ text: String) -> String? { text.isEmpty ? nil : text }

  /// The exit status of the last run's main process, or the signal that killed it.
  private static func status(_ task: ScheduledTask, isSignal: Bool) -> JSONValue {
    let isKilled = task.unit.mainCode == 2 || task.unit.mainCode == 3
    guard task.unit.mainCode == 1 || isKilled, isKilled == isSignal else { return .null }
    return .integer(Int64(task.unit.mainStatus))
  }
}
