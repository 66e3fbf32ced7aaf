import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// The limits of a unit or of a process, for people and for programs.
struct LimitsPage {
  /// The unit's name; nil for a process.
  private let unit: String?
  /// The process; nil for a unit that does not run.
  private let process: ProcessLimits?
  /// What the unit's files say.
  private let written: [Resource: ResourceLimit]
  private let groups: [GroupLimit]
  /// What the unit starts.
  private let triggers: [String]

  /// Lays out a process's limits.
  init(_ process: ProcessLimits) {
    unit = nil
    self.process = process
    written = [:]
    groups = []
    triggers = []
  }

  /// Reads the limits of a unit's main process, and of its control group; `processorTime` is what the group uses.
  init(_ unit: UnitProperties, _ tree: ControlGroups?, processorTime: UInt64?) {
    self.unit = unit.name
    triggers = unit["Triggers"]?.elements?.compactMap(\.text) ?? []
    var main = unit.mainPID > 0 ? unit.mainPID : nil
    if main == nil, !unit.controlGroup.isEmpty, !unit.name.hasSuffix(".slice"), let tree {
      // One without a main process of its own, such as a scope, may have others.
      main = ControlGroups.processes(in: tree.mount + unit.controlGroup).first
    }
    process = main.flatMap { try? ProcessLimits.read($0) }
    written = Dictionary(
      unit.resourceLimits.map { ($0.resource, $0) }, uniquingKeysWith: { first, _ in first })
    groups = unit.groupLimits(tree).map { limit in
      var limit = limit
      if limit.setting == .quota { limit.use = processorTime }
      return limit
    }
  }

  /// The processor time a second that units with a quota use, in microseconds, over a short while; nil for others.
  @LoopActor
  static func processorTimes(
    of units: [UnitProperties], _ tree: ControlGroups?
  ) async throws -> [UInt64?] {
    let groups = units.map { unit -> String? in
      let quota = unit[GroupSetting.quota.property]?.unsigned
      guard let tree, !unit.controlGroup.isEmpty, let quota, quota != .max else { return nil }
      return tree.mount + unit.controlGroup
    }
    guard groups.contains(where: { $0 != nil }) else { return groups.map { _ in nil } }
    let before = groups.map { $0.flatMap(ControlGroups.processorTime) }
    let began = ContinuousClock.now
    try await EventLoop.main.sleep(for: .milliseconds(250))
    let parts = (ContinuousClock.now - began).components
    let elapsed = UInt64(parts.seconds) * 1_000_000 + UInt64(parts.attoseconds / 1_000_000_000_000)
    return zip(groups, before).map { group, before in
      guard let before, let after = group.flatMap(ControlGroups.processorTime), after >= before else {
        return nil
      }
      return (after - before) * 1_000_000 / max(elapsed, 1)
    }
  }

  private struct Row {
    let resource: Resource
    let use: UInt64?
    let now: ResourceLimit?
    let written: ResourceLimit?

    /// Whether the process has another limit than its unit's files say.
    var differs: Bool {
      guard let now, let written else { return false }
      return now != written
    }
  }

  private var rows: [Row] {
    let limits = Dictionary(
      (process?.limits ?? []).map { ($0.resource, $0) }, uniquingKeysWith: { first, _ in first })
    return Resource.allCases.compactMap { resource in
      guard limits[resource] != nil || written[resource] != nil else { return nil }
      return Row(
        resource: resource, use: process?.use[resource], now: limits[resource], written: written[resource])
    }
  }

  // MARK: Text

  /// The page; each line ends in a newline.
  func text(_ style: OutputStyle) -> String {
    let palette = style.palette
    let rows = rows
    guard !rows.isEmpty || !groups.isEmpty else { return DisplayText.escaped(title) + "\n" }
    let differs = rows.contains(where: \.differs)
    var table = Table(
      [
        Table.Column("LIMIT"), Table.Column("USE", isNumber: true), Table.Column("%", isNumber: true),
        Table.Column("SOFT", isNumber: true), Table.Column("HARD", isNumber: true),
      ] + (differs ? [Table.Column("UNIT FILE")] : []) + [Table.Column("OF", yield: 1)])
    for row in rows {
      let limit = row.now ?? row.written
      let share = Self.share(row.use, row.resource.isBinding ? limit?.soft : nil)
      let color = share.flatMap(Self.color)
      table.add(
        [
          Table.Cell(row.resource.rawValue),
          Table.Cell(row.use.map { Self.text($0, row.resource) } ?? "-", color),
          Table.Cell(share.map { "\($0)%" } ?? "", color), Table.Cell(Self.bound(limit?.soft, row.resource)),
          Table.Cell(Self.bound(limit?.hard, row.resource)),
        ] + (differs ? [Table.Cell(row.differs ? Self.pair(row.written, row.resource) : "", .warning)] : [])
          + [Table.Cell(row.resource.meaning)])
    }
    var text = style.hasLegend ? palette.styled(DisplayText.escaped(title), .strong) + "\n" : ""
    text += table.text(palette, width: style.width, hasLegend: style.hasLegend)
    guard !groups.isEmpty else { return text }
    if !rows.isEmpty { text += "\n" }
    var second = Table([
      Table.Column("CONTROL GROUP"), Table.Column("USE", isNumber: true), Table.Column("%", isNumber: true),
      Table.Column("LIMIT", isNumber: true),
    ])
    for group in groups {
      let share = Self.share(group.use, group.limit)
      let color = share.flatMap(Self.color)
      second.add([
        Table.Cell(group.setting.rawValue),
        Table.Cell(group.use.map { Self.text($0, group.setting) } ?? "-", color),
        Table.Cell(share.map { "\($0)%" } ?? "", color),
        Table.Cell(group.limit.map { Self.text($0, group.setting) } ?? "none"),
      ])
    }
    return text + second.text(palette, width: style.width, hasLegend: style.hasLegend)
  }

  private var title: String {
    let running = process.map { "process \($0.process) (\($0.name))" }
    guard let unit else { return running ?? "" }
    if let running { return "\(unit): \(running)" }
    if written.isEmpty, groups.isEmpty {
      let other =
        triggers.isEmpty ? "" : "; 'upkeep limits \(triggers.joined(separator: " "))' shows what it starts"
      return "\(unit): has no processes, so there are no limits\(other)"
    }
    return written.isEmpty ? unit : "\(unit): does not run; its next start has these limits"
  }

  private static func share(_ use: UInt64?, _ limit: UInt64?) -> UInt64? {
    guard let use, let limit, limit > 0 else { return nil }
    let (product, overflow) = use.multipliedReportingOverflow(by: 100)
    return overflow ? use / max(limit / 100, 1) : product / limit
  }

  private static func color(_ share: UInt64) -> Palette.Style? {
    share >= 95 ? .bad : share >= 80 ? .warning : nil
  }

  private static func bound(_ value: UInt64?, _ resource: Resource) -> String {
    value.map { text($0, resource) } ?? "none"
  }

  private static func pair(_ limit: ResourceLimit?, _ resource: Resource) -> String {
    guard let limit else { return "" }
    let soft = bound(limit.soft, resource)
    return limit.soft == limit.hard ? soft : "\(soft):\(bound(limit.hard, resource))"
  }

  private static func text(_ value: UInt64, _ resource: Resource) -> String {
    switch resource {
    case .fsize, .data, .stack, .core, .rss, .memlock, .as, .msgqueue: ByteCount.text(value)
    case .cpu: Timestamp.span(seconds: value)
    case .rttime: ProcessorTime.text(microseconds: value)
    case .nproc, .nofile, .locks, .sigpending, .nice, .rtprio: String(value)
    }
  }

  private static func text(_ value: UInt64, _ setting: GroupSetting) -> String {
    switch setting {
    case .memoryHigh, .memoryMax, .swapMax: ByteCount.text(value)
    case .tasksMax: String(value)
    case .quota: setting.text(value / 10_000 * 10_000)
    }
  }

  // MARK: JSON

  /// Stable field names, as the manual has them; no limit is null, and so is what nobody knows.
  var json: JSONValue {
    .object([
      .init("unit", .text(unit)), .init("pid", process.map { .integer(Int64($0.process)) } ?? .null),
      .init("name", .text(process?.name)),
      .init(
        "limits",
        .list(
          rows.map { row in
            .object([
              .init("limit", .string(row.resource.rawValue)), .init("use", .count(row.use)),
              .init("soft", .count((row.now ?? row.written)?.soft)),
              .init("hard", .count((row.now ?? row.written)?.hard)),
              .init("unit_soft", .count(row.written?.soft)), .init("unit_hard", .count(row.written?.hard)),
              .init("differs", .boolean(row.differs)),
            ])
          })),
      .init(
        "group",
        .list(
          groups.map { group in
            .object([
              .init("limit", .string(group.setting.rawValue)), .init("use", .count(group.use)),
              .init("max", .count(group.limit)),
            ])
          })),
    ])
  }
}

extension Resource {
  /// What is limited, in a few words.
  fileprivate var meaning: String {
    switch self {
    case .cpu: "processor time"
    case .fsize: "size of a file that is written"
    case .data: "data segment"
    case .stack: "stack of the main thread"
    case .core: "size of a core dump"
    case .rss: "resident memory (Linux does not limit it)"
    case .nproc: "threads of the user"
    case .nofile: "open files"
    case .memlock: "locked memory"
    case .as: "address space"
    case .locks: "file locks (Linux does not limit them)"
    case .sigpending: "pending signals of the user"
    case .msgqueue: "POSIX message queues of the user"
    case .nice: "nice level, as 20 minus the level"
    case .rtprio: "real-time priority"
    case .rttime: "real-time run without a blocking call"
    }
  }

  /// Whether it is used up bit by bit, and the kernel refuses more.
  fileprivate var isBinding: Bool {
    switch self {
    case .rss, .locks, .nice, .rtprio: false
    case .cpu, .fsize, .data, .stack, .core, .nproc, .nofile, .memlock, .as, .sigpending, .msgqueue, .rttime:
      true
    }
  }
}
