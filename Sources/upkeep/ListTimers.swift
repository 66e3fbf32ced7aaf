import Presentation
import Systemd
import SystemdManager

/// The answer of `upkeep list --timers`: when each timer ran and runs next, the next one first.
struct ListTimers {
  private struct Row {
    let name: String
    let next: Timestamp?
    let last: Timestamp?
    let unit: String
    let result: String
  }

  private let rows: [Row]
  private let options: OutputStyle

  /// Reads the timers' properties.
  @LoopActor
  init(
    _ units: [UnitSummary], _ client: ManagerClient, _ target: ManagerTarget, _ options: OutputStyle
  ) async throws {
    self.options = options
    let wanted =
      ["NextElapseUSecRealtime", "NextElapseUSecMonotonic", "LastTriggerUSec", "Unit", "Result"]
      .map { UnitProperty("Timer", $0) }
    let properties = try await target.asking("read the timers") { () async throws(BusError) in
      try await client.properties({ _ in wanted }, of: units.map(\.path))
    }
    rows = zip(units, properties).map { unit, properties in
      Row(
        name: unit.name, next: properties.nextElapse,
        last: Timestamp(microseconds: properties["LastTriggerUSec"]?.unsigned ?? 0),
        unit: properties["Unit"]?.text ?? "", result: properties["Result"]?.text ?? "")
    }
    .sorted { left, right in
      let (one, other) = (left.next?.microseconds ?? .max, right.next?.microseconds ?? .max)
      return one == other ? left.name < right.name : one < other
    }
  }

  /// Shows them.
  func show() {
    guard options.output == .text else {
      return options.show(
        .list(
          rows.map { row in
            .object([
              .init("unit", .string(row.name)), .init("activates", .string(row.unit)),
              .init("next", .time(row.next)), .init("last", .time(row.last)),
              .init("result", .string(row.result)),
            ])
          }))
    }
    var table = Table([
      Table.Column("NEXT"), Table.Column("LEFT"), Table.Column("LAST"), Table.Column("UNIT", yield: 1),
      Table.Column("ACTIVATES", yield: 2), Table.Column("RESULT"),
    ])
    let now = ListTable.now
    for row in rows {
      let left = now.flatMap { now in row.next?.distance(from: now) } ?? "-"
      let last = now.flatMap { now in row.last?.distance(from: now) } ?? "-"
      table.add([
        Table.Cell(row.next?.text(offset: Terminal.offset(at: row.next)) ?? "-"), Table.Cell(left),
        Table.Cell(last), Table.Cell(row.name), Table.Cell(row.unit),
        Table.Cell(row.result, row.result == "success" ? nil : .bad),
      ])
    }
    let hasLegend = options.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    options.show(text + (hasLegend ? "\n\(rows.count) timers.\n" : ""))
  }
}

extension UnitProperties {
  /// When a timer elapses next, by the wall clock; nil if it does not.
  var nextElapse: Timestamp? {
    let realtime = Timestamp(microseconds: self["NextElapseUSecRealtime"]?.unsigned ?? 0)
    guard let monotonic = self["NextElapseUSecMonotonic"]?.unsigned, monotonic != 0, monotonic != .max,
      let started = Terminal.monotonicStart
    else { return realtime }
    let other = Timestamp(microseconds: started &+ monotonic)
    guard let realtime else { return other }
    return other.map { min($0, realtime) } ?? realtime
  }
}
