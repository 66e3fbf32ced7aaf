import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager

/// `upkeep list`: the units in memory, how they fare and what they use.
struct ListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List units: their states, how they fare and what they use.",
    discussion: """
      Without a pattern all units that are not inactive are listed. Health is what upkeep-run says of its service. \
      Health, restarts and since cost the manager an answer a unit: among more than \(ListCommand.detailLimit) units \
      they are left out of the table unless --columns names them.

      Examples:
        upkeep list
        upkeep list 'my*' --type service --sort memory
        upkeep list --failed
        upkeep list --timers
        upkeep list -o json --columns restarts,memory
      """)

  /// More rows than this have only columns that cost next to nothing, unless columns are named.
  static let detailLimit = 40

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp("Only these kinds of units, such as service,timer.", valueName: "types"))
  var type: [String] = []

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Only units with one of these load, active or sub states, or healths.", valueName: "states"))
  var state: [String] = []

  @Flag(help: "Only units that failed: --state failed.")
  var failed = false

  @Flag(name: .shortAndLong, help: "Inactive units too, and devices that are the same.")
  var all = false

  @Flag(help: "Timers with their last and next run.")
  var timers = false

  @Flag(help: "Sockets with their addresses.")
  var sockets = false

  @Option(help: "name, active, health, restarts, since, memory or cpu; what matters comes first.")
  var sort = ListOrder.name

  @Option(
    help: ArgumentHelp(
      "The columns, such as active,health,memory: \(ListColumn.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "names"))
  var columns: String?

  @Argument(help: "Names or patterns of units.")
  var patterns: [String] = []

  func validate() throws {
    if timers, sockets { throw ValidationError("--timers and --sockets exclude each other.") }
    _ = try chosenColumns()
    for kind in kinds where !ListCommand.unitKinds.contains(kind) {
      throw ValidationError(
        "'\(kind)' is no kind of units; there are \(ListCommand.unitKinds.joined(separator: ", ")).")
    }
  }

  func run() throws {
    try manager.checkBooted()
    try LoopProgram.run { try await list() }
  }

  // MARK: Options

  private static let unitKinds = [
    "service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope",
  ]

  /// The kinds that are wanted; empty for all.
  var kinds: [String] {
    if timers { return ["timer"] }
    if sockets { return ["socket"] }
    return type.flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// The states of which one is wanted; empty for any.
  var states: Set<String> {
    Set(state.flatMap { $0.split(separator: ",").map(String.init) } + (failed ? ["failed"] : []))
  }

  /// The columns that were named; nil if none were.
  func chosenColumns() throws(ValidationError) -> [ListColumn]? {
    guard let columns else { return nil }
    var chosen: [ListColumn] = [.unit]
    for word in columns.split(separator: ",") {
      guard let column = ListColumn(rawValue: word.lowercased()) else {
        let known = ListColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(word)' is no column; there are \(known).")
      }
      if !chosen.contains(column) { chosen.append(column) }
    }
    return chosen
  }

  // MARK: Steps

  @LoopActor
  private func list() async throws {
    let client = try manager.connect()
    let found = try await manager.asking("list the units") { () async throws(BusError) in
      try await client.listUnits(states: [], patterns: try asked())
    }
    let units = found.filter(isWanted)
    if timers { return try await ListTimers(units, client, manager, outputOptions).show() }
    if sockets { return try await ListSockets(units, client, manager, outputOptions).show() }
    let table = try await ListTable(self, units, total: found.count, client)
    outputOptions.output == .text ? outputOptions.show(table.text) : outputOptions.show(table.json)
  }

  /// The patterns for the manager; a name without a suffix is a service's, as everywhere.
  private func asked() throws(BusError) -> [String] {
    patterns.map { Glob.isPattern($0) ? $0 : (try? UnitArguments.name($0)) ?? $0 }
  }

  private func isWanted(_ unit: UnitSummary) -> Bool {
    guard kinds.isEmpty || kinds.contains(String(unit.kind)) else { return false }
    let states = states
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
