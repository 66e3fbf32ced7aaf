import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// `upkeep limits`: what processes may use, and use.
struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits",
    abstract: "Show the limits of units and processes with what they use, and change them.",
    discussion: """
      Of a unit its main process is shown, and the limits of its control group. --set changes the limits of all \
      processes of a unit, or of one process, while they run; with --persist also for later starts. NAME is a resource \
      such as nofile or LimitNOFILE, with SOFT:HARD, one value for both, or SOFT: for the soft limit alone; or memory, \
      memory-high, swap, tasks or quota for the control group.

      Examples:
        upkeep limits nginx
        upkeep limits 1234 -o json
        upkeep limits nginx --set nofile=4096:65536 --persist
        upkeep limits nginx --set memory=1G --set tasks=200 --dry-run
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Change a limit, such as nofile=4096:8192, cpu=1h or memory=1G.", valueName: "name=value"))
  var set: [String] = []

  @Flag(help: "Make what is set last: for later starts, and after the next boot.")
  var persist = false

  @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Argument(help: ArgumentHelp("Names of units, patterns, or process IDs.", valueName: "unit"))
  var targets: [String]

  func validate() throws {
    if !manager.address.isLocal {
      throw ValidationError("limits reads /proc of this machine; leave out --host and --machine.")
    }
    if set.isEmpty, persist || dryRun { throw ValidationError("--persist and --dry-run go with --set.") }
    let changes = try changes()
    if targets.contains(where: { Int32($0) != nil }) {
      if persist { throw ValidationError("--persist is for units; a process has no file. Name its unit.") }
      for case .group(let setting, _) in changes {
        throw ValidationError(
          "\(setting.rawValue)= is a unit's; a process has none of its own. Name its unit.")
      }
    }
  }

  func run() throws {
    let (command, changes) = (self, try changes())
    // Processes need no systemd.
    guard targets.contains(where: { Int32($0) == nil }) else {
      let processes = targets.compactMap { Int32($0) }
      return try changes.isEmpty ? show(processes) : change(processes, changes)
    }
    try manager.checkBooted()
    try LoopProgram.run { try await command.askAndShow(changes) }
  }

  // MARK: Steps

  /// Does what needs systemd.
  @LoopActor
  private func askAndShow(_ changes: [LimitChange]) async throws {
    let client = try manager.connect()
    if !changes.isEmpty { try manager.target.allowQuestions(client) }
    let units = try await units(client)
    if changes.isEmpty {
      let tree = ControlGroups(manager.address.scope)
      let times = try await LimitsPage.processorTimes(of: units, tree)
      try show(units, tree, times)
    } else {
      try await LimitsRun(command: self, changes: changes, client: client)
        .run(units, targets.compactMap { Int32($0) })
    }
  }

  // The optimiser of Swift 6.3 crashes when it puts this into an asynchronous function.
  @inline(never)
  private func show(
    _ units: [UnitProperties], _ tree: ControlGroups?, _ processorTimes: [UInt64?]
  ) throws(ExitError) {
    var pages: [LimitsPage] = []
    for process in targets.compactMap({ Int32($0) }) { pages.append(LimitsPage(try Self.read(process))) }
    for (unit, time) in zip(units, processorTimes) {
      pages.append(LimitsPage(unit, tree, processorTime: time))
    }
    show(pages)
  }

  /// The status for a unit that does not exist: it was to be looked at, or to be changed.
  private var noSuchUnit: Int32 { self.set.isEmpty ? ManagerFailure.noSuchUnit : ExitError.notInstalled }

  /// The units that are meant, with all their properties.
  @LoopActor
  private func units(_ client: ManagerClient) async throws(ExitError) -> [UnitProperties] {
    let arguments = targets.filter { Int32($0) == nil }
    let names = try await UnitArguments.resolve(arguments, client, manager, missing: noSuchUnit)
    let units = try await manager.asking("read the units") { () async throws(BusError) in
      try await client.allProperties(of: names)
    }
    for (name, unit) in zip(names, units) {
      guard unit.activeState == .inactive else { continue }
      let shown = DisplayText.escaped(name)
      switch unit.loadState {
      case "loaded": break
      case "not-found": throw ExitError("\(shown): there is no such unit", code: noSuchUnit)
      case "masked":
        throw ExitError("\(shown) is masked; '\(manager.command("unmask")) \(shown)' undoes it")
      case let state:
        throw ExitError(
          "systemd cannot use the file of \(shown) (\(state)); '\(manager.command("lint")) \(shown)' says more",
          code: ExitError.notConfigured)
      }
    }
    return units
  }

  /// What `--set` says.
  private func changes() throws(ValidationError) -> [LimitChange] {
    var changes: [LimitChange] = []
    for text in set {
      do {
        changes.append(try LimitChange.parse(text))
      } catch {
        throw ValidationError("--set: \(DisplayText.escaped(error.message))")
      }
    }
    return changes
  }

  private func show(_ processes: [Int32]) throws(ExitError) {
    var pages: [LimitsPage] = []
    for process in processes { pages.append(LimitsPage(try Self.read(process))) }
    show(pages)
  }

  private func show(_ pages: [LimitsPage]) {
    let style = outputOptions.style
    guard style.output == .text else { return style.show(.list(pages.map(\.json))) }
    style.show(pages.map { $0.text(style) }.joined(separator: "\n"))
  }

  /// Changes processes without asking anybody.
  private func change(_ processes: [Int32], _ changes: [LimitChange]) throws {
    var report = LimitsReport(isDry: dryRun, outputOptions)
    for process in processes {
      _ = try Self.read(process)
      for case .resource(let limit, let keepsHard) in changes {
        report.add(
          limit, keepsHard: keepsHard, unit: nil,
          LimitsRun.apply(limit, keepsHard: keepsHard, to: [process], isDry: dryRun))
      }
    }
    try report.show()
  }

  @inline(never)
  static func read(_ process: Int32) throws(ExitError) -> ProcessLimits {
    do {
      guard process > 0 else { throw SystemError(errno: 3, operation: "read", subject: "process \(process)") }
      return try ProcessLimits.read(process)
    } catch {
      throw ExitError("there is no process \(process)", code: ManagerFailure.noSuchUnit)
    }
  }
}

extension ManagerTarget {
  /// Lets a polkit agent ask the person for a right that is missing.
  @LoopActor
  func allowQuestions(_ client: ManagerClient) throws(ExitError) {
    do throws(BusError) {
      try client.bus.allowInteractiveAuthorization()
    } catch {
      throw failure(error, "connect")
    }
  }
}
