import Inspection
import Presentation
import Systemd
import SystemdManager

/// The answer of `upkeep list --timers`: when each timer ran and runs next, the next one first.
struct ListTimers {
  private let rows: [(task: ScheduledTask, next: Timestamp?)]
  private let options: OutputStyle

  /// Reads the timers' properties.
  @LoopActor
  init(
    _ units: [UnitSummary], _ client: ManagerClient, _ target: ManagerTarget, _ options: OutputStyle
  ) async throws {
    self.options = options
    let tasks = try await target.asking("read the timers") { () async throws(BusError) in
      try await ScheduledTask.gather(units.map(\.name), client)
    }
    let start = Terminal.monotonicStart
    rows = tasks.map { ($0, Timestamp(microseconds: $0.timer.next(monotonicStart: start) ?? 0)) }
      .sorted { left, right in
        let (one, other) = (left.next?.microseconds ?? .max, right.next?.microseconds ?? .max)
        return one == other ? left.task.timer.name < right.task.timer.name : one < other
      }
  }

  /// Shows them.
  func show() {
    guard options.output == .text else {
      return options.show(
        .list(
          rows.map { task, next in
            .object([
              .init("unit", .string(task.timer.name)), .init("activates", .string(task.timer.activates)),
              .init("next", .time(next)), .init("last", .time(Timestamp(microseconds: task.lastRun ?? 0))),
              .init("result", .string(task.timer.result)), .init("outcome", .string(task.outcome.rawValue)),
            ])
          }))
    }
    var table = Table([
      Table.Column("NEXT"), Table.Column("LEFT"), Table.Column("LAST"), Table.Column("UNIT", yield: 1),
      Table.Column("ACTIVATES", yield: 2), Table.Column("RESULT"),
    ])
    let now = ListTable.now
    for (task, next) in rows {
      let left = now.flatMap { now in next?.distance(from: now) } ?? "-"
      let last = Timestamp(microseconds: task.lastRun ?? 0)
      let ago = now.flatMap { now in last?.distance(from: now) } ?? "-"
      table.add([
        Table.Cell(next?.text(offset: Terminal.offset(at: next)) ?? "-"), Table.Cell(left), Table.Cell(ago),
        Table.Cell(task.timer.name), Table.Cell(task.timer.activates), Self.result(task),
      ])
    }
    let hasLegend = options.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    options.show(text + (hasLegend ? "\n\(rows.count) \(rows.count == 1 ? "timer" : "timers").\n" : ""))
  }

  /// How the last run went, unless the timer itself has failed.
  private static func result(_ task: ScheduledTask) -> Table.Cell {
    let own = task.timer.result
    return own == "success" || own.isEmpty ? TasksTable.cell(task.outcome) : Table.Cell(own, .bad)
  }
}
