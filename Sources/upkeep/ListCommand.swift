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
      Health, restarts and since cost the manager an answer a unit: among more than \(ListRequest.detailLimit) units \
      they are left out of the table unless --columns names them.

      Examples:
        upkeep list
        upkeep list 'my*' --type service --sort memory
        upkeep list --failed
        upkeep list --timers
        upkeep list -o json --columns restarts,memory
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(
    name: .joined("t"), parsing: .singleValue,
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
    _ = try request()
  }

  func run() throws { try request().run() }

  /// What is asked for.
  private func request() throws(ValidationError) -> ListRequest {
    var request = ListRequest(target: manager.target, style: outputOptions.style)
    request.all = all
    request.timers = timers
    request.sockets = sockets
    request.sort = sort
    request.patterns = patterns
    for text in type { try request.add(kinds: text) }
    for text in state { request.add(states: text) }
    if failed { request.add(states: "failed") }
    if let columns { try request.choose(columns: columns) }
    return request
  }
}
