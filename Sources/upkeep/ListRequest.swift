import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager

/// What `upkeep list` is asked for, whichever way its command line was read.
struct ListRequest {
  /// More rows than this have only columns that cost next to nothing, unless columns are named.
  static let detailLimit = 40
  /// The kinds of units.
  static let unitKinds = [
    "service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope",
  ]

  /// Whose units.
  var target: ManagerTarget
  /// How they are shown.
  var style: OutputStyle
  /// Whether inactive ones are listed too.
  var all = false
  /// Whether timers are listed, with their times.
  var timers = false
  /// Whether sockets are listed, with their addresses.
  var sockets = false
  /// The order.
  var sort = ListOrder.name
  /// Names and patterns; empty for all units.
  var patterns: [String] = []
  /// The kinds that are wanted; empty for all.
  private(set) var kinds: [String] = []
  /// The states of which one is wanted; empty for any.
  private(set) var states: Set<String> = []
  /// The columns that were named; nil if none were.
  private(set) var columns: [ListColumn]?

  init(target: ManagerTarget, style: OutputStyle) {
    self.target = target
    self.style = style
  }

  /// Wants units of these kinds, which stand between commas.
  mutating func add(kinds text: String) throws(ValidationError) {
    for kind in text.split(separator: ",").map(String.init) {
      guard Self.unitKinds.contains(kind) else {
        throw ValidationError(
          "'\(kind)' is no kind of units; there are \(Self.unitKinds.joined(separator: ", ")).")
      }
      kinds.append(kind)
    }
  }

  /// Wants units in one of these states, which stand between commas.
  mutating func add(states text: String) {
    states.formUnion(text.split(separator: ",").map(String.init))
  }

  /// Wants these columns, which stand between commas; the unit's name comes first in any case.
  mutating func choose(columns text: String) throws(ValidationError) {
    var chosen: [ListColumn] = [.unit]
    for word in text.split(separator: ",") {
      guard let column = ListColumn(rawValue: word.lowercased()) else {
        let known = ListColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(word)' is no column; there are \(known).")
      }
      if !chosen.contains(column) { chosen.append(column) }
    }
    columns = chosen
  }

  /// Asks and shows.
  func run() throws {
    try target.checkBooted()
    try LoopProgram.run { try await list() }
  }

  // MARK: Steps

  @LoopActor
  private func list() async throws {
    let client = try target.connect()
    let (found, missing) = try await target.asking("list the units") { () async throws(BusError) in
      try await find(client)
    }
    let units = found.filter(isWanted)
    if timers {
      try await ListTimers(units, client, target, style).show()
    } else if sockets {
      try await ListSockets(units, client, target, style).show()
    } else if !units.isEmpty || missing.isEmpty {
      let table = try await ListTable(self, units, total: found.count, client)
      style.output == .text ? style.show(table.text) : style.show(table.json)
    }
    guard missing.isEmpty else {
      let lines = missing.map { "\(DisplayText.escaped($0)): there is no such unit" }
      throw ExitError(lines.joined(separator: "\nupkeep: "), code: ManagerFailure.noSuchUnit)
    }
  }

  /// All units that patterns match in memory, and those that are named wherever they are; and the names of none.
  @LoopActor
  private func find(
    _ client: ManagerClient
  ) async throws(BusError) -> (found: [UnitSummary], missing: [String]) {
    let names = patterns.filter { !Glob.isPattern($0) }.map { (try? UnitArguments.name($0)) ?? $0 }
    let globs = patterns.filter(Glob.isPattern)
    var found: [UnitSummary] = []
    if names.isEmpty || !globs.isEmpty { found = try await client.listUnits(states: [], patterns: globs) }
    guard !names.isEmpty else { return (found, []) }
    var seen = Set(found.map(\.name))
    var missing: [String] = []
    for unit in try await client.listUnits(named: names) {
      if unit.loadState == "not-found", unit.activeState == .inactive {
        missing.append(unit.name)
      } else if seen.insert(unit.name).inserted {
        found.append(unit)
      }
    }
    return (found, missing)
  }

  private func isWanted(_ unit: UnitSummary) -> Bool {
    let kinds = timers ? ["timer"] : sockets ? ["socket"] : kinds
    guard kinds.isEmpty || kinds.contains(String(unit.kind)) else { return false }
    if !states.isEmpty {
      return states.contains(unit.loadState) || states.contains(unit.activeState.rawValue)
        || states.contains(unit.subState) || wantsHealth
    }
    if all || !patterns.filter({ !Glob.isPattern($0) }).isEmpty { return true }
    return unit.following == nil && (unit.activeState != .inactive || unit.job != nil)
  }

  /// Whether a state is one that only the health tells.
  var wantsHealth: Bool { !states.isDisjoint(with: ["ready", "not ready", "starting", "backing off"]) }
}
