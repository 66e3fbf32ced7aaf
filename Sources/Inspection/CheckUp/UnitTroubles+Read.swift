import Glibc
public import Systemd
public import SystemdManager
import UnitDesign
import UnitFiles

extension UnitTroubles {
  /// Asks the manager what is wrong with its units. `ListUnits`, `Properties.Get`.
  ///
  /// - Parameters:
  ///   - client: the manager, of this machine.
  ///   - scope: whose it is.
  ///   - now: the monotonic clock, in microseconds.
  /// - Throws: why there is no answer.
  @LoopActor
  public mutating func ask(
    _ client: ManagerClient, _ scope: ProcessUnit.Scope, now: UInt64
  ) async throws(BusError) {
    let units = try await client.listUnits().sorted { $0.name < $1.name }
    failed = units.filter { $0.activeState == .failed }.map(\.name)
    broken = units.filter { $0.loadState == "bad-setting" || $0.loadState == "error" }.map(\.name)
    let answers = try await client.properties({ Self.wanted(units[$0]) }, of: units.map(\.path))
    for (unit, answer) in zip(units, answers) {
      if answer.needsDaemonReload { stale.append(unit.name) }
      if answer.isSupervised { supervised.append(unit.name) }
      let began = answer["InactiveExitTimestampMonotonic"]?.unsigned ?? 0
      if unit.kind == "service",
        Self.isLooping(unit, restarts: answer.restarts, began: began, now: now)
      {
        looping.append(unit.name)
      }
      guard unit.loadState == "not-found" || unit.loadState == "masked" else { continue }
      func names(_ kinds: [DependencyKind]) -> [String] {
        kinds.flatMap { answer[$0.property.name]?.elements?.compactMap(\.text) ?? [] }.sorted()
      }
      let other = Absent(
        unit: unit.name, isMasked: unit.loadState == "masked",
        requiredBy: names([.requiredBy, .requisiteOf, .boundBy]), wantedBy: names([.wantedBy, .upheldBy]))
      if !(other.requiredBy + other.wantedBy).isEmpty { absent.append(other) }
    }
    hasAnswer = true
    readLimits(scope, units)
  }

  /// Looks at the units that an administrator has written, below `/etc`, as lint does.
  public mutating func inspect(_ scope: ProcessUnit.Scope) {
    let loader = UnitLoader(scope)
    let surroundings = CachedSurroundings(MachineSurroundings())
    let context = LintContext(
      surroundings: surroundings, version: surroundings.systemdVersion ?? Catalogue.newestVersion,
      isUser: scope == .user)
    var names: Set<String> = []
    for folder in loader.searchPath where folder.hasPrefix("/etc/") {
      for entry in (try? Directory.entries(of: folder)) ?? [] {
        let unit = entry.hasSuffix(".d") ? String(entry.dropLast(2)) : entry
        // Links enable, alias and mask; what they lead to is another's.
        guard (try? UnitName(unit)) != nil,
          let kind = try? Directory.kind(of: "\(folder)/\(entry)", following: false),
          kind == (entry.hasSuffix(".d") ? .folder : .file)
        else { continue }
        names.insert(unit)
      }
    }
    for name in names.sorted() {
      // What is masked or has drop-ins only has nothing to look at.
      guard let unit = try? loader.load(name) else { continue }
      inspected += 1
      let own = Lint.findings(in: unit, context: context).filter {
        $0.severity == .error && $0.position.path.hasPrefix("/etc/")
      }
      if !own.isEmpty { wrong.append(name) }
    }
  }

  // MARK: Steps

  private static func wanted(_ unit: UnitSummary) -> [UnitProperty] {
    var wanted = [UnitProperty("Unit", "NeedDaemonReload")]
    if unit.loadState == "not-found" || unit.loadState == "masked" {
      let kinds: [DependencyKind] = [.requiredBy, .requisiteOf, .boundBy, .wantedBy, .upheldBy]
      wanted += kinds.map(\.property)
    }
    if unit.kind == "service", unit.activeState != .inactive {
      wanted += [.restarts, .execStart, UnitProperty("Unit", "InactiveExitTimestampMonotonic")]
    }
    return wanted
  }

  /// What the kernel has counted in the units' control groups.
  private mutating func readLimits(_ scope: ProcessUnit.Scope, _ units: [UnitSummary]) {
    guard let groups = ControlGroups(scope)?.groups() else { return }
    for unit in units where unit.kind != "slice" {
      guard let group = groups[unit.name] else { continue }
      if ControlGroups.count("max", in: "pids.events", of: group) ?? 0 > 0 { taskLimited.append(unit.name) }
      if ControlGroups.count("oom_kill", in: "memory.events", of: group) ?? 0 > 0 {
        memoryKilled.append(unit.name)
      }
    }
  }
}
