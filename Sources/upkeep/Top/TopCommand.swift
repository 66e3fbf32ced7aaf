public import ArgumentParser
import Inspection
public import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// `upkeep top`: what units use, live.
struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top",
    abstract: "Show live what units use: CPU, memory, tasks, IO, restarts and health.",
    discussion: """
      Services and scopes that are not inactive are shown. Keys: c m t i r n sort, / filters, the arrows select, Enter \
      shows the unit's log, s its status, R restarts it, ? tells all keys, q ends. Without a terminal, or with \
      --batch, one sample is printed; more of them with --delay or --iterations.

      Examples:
        upkeep top
        upkeep top 'web*' worker --sort memory
        upkeep top --slices -d 5
        upkeep top -b -n 3 -d 1
        upkeep top -o json | jq '.units[] | select(.cpu_percent > 50).unit'
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(name: .shortAndLong, help: "The time between two samples, such as 5 or 500ms; 2 without it.")
  var delay: String?

  @Option(
    name: [.customShort("n"), .long],
    help: ArgumentHelp("End after so many samples.", valueName: "number"))
  var iterations: Int?

  @Flag(name: .shortAndLong, help: "Print samples, as without a terminal.")
  var batch = false

  @Option(name: .shortAndLong, help: "cpu, memory, tasks, io, restarts or name.")
  var sort = UsageOrder.cpu

  @Flag(name: .shortAndLong, help: "The least comes first.")
  var reverse = false

  @Option(
    name: .shortAndLong, parsing: .singleValue,
    help: ArgumentHelp(
      "Only these kinds of units, such as service,slice; service,scope without it.", valueName: "types"))
  var type: [String] = []

  @Flag(help: "Slices too.")
  var slices = false

  @Flag(name: .shortAndLong, help: "Inactive units too.")
  var all = false

  @Argument(help: "Names or patterns of units; all without one.")
  var patterns: [String] = []

  func validate() throws {
    _ = try interval()
    _ = try kinds()
    guard iterations ?? 1 > 0 else { throw ValidationError("--iterations is at least 1.") }
  }

  func run() throws {
    try manager.checkBooted()
    let names = try patterns.map { (pattern) throws(ExitError) in
      Glob.isPattern(pattern) ? pattern : try UnitArguments.name(pattern)
    }
    let wanted = TopSelection(
      names: names, kinds: try kinds(), isAll: all || names.contains { !Glob.isPattern($0) })
    let terminal = Terminal()
    let isLive =
      !batch && outputOptions.output == .text && terminal.isInteractive && Terminal(0).isInteractive
      && ![nil, "", "dumb"].contains(Terminal.variable("TERM"))
    try LoopProgram.run {
      try await checkNames(names.filter { !Glob.isPattern($0) })
      if isLive {
        try await TopProgram(self, wanted, terminal).run()
      } else {
        try await TopBatch(self, wanted).run()
      }
    }
  }

  /// Says which named units do not exist; throws if there is nothing else to look at.
  @LoopActor
  private func checkNames(_ names: [String]) async throws {
    guard !names.isEmpty else { return }
    let client = try manager.connect()
    let missing = try await manager.asking("look for the units") { () async throws(BusError) in
      try await UnitArguments.missing(names, client)
    }
    client.bus.close()
    let lines = missing.map { "\(DisplayText.escaped($0)): there is no such unit" }
    if missing.count == patterns.count {
      throw ExitError(lines.joined(separator: "\nupkeep: "), code: ManagerFailure.noSuchUnit)
    }
    for line in lines { StandardError.line("upkeep: \(line)") }
  }

  // MARK: Values

  /// The time between two samples; nil if none was named.
  func interval() throws(ValidationError) -> Duration? {
    guard let delay else { return nil }
    guard let interval = try? TimeSpan.parse(delay),
      (.milliseconds(100) ... .seconds(86_400)).contains(interval)
    else { throw ValidationError("--delay is a time from 100ms to 1d, such as 5 or 500ms.") }
    return interval
  }

  /// The kinds of units.
  private func kinds() throws(ValidationError) -> Set<String> {
    var kinds: Set<String> = []
    for kind in type.flatMap({ $0.split(separator: ",") }).map(String.init) {
      guard ListRequest.unitKinds.contains(kind) else {
        throw ValidationError(
          "'\(kind)' is no kind of units; there are \(ListRequest.unitKinds.joined(separator: ", ")).")
      }
      kinds.insert(kind)
    }
    if kinds.isEmpty { kinds = ["service", "scope"] }
    if slices { kinds.insert("slice") }
    return kinds
  }
}

extension UsageOrder: ExpressibleByArgument {}

/// Which units are shown.
struct TopSelection: Sendable {
  /// Names and patterns; empty for all.
  let names: [String]
  /// The kinds; what is named counts whatever its kind.
  let kinds: Set<String>
  /// Whether inactive ones count.
  let isAll: Bool

  /// Whether a unit is shown.
  func contains(_ unit: UnitSummary) -> Bool {
    guard unit.following == nil, isAll || unit.activeState != .inactive else { return false }
    if names.contains(unit.name) { return true }
    guard kinds.contains(String(unit.kind)) else { return false }
    return names.isEmpty || names.contains { Glob.isPattern($0) && Glob.matches(unit.name, $0) }
  }
}
