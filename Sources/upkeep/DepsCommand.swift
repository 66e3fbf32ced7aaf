import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager

/// `upkeep deps`: what a unit needs, what needs it, and what made its start slow.
struct DepsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deps",
    abstract: "Show what a unit depends on, what depends on it, or what its start waited for.",
    discussion: """
      The tree shows each unit once in full; below other units it is marked as repeated, or as a cycle. As in systemctl, \
      only targets are opened, beside the unit itself; --all opens everything. Without a unit it is default.target.

      Examples:
        upkeep deps nginx
        upkeep deps --all --depth 2 multi-user.target
        upkeep deps --reverse dbus.socket
        upkeep deps --kind requires,binds-to myapp
        upkeep deps --critical-path myapp
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Flag(name: .shortAndLong, help: "Show what needs the unit, not what it needs.")
  var reverse = false

  @Flag(help: "Show what the unit starts after.")
  var after = false

  @Flag(help: "Show what starts after the unit.")
  var before = false

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Only these kinds: \(DependencyKind.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "kinds"))
  var kind: [String] = []

  @Flag(help: "Show what the unit's last start waited for, and for how long.")
  var criticalPath = false

  @Option(help: ArgumentHelp("How many levels of the tree.", valueName: "n"))
  var depth: Int?

  @Flag(name: .shortAndLong, help: "Open all units, not targets only.")
  var all = false

  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func validate() throws {
    let chosen = [reverse, after || before, !kind.isEmpty, criticalPath].count { $0 }
    if chosen > 1 {
      throw ValidationError("--reverse, --after or --before, --kind and --critical-path exclude each other.")
    }
    if let depth, !(1...1000).contains(depth) { throw ValidationError("--depth goes from 1 to 1000.") }
    if criticalPath, depth != nil || all {
      throw ValidationError("--critical-path is no tree; leave out --depth and --all.")
    }
    _ = try kinds()
  }

  func run() throws {
    try manager.checkBooted()
    let kinds = try kinds()
    try LoopProgram.run { try await show(kinds) }
  }

  // MARK: Steps

  private func kinds() throws(ValidationError) -> [DependencyKind] {
    if reverse { return DependencyKind.reverse }
    if after || before { return (after ? [.after] : []) + (before ? [.before] : []) }
    guard !kind.isEmpty else { return DependencyKind.forward }
    var kinds: [DependencyKind] = []
    for word in kind.flatMap({ $0.split(separator: ",") }) {
      guard let known = DependencyKind(rawValue: word.lowercased()) else {
        let all = DependencyKind.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(word)' is no kind of dependency; there are \(all).")
      }
      if !kinds.contains(known) { kinds.append(known) }
    }
    return kinds
  }

  @LoopActor
  private func show(_ kinds: [DependencyKind]) async throws {
    let client = try manager.connect()
    let asked = try await UnitArguments.resolve(units.isEmpty ? ["default.target"] : units, client, manager)
    for name in asked { try UnitArguments.refuseTemplate(name) }
    let found = try await manager.asking("look for the units") { () async throws(BusError) in
      try await client.properties(
        { _ in ["Id", "LoadState", "ActiveState"].map { UnitProperty("Unit", $0) } },
        of: asked.map(UnitSummary.path))
    }
    let missing = zip(asked, found).filter { $1.loadState == "not-found" && $1.activeState == .inactive }
    var names: [String] = []
    for unit in found where unit.loadState != "not-found" || unit.activeState != .inactive {
      // Two arguments may be names of one unit.
      if !unit.name.isEmpty, !names.contains(unit.name) { names.append(unit.name) }
    }
    var hasIdle = false
    if criticalPath {
      hasIdle = try await showPaths(of: names, client)
    } else if !names.isEmpty {
      try await showTrees(of: names, kinds, client)
    }
    for (name, _) in missing {
      StandardError.line("upkeep: \(DisplayText.escaped(name)): there is no such unit")
    }
    if !missing.isEmpty { throw ExitError("", code: ManagerFailure.noSuchUnit) }
    if hasIdle { throw ExitError("", code: 3) }
  }

  @LoopActor
  private func showTrees(of names: [String], _ kinds: [DependencyKind], _ client: ManagerClient) async throws
  {
    let graph = try await manager.asking("read the dependencies") { () async throws(BusError) in
      try await DependencyGraph.read(from: names, kinds, isWhole: all, depth: depth, client)
    }
    let drawing = DepsDrawing(graph: graph, style: outputOptions.style)
    let trees = names.map { DependencyTree(of: $0, in: graph, depth: depth) }
    switch outputOptions.output {
    case .text: outputOptions.show(trees.map(drawing.text).joined(separator: outputOptions.plain ? "" : "\n"))
    case .json, .jsonPretty: outputOptions.show(.list(trees.map(drawing.json)))
    }
  }

  /// Shows the paths; whether one of the units has not been started.
  @LoopActor
  private func showPaths(of names: [String], _ client: ManagerClient) async throws -> Bool {
    let reports = try await manager.asking("read the times of the units") { () async throws(BusError) in
      try await StartReport.gather(names, client)
    }
    let drawing = StartDrawing(style: outputOptions.style, isLocal: manager.address.isLocal)
    switch outputOptions.output {
    case .text: outputOptions.show(reports.map(drawing.text).joined(separator: "\n"))
    case .json, .jsonPretty: outputOptions.show(.list(reports.map(drawing.json)))
    }
    return reports.contains { $0.path == nil }
  }
}
