import ArgumentParser
import Glibc
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// A column of `upkeep list`.
enum ListColumn: String, CaseIterable {
  case unit, load, active, sub, health, maintenance, restarts, since, memory, cpu, job, description

  /// What has to be known for it.
  var fact: UnitFacts.Kind? {
    switch self {
    case .health: .health
    case .restarts: .restarts
    case .since: .since
    case .memory: .memory
    case .cpu: .cpu
    case .unit, .load, .active, .sub, .maintenance, .job, .description: nil
    }
  }

  /// How it stands in the table.
  var column: Table.Column {
    switch self {
    case .unit: Table.Column(title, yield: 1, leastWidth: 16, fairWidth: 60)
    case .description: Table.Column(title, yield: 2, leastWidth: 12)
    case .restarts, .memory, .cpu: Table.Column(title, isNumber: true)
    case .sub: Table.Column(title, yield: 0, leastWidth: 7)
    case .load, .active, .health, .maintenance, .since, .job: Table.Column(title)
    }
  }

  private var title: String { rawValue.uppercased() }
}

/// The order of `upkeep list`.
enum ListOrder: String, CaseIterable, ExpressibleByArgument {
  case name, active, health, restarts, since, memory, cpu

  /// What has to be known for it.
  var fact: UnitFacts.Kind? { UnitFacts.Kind(rawValue: rawValue) }
}

/// The answer of `upkeep list`.
struct ListTable {
  private struct Row {
    let unit: UnitSummary
    let facts: UnitFacts
    var health: String? { facts.health(unit) }
  }

  private let request: ListRequest
  private let chosen: [ListColumn]?
  private let rows: [Row]
  private let total: Int
  private let isDetailed: Bool
  /// What somebody does to units of this machine.
  private let maintenances: [String: Maintenance]

  /// Gathers what the columns need to know of the units.
  @LoopActor
  init(
    _ request: ListRequest, _ units: [UnitSummary], total: Int, _ client: ManagerClient
  ) async throws {
    self.request = request
    self.total = total
    chosen = request.columns
    let address = request.target.address
    let folder = address.isLocal ? try? MaintenanceFolder(isUser: address.scope == .user) : nil
    maintenances = Dictionary(
      (folder?.all() ?? []).map { ($0.unit, $0.maintenance) }, uniquingKeysWith: { one, _ in one })
    isDetailed = units.count <= ListRequest.detailLimit
    var kinds: Set<UnitFacts.Kind>
    if let chosen {
      kinds = Set(chosen.compactMap(\.fact))
    } else {
      let isWhole = isDetailed || request.style.output != .text
      kinds = isWhole ? Set(UnitFacts.Kind.allCases) : [.memory, .cpu]
    }
    if let fact = request.sort.fact { kinds.insert(fact) }
    if request.wantsHealth { kinds.insert(.health) }
    let groups = request.target.address.isLocal ? ControlGroups(request.target.address.scope) : nil
    let wanted = kinds
    let facts = try await request.target.asking("read the units' properties") { () async throws(BusError) in
      try await UnitFacts.gather(wanted, of: units, client, groups: groups)
    }
    var rows = zip(units, facts).map { Row(unit: $0, facts: $1) }
    if request.wantsHealth {
      let states = request.states
      rows.removeAll { row in
        ![row.unit.loadState, row.unit.activeState.rawValue, row.unit.subState, row.health ?? ""]
          .contains(where: states.contains)
      }
    }
    // Keys are small and a row is not.
    let keys = rows.map { (size: Self.key($0, request.sort), name: $0.unit.name) }
    let order = keys.indices.sorted { left, right in
      keys[left].size == keys[right].size
        ? keys[left].name < keys[right].name : keys[left].size > keys[right].size
    }
    self.rows = order.map { rows[$0] }
  }

  // MARK: Text

  /// For people.
  var text: String {
    let palette = request.style.palette
    let hasLegend = request.style.hasLegend
    let columns = shown
    var table = Table((request.style.plain ? [] : [Table.Column("")]) + columns.map(\.column))
    let now = Self.now
    for row in rows {
      let dot = request.style.plain ? [] : [Self.dot(row.unit, palette)]
      table.add(dot + columns.map { cell($0, row, now) })
    }
    var text = table.text(palette, width: request.style.width, hasLegend: hasLegend)
    if hasLegend { text += legend }
    return text
  }

  /// The columns: those that were named, else as many as there is room for.
  private var shown: [ListColumn] {
    if let chosen { return chosen }
    let width = request.style.width ?? .max
    var columns: [ListColumn] = [.unit, .active, .sub]
    if width >= 120 || rows.contains(where: { $0.unit.loadState != "loaded" }) {
      columns.insert(.load, at: 1)
    }
    if isDetailed {
      if rows.contains(where: { $0.facts.report != nil }) { columns.append(.health) }
      if rows.contains(where: { maintenances[$0.unit.name] != nil }) { columns.append(.maintenance) }
      if width >= 120 || rows.contains(where: { ($0.facts.restarts ?? 0) > 0 }) { columns.append(.restarts) }
      columns.append(.since)
    }
    // A kernel that counts neither has nothing to show.
    if rows.contains(where: { $0.facts.memory != nil }) { columns.append(.memory) }
    if rows.contains(where: { $0.facts.processorTime != nil }) { columns.append(.cpu) }
    if width >= 100 || !isDetailed { columns.append(.description) }
    return columns
  }

  private var isNarrow: Bool { (request.style.width ?? .max) < 100 }

  private var legend: String {
    guard !rows.isEmpty else {
      return request.all ? "No unit matches.\n" : "No unit matches; --all lists inactive ones too.\n"
    }
    let failed = rows.filter { $0.unit.activeState == .failed }.count
    var text = "\n\(rows.count) of \(total) units" + (failed > 0 ? ", \(failed) failed" : "") + "."
    if rows.count < total, !request.all { text += " --all lists inactive ones too." }
    text += "\n"
    if chosen == nil, !isDetailed {
      text += "HEALTH, RESTARTS and SINCE stand in tables of at most \(ListRequest.detailLimit) units;"
      text += " --columns active,sub,health,restarts,since shows them here too.\n"
    }
    if let fact = request.sort.fact, !rows.contains(where: { Self.isKnown(fact, $0) }) {
      text += "Sorted by name: \(fact.rawValue.uppercased()) is not known of any of these units.\n"
    }
    return text
  }

  private static func isKnown(_ fact: UnitFacts.Kind, _ row: Row) -> Bool {
    switch fact {
    case .health: row.health != nil
    case .restarts: row.facts.restarts != nil
    case .since: row.facts.since != nil
    case .memory: row.facts.memory != nil
    case .cpu: row.facts.processorTime != nil
    }
  }

  private static func dot(_ unit: UnitSummary, _ palette: Palette) -> Table.Cell {
    let style = Palette.Style(unit.activeState, load: unit.loadState)
    let isUp = unit.activeState != .inactive || unit.loadState != "loaded"
    return Table.Cell(palette.glyph(isUp ? .dot : .circle), style)
  }

  private func cell(_ column: ListColumn, _ row: Row, _ now: Timestamp?) -> Table.Cell {
    let unit = row.unit
    switch column {
    case .unit: return Table.Cell(unit.name)
    case .load: return Table.Cell(unit.loadState, unit.loadState == "loaded" ? nil : .bad)
    case .active:
      return Table.Cell(unit.activeState.rawValue, Palette.Style(unit.activeState, load: unit.loadState))
    case .sub: return Table.Cell(unit.subState)
    case .health: return Table.Cell(row.health ?? "-", row.health.flatMap { Self.healthStyle($0) })
    case .maintenance:
      let maintenance = maintenances[unit.name]
      return Table.Cell(maintenance.map { "until \($0.endText)" } ?? "-", maintenance == nil ? nil : .warning)
    case .restarts:
      let restarts = row.facts.restarts ?? 0
      return Table.Cell(row.facts.restarts.map { "\($0)" } ?? "-", restarts > 0 ? .warning : nil)
    case .since:
      guard let now, let since = row.facts.since.flatMap({ Timestamp(microseconds: $0) }) else { return "-" }
      let distance = since.distance(from: now)
      // The largest unit is enough where room is short: "9min" for "9min 17s ago".
      return Table.Cell(isNarrow ? distance.split(separator: " ").first.map(String.init) ?? "" : distance)
    case .memory: return Table.Cell(row.facts.memory.map(ByteCount.text) ?? "-")
    case .cpu: return Table.Cell(row.facts.processorTime.map { ProcessorTime.text(microseconds: $0) } ?? "-")
    case .job: return Table.Cell(unit.job?.type ?? "-", unit.job == nil ? nil : .warning)
    case .description: return Table.Cell(unit.unitDescription)
    }
  }

  private static func healthStyle(_ health: String) -> Palette.Style {
    switch health {
    case "ready": .good
    case "failed", "not ready": .bad
    default: .warning
    }
  }

  // MARK: JSON

  /// For programs: a list of objects, whose fields are those of upkeep-list(1).
  var json: JSONValue {
    let columns = chosen ?? ListColumn.allCases
    return .list(rows.map { row in .object(columns.map { field($0, row) }) })
  }

  private func field(_ column: ListColumn, _ row: Row) -> JSONValue.Field {
    let unit = row.unit
    let since = row.facts.since.flatMap { Timestamp(microseconds: $0) }
    let job = unit.job.map {
      JSONValue.object([.init("id", .number(UInt64($0.id))), .init("type", .string($0.type))])
    }
    return switch column {
    case .unit: .init("unit", .string(unit.name))
    case .load: .init("load", .string(unit.loadState))
    case .active: .init("active", .string(unit.activeState.rawValue))
    case .sub: .init("sub", .string(unit.subState))
    case .health: .init("health", .text(row.health))
    case .maintenance: .init("maintenance", maintenances[unit.name]?.json ?? .null)
    case .restarts: .init("restarts", .count(row.facts.restarts))
    case .since: .init("since", .time(since))
    case .memory: .init("memory_bytes", .count(row.facts.memory))
    case .cpu: .init("cpu_usec", .count(row.facts.processorTime))
    case .job: .init("job", job ?? .null)
    case .description: .init("description", .string(unit.unitDescription))
    }
  }

  // MARK: Order

  /// The larger, the sooner; equal ones go by their names.
  private static func key(_ row: Row, _ order: ListOrder) -> UInt64 {
    switch order {
    case .name: 0
    case .memory: row.facts.memory ?? 0
    case .cpu: row.facts.processorTime ?? 0
    case .restarts: row.facts.restarts ?? 0
    case .since: row.facts.since ?? 0
    case .active: rank(row.unit.activeState)
    case .health: ["failed", "not ready", "backing off"].contains(row.health) ? 2 : row.health == nil ? 0 : 1
    }
  }

  /// What a person looks for stands first.
  private static func rank(_ state: ActiveState) -> UInt64 {
    switch state {
    case .failed: 4
    case .activating, .deactivating, .maintenance: 3
    case .reloading, .refreshing: 2
    case .active: 1
    default: 0
    }
  }

  /// The present moment.
  static var now: Timestamp? {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
  }
}

extension Palette.Style {
  /// What a unit's state means; nil for one that is just not running.
  init?(_ state: ActiveState, load: String = "loaded") {
    guard load == "loaded" else {
      self = .bad
      return
    }
    switch state {
    case .active, .reloading, .refreshing: self = .good
    case .failed: self = .bad
    case .activating, .deactivating, .maintenance: self = .warning
    default: return nil
    }
  }
}
