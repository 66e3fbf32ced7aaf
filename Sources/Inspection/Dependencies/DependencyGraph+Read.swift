public import Systemd
public import SystemdManager

extension DependencyGraph {
  /// Reads what units refer to, level by level, the units of a level all at once. `ListUnits`, `Properties.Get`.
  ///
  /// - Parameters:
  ///   - roots: the units to begin with, by their primary names.
  ///   - kinds: which references count.
  ///   - isWhole: whether all units are looked into, or beside the roots targets only.
  ///   - depth: how many levels are read; nil for all.
  ///   - client: whom to ask.
  /// - Returns: the graph; each unit that is referred to is in it with its state.
  /// - Throws: why there is no answer.
  @LoopActor
  public static func read(
    from roots: [String], _ kinds: [DependencyKind], isWhole: Bool, depth: Int? = nil, _ client: ManagerClient
  ) async throws(BusError) -> DependencyGraph {
    var graph = DependencyGraph()
    var known: [String: UnitSummary] = [:]
    for unit in try await client.listUnits() { known[unit.name] = unit }
    let properties = kinds.map(\.property)
    var (level, seen) = (roots, Set(roots))
    var count = 0
    // One level more than is drawn: what has something below it can then say so.
    while !level.isEmpty, depth.map({ count <= $0 }) ?? true {
      let opened = level.filter { isWhole || count == 0 || $0.hasSuffix(".target") }
      let answers = try await client.properties({ _ in properties }, of: opened.map(UnitSummary.path))
      var next: [String] = []
      for (unit, answer) in zip(opened, answers) {
        var references: [DependencyKind: [String]] = [:]
        for kind in kinds { references[kind] = answer[kind.property.name]?.elements?.compactMap(\.text) }
        graph.add(references, of: unit)
        for edge in graph.edges[unit] ?? [] where seen.insert(edge.unit).inserted { next.append(edge.unit) }
      }
      level = next
      count += 1
    }
    // Units that came into memory meanwhile.
    let missing = seen.filter { known[$0] == nil }.sorted()
    if !missing.isEmpty {
      for (name, unit) in zip(missing, try await states(of: missing, client)) { known[name] = unit }
    }
    for name in seen { if let unit = known[name] { graph.add(unit) } }
    return graph
  }

  /// The states of units that no list had.
  @LoopActor
  private static func states(
    of names: [String], _ client: ManagerClient
  ) async throws(BusError) -> [UnitSummary] {
    let wanted = ["LoadState", "ActiveState", "SubState", "Description"].map { UnitProperty("Unit", $0) }
    let answers = try await client.properties({ _ in wanted }, of: names.map(UnitSummary.path))
    return zip(names, answers).map { name, answer in
      UnitSummary(
        name: name, unitDescription: answer.unitDescription, loadState: answer.loadState,
        activeState: answer.activeState, subState: answer.subState)
    }
  }
}
