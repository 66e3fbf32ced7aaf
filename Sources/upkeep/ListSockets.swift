import Presentation
import Systemd
import SystemdManager

/// The answer of `upkeep list --sockets`: where each socket listens and what it activates, a line an address.
struct ListSockets {
  private struct Row {
    let name: String
    let address: String
    let kind: String
    let activates: String
    let connections: UInt64
    let accepted: UInt64
  }

  private let rows: [Row]
  private let options: OutputStyle

  /// Reads the sockets' properties.
  @LoopActor
  init(
    _ units: [UnitSummary], _ client: ManagerClient, _ target: ManagerTarget, _ options: OutputStyle
  ) async throws {
    self.options = options
    let wanted = [
      UnitProperty("Socket", "Listen"), UnitProperty("Socket", "NConnections"),
      UnitProperty("Socket", "NAccepted"), UnitProperty("Unit", "Triggers"),
    ]
    let properties = try await target.asking("read the sockets") { () async throws(BusError) in
      try await client.properties({ _ in wanted }, of: units.map(\.path))
    }
    rows = zip(units, properties).flatMap { unit, properties in
      (properties["Listen"]?.elements ?? []).map { listen in
        Row(
          name: unit.name, address: listen.elements?.last?.text ?? "",
          kind: listen.elements?.first?.text ?? "",
          activates: properties["Triggers"]?.elements?.compactMap(\.text).joined(separator: " ") ?? "",
          connections: properties["NConnections"]?.unsigned ?? 0,
          accepted: properties["NAccepted"]?.unsigned ?? 0)
      }
    }
    .sorted { ($0.address, $0.name) < ($1.address, $1.name) }
  }

  /// Shows them.
  func show() {
    guard options.output == .text else {
      return options.show(
        .list(
          rows.map { row in
            .object([
              .init("listen", .string(row.address)), .init("type", .string(row.kind)),
              .init("unit", .string(row.name)), .init("activates", .string(row.activates)),
              .init("connections", .number(row.connections)), .init("accepted", .number(row.accepted)),
            ])
          }))
    }
    var table = Table([
      Table.Column("LISTEN", yield: 2, leastWidth: 16), Table.Column("TYPE"),
      Table.Column("UNIT", yield: 1, leastWidth: 16), Table.Column("ACTIVATES", yield: 3),
      Table.Column("CONNECTIONS", isNumber: true),
    ])
    for row in rows {
      table.add([
        Table.Cell(row.address), Table.Cell(row.kind), Table.Cell(row.name), Table.Cell(row.activates),
        Table.Cell("\(row.connections)"),
      ])
    }
    let hasLegend = options.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    options.show(text + (hasLegend ? "\n\(rows.count) addresses.\n" : ""))
  }
}
