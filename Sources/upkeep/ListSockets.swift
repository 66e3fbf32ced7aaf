import Presentation
import Systemd
import SystemdManager

/// The answer of `upkeep list --sockets`: where each socket listens and what it activates, a line an address.
struct ListSockets {
  private let rows: [(socket: SocketUnit, listen: SocketUnit.Listen)]
  private let options: OutputStyle

  /// Reads the sockets' properties.
  @LoopActor
  init(
    _ units: [UnitSummary], _ client: ManagerClient, _ target: ManagerTarget, _ options: OutputStyle
  ) async throws {
    self.options = options
    let sockets = try await target.asking("read the sockets") { () async throws(BusError) in
      try await client.sockets(units.map(\.name))
    }
    rows = sockets.flatMap { socket in socket.listens.map { (socket, $0) } }
      .sorted { ($0.listen.address, $0.socket.name) < ($1.listen.address, $1.socket.name) }
  }

  /// Shows them.
  func show() {
    guard options.output == .text else {
      return options.show(
        .list(
          rows.map { socket, listen in
            .object([
              .init("listen", .string(listen.address)), .init("type", .string(listen.kind)),
              .init("unit", .string(socket.name)),
              .init("activates", .string(socket.activates.joined(separator: " "))),
              .init("connections", .number(socket.connections)), .init("accepted", .number(socket.accepted)),
            ])
          }))
    }
    var table = Table([
      Table.Column("LISTEN", yield: 2, leastWidth: 16), Table.Column("TYPE"),
      Table.Column("UNIT", yield: 1, leastWidth: 16), Table.Column("ACTIVATES", yield: 3),
      Table.Column("CONNECTIONS", isNumber: true),
    ])
    for (socket, listen) in rows {
      table.add([
        Table.Cell(listen.address), Table.Cell(listen.kind), Table.Cell(socket.name),
        Table.Cell(socket.activates.joined(separator: " ")), Table.Cell("\(socket.connections)"),
      ])
    }
    let hasLegend = options.hasLegend
    let text = table.text(options.palette, width: options.width, hasLegend: hasLegend)
    options.show(text + (hasLegend ? "\n\(rows.count) addresses.\n" : ""))
  }
}
