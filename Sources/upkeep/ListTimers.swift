import Presentation
import Systemd
import SystemdManager

/// The answer of `upkeep list --timers`: when each timer ran and runs next, the next one first.
struct ListTimers {
  private let rows: [(timer: TimerUnit, next: Timestamp?)]
  private let options: OutputStyle

  /// Reads the timers' properties.
  @LoopActor
  init(
    _ units: [UnitSummary], _ client: ManagerClient, _ target: ManagerTarget, _ options: OutputStyle
  ) async throws {
    self.options = options
    let timers = try await target.asking("read the timers") { () async throws(BusError) in
      try await client.timers(units.map(\.name))
    }
    let start = Terminal.monotonicStart
    rows = timers.map { ($0, Timestamp(microseconds: $0.next(monotonicStart: start) ?? 0)) }
      .sorted { left, right in
        let (one, other) = (left.next?.microseconds ?? .max, right.next?.microseconds ?? .max)
        return one == other ? left.timer.name < right.timer.name : one < other
      }
  }

  /// Shows them.
  func show() {
    guard options.output == .text else {
      return options.show(
        .list(
          rows.map { timer, next in
            .object([
              .init("unit", .string(timer.name)), .init("activates", .string(timer.activates)),
              .init("next", .time(next)), .init("last", .time(Timestamp(microseconds: timer.last ?? 0))),
              .init("result", .string(timer.result)),
            ])
          }))
    }
    var table = Table([
      Table.Column("NEXT"), Table.Column("LEFT"), Table.Column("LAST"), Table.Column("UNIT", yield: 1),
      Table.Column("ACTIVATES", yield: 2), Table.Column("RESULT"),
    ])
    let now = ListTable.now
    for (timer, next) in rows {
      let left = now.flatMap { now in next?.distance(from: now) } ?? "-"
      let last = Timestamp(microseconds: timer.last ?? 0)
      let ago = now.flatMap { now in last?.distance(from: now) } ?? "-"
      table.add([
        Table.Cell(next?.text(offset: Terminal.offset(at: next)) ?? "-"), Table.Cell(left), Table.Cell(ago),
        Table.Cell(timer.name), Table.Cell(timer.activates),
        Table.Cell(timer.result, timer.result == "success" ? nil : .bad),
      ])
    }
    let hasLegend = options.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    options.show(text + (hasLegend ? "\n\(rows.count) timers.\n" : ""))
  }
}
