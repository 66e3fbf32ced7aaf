public import Supervision
public import Systemd
public import SystemdManager

/// What is known of a unit beside its states: how it fares, and what it uses.
public struct UnitFacts: Sendable, Hashable {
  /// A thing that may be asked for. The first three cost the manager an answer for each unit.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// How it fares in the eyes of `upkeep-run`.
    case health
    /// How often it was restarted.
    case restarts
    /// Since when it is in its state.
    case since
    /// The memory that it uses.
    case memory
    /// The processor time that it has used.
    case cpu
  }

  /// Where it stands in the eyes of its `upkeep-run`; nil for a unit without one.
  public var report: StatusReport?
  /// How often it was restarted since a person started it, by systemd and by its `upkeep-run` together; nil for what is
  /// no service.
  public var restarts: UInt64?
  /// Since when it is in its state, in microseconds since 1970; nil for never.
  public var since: UInt64?
  /// Bytes of memory; nil if nobody counts.
  public var memory: UInt64?
  /// Microseconds of processor time; nil if nobody counts.
  public var processorTime: UInt64?

  /// Nothing is known.
  public init() {}

  /// One word about how the unit fares; nil where nobody knows.
  public func health(_ unit: UnitSummary) -> String? {
    if unit.activeState == .failed { return "failed" }
    return report?.state.rawValue
  }

  /// Gathers facts of units.
  ///
  /// - Parameters:
  ///   - kinds: what is wanted.
  ///   - units: the units.
  ///   - client: the manager.
  ///   - groups: where memory and processor time are read; nil asks the manager for them.
  /// - Returns: the facts in the order of the units.
  /// - Throws: what ends all of it: no connection, no answer.
  @LoopActor
  public static func gather(
    _ kinds: Set<Kind>, of units: [UnitSummary], _ client: ManagerClient, groups: ControlGroups?
  ) async throws(BusError) -> [UnitFacts] {
    var facts = Array(repeating: UnitFacts(), count: units.count)
    let found = groups.map { groups in kinds.contains(.memory) || kinds.contains(.cpu) ? groups.groups() : [:]
    }
    let isAsking = groups == nil || !kinds.isSubset(of: [.memory, .cpu])
    if isAsking {
      let properties = try await client.properties(
        { questions(kinds, units[$0], groups: found) }, of: units.map(\.path))
      for index in units.indices { facts[index].take(properties[index], units[index]) }
    }
    for index in units.indices {
      if let group = found?[units[index].name] { facts[index].take(group: group, kinds) }
    }
    try await askForCommands(&facts, units, client)
    return facts
  }

  // MARK: Steps

  private static func questions(
    _ kinds: Set<Kind>, _ unit: UnitSummary, groups: [String: String]?
  ) -> [UnitProperty] {
    var wanted: [UnitProperty] = []
    if kinds.contains(.since) { wanted.append(entered(unit.activeState)) }
    let isService = unit.kind == "service"
    let isAsleep = unit.activeState == .inactive
    if isService, !isAsleep {
      if kinds.contains(.restarts) { wanted.append(.restarts) }
      // The restarts of upkeep-run are in its status line too.
      if kinds.contains(.health) || kinds.contains(.restarts) { wanted.append(.statusText) }
    }
    if groups == nil, !isAsleep, let interface = accounting[String(unit.kind)] {
      if kinds.contains(.memory) { wanted.append(UnitProperty(interface, "MemoryCurrent")) }
      if kinds.contains(.cpu) { wanted.append(UnitProperty(interface, "CPUUsageNSec")) }
    }
    return wanted
  }

  /// The kinds of units that have a control group.
  private static let accounting = [
    "service": "Service", "scope": "Scope", "slice": "Slice", "socket": "Socket", "mount": "Mount",
    "swap": "Swap",
  ]

  /// When a unit came into the state that it is in.
  private static func entered(_ state: ActiveState) -> UnitProperty {
    switch state {
    case .inactive, .failed: .inactiveEnter
    case .activating: .inactiveExit
    case .deactivating: .activeExit
    default: .activeEnter
    }
  }

  private mutating func take(_ properties: UnitProperties, _ unit: UnitSummary) {
    let entered = properties[Self.entered(unit.activeState).name]?.unsigned ?? 0
    since = entered == 0 ? nil : entered
    if unit.kind == "service" { restarts = properties["NRestarts"]?.unsigned }
    report = StatusReport(properties.statusText)
    if let bytes = properties["MemoryCurrent"]?.unsigned, bytes != .max { memory = bytes }
    if let time = properties["CPUUsageNSec"]?.unsigned, time != .max { processorTime = time / 1000 }
  }

  private mutating func take(group: String, _ kinds: Set<Kind>) {
    if kinds.contains(.memory) { memory = ControlGroups.memory(of: group) }
    if kinds.contains(.cpu) { processorTime = ControlGroups.processorTime(of: group) }
  }

  /// Any program may say "ready": what reads as a word of `upkeep-run` counts only if its unit runs that.
  @LoopActor
  private static func askForCommands(
    _ facts: inout [UnitFacts], _ units: [UnitSummary], _ client: ManagerClient
  ) async throws(BusError) {
    let doubtful = facts.indices.filter { facts[$0].report != nil }
    guard !doubtful.isEmpty else { return }
    let commands = try await client.properties({ _ in [.execStart] }, of: doubtful.map { units[$0].path })
    for (index, properties) in zip(doubtful, commands) {
      if properties.isSupervised {
        facts[index].restarts = (facts[index].restarts ?? 0) + UInt64(facts[index].report?.restarts ?? 0)
      } else {
        facts[index].report = nil
      }
    }
  }
}

extension UnitProperties {
  /// Whether the service's main process is `upkeep-run`, by its `ExecStart`: called itself or as `upkeep run`.
  public var isSupervised: Bool {
    for command in self["ExecStart"]?.elements ?? [] {
      guard let fields = command.elements, fields.count > 1, let path = fields[0].text else { continue }
      let program = path.split(separator: "/").last
      if program == "upkeep-run" { return true }
      let arguments = fields[1].elements?.compactMap(\.text) ?? []
      if program == "upkeep", arguments.dropFirst().first == "run" { return true }
    }
    return false
  }
}
