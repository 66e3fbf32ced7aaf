import ArgumentParser
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager
import UnitFiles

/// `upkeep maintenance`: hold back the repairs of a service while somebody works on it.
struct MaintenanceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "maintenance",
    abstract: "Hold back repairs of a service while somebody works on it, or list where that is so.",
    discussion: """
      Probes go on and alerts are sent; repairs alone are held back. It ends by itself, and outlives restarts of the \
      unit and of the machine. Without a unit, all maintenances that are on are listed.

      Examples:
        upkeep maintenance web 30m --reason 'moving the data to the new disk'
        upkeep maintenance web --until 22:30 --reason 'upgrade of the database'
        upkeep maintenance
        upkeep maintenance --end web
      """)

  /// How long it is on if nothing is said.
  static let standardTime: Duration = .seconds(3600)

  @Flag(help: "A unit of your own manager.")
  var user = false

  @Flag(help: "A unit of the system's manager (the default).")
  var system = false

  @Option(help: ArgumentHelp("Until then: 22:30, '2026-11-24 22:30', +2h, tomorrow.", valueName: "time"))
  var until: String?

  @Option(help: ArgumentHelp("Why, for the others; it has to be given.", valueName: "text"))
  var reason: String?

  @Flag(help: "End the unit's maintenance now.")
  var end = false

  @OptionGroup var outputOptions: OutputOptions

  @Argument(help: "The unit.")
  var unit: String?

  @Argument(help: ArgumentHelp("How long, such as 30m; an hour if nothing is said.", valueName: "time"))
  var duration: String?

  func validate() throws {
    if user, system { throw ValidationError("--user and --system exclude each other.") }
    guard unit != nil else {
      if end || until != nil || reason != nil { throw ValidationError("Name the unit.") }
      return
    }
    if end, until != nil || duration != nil || reason != nil {
      throw ValidationError("--end ends it now; leave out the time and --reason.")
    }
    if until != nil, duration != nil { throw ValidationError("A time and --until exclude each other.") }
    if !end, reason == nil {
      throw ValidationError("Say why, for the others: --reason 'moving the data to the new disk'.")
    }
  }

  func run() throws {
    let folder = try MaintenanceFolder(isUser: user)
    guard let unit else { return list(folder) }
    let name = try UnitArguments.name(unit)
    let target = ManagerTarget(address: user ? .user : .system)
    try target.checkBooted()
    try LoopProgram.run {
      try await MaintenanceChange(self, folder, target).carryOut(name)
    }
  }

  // MARK: Listing

  private func list(_ folder: MaintenanceFolder) {
    let all = folder.all()
    guard outputOptions.output == .text else {
      return outputOptions.show(
        .list(
          all.map { unit, maintenance in
            .object([.init("unit", .string(unit)), .init("maintenance", maintenance.json)])
          }))
    }
    if all.isEmpty {
      if !outputOptions.quiet { outputOptions.show("No unit is in maintenance.\n") }
      return
    }
    var table = Table([.init("UNIT"), .init("UNTIL"), .init("LEFT"), .init("BY"), .init("REASON")])
    for (unit, maintenance) in all {
      let left = Duration.microseconds(maintenance.until - MaintenanceFolder.now)
      let author = maintenance.author.isEmpty ? "-" : maintenance.author
      table.add([
        Table.Cell(unit), Table.Cell(maintenance.endText),
        Table.Cell(TimeSpan.format(.seconds(max(left.components.seconds, 0)))), Table.Cell(author),
        Table.Cell(maintenance.reason),
      ])
    }
    outputOptions.show(
      table.text(outputOptions.palette, width: outputOptions.width, hasLegend: outputOptions.style.hasLegend))
  }
}
