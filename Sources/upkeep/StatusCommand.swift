import ArgumentParser
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// `upkeep status`: a page about each unit that a person can act on.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what a unit does, why, and what it uses.",
    discussion: """
      A process ID stands for the unit that the process belongs to. Without a unit, all that have failed are shown. \
      Exits with 0 if all units are active, 3 if one is not, 4 if one does not exist.

      Examples:
        upkeep status nginx
        upkeep status 'my*' -n 0
        upkeep status 1234
        upkeep status nginx -o json-pretty
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Option(name: .joined("n"), help: "How many of the last lines of the log.")
  var lines = 10

  @Argument(help: "Names or patterns of units, or process IDs.")
  var units: [String] = []

  func validate() throws {
    guard (0...10_000).contains(lines) else { throw ValidationError("--lines goes from 0 to 10000.") }
  }

  func run() throws {
    try manager.checkBooted()
    try LoopProgram.run { try await status() }
  }

  // MARK: Steps

  @LoopActor
  private func status() async throws {
    let client = try manager.connect()
    let names = try await names(client)
    if names.isEmpty, outputOptions.output == .text {
      if !outputOptions.quiet { outputOptions.show("No unit has failed.\n") }
      return
    }
    var reports: [UnitReport] = []
    for name in names {
      reports.append(
        try await manager.asking("read the state of \(DisplayText.escaped(name))") {
          () async throws(BusError) in
          try await UnitReport.gather(name, client, manager.address, lines: outputOptions.quiet ? 0 : lines)
        })
    }
    let missing = reports.filter { !$0.exists }
    show(reports.filter(\.exists))
    if !outputOptions.quiet, lines > 0, reports.contains(where: \.exists), manager.address == .system,
      let hint = LogRights.hint
    {
      StandardError.line("upkeep: of the log \(hint)")
    }
    for report in missing {
      StandardError.line("upkeep: \(DisplayText.escaped(report.asked)): there is no such unit")
    }
    if !missing.isEmpty { throw ExitError("", code: ManagerFailure.noSuchUnit) }
    // What failed is what was asked for without a name.
    guard !units.isEmpty, reports.contains(where: { !Self.counts($0.unit.activeState) }) else { return }
    throw ExitError("", code: 3)
  }

  /// What LSB calls running: also what comes up or goes down.
  private static func counts(_ state: ActiveState) -> Bool { state != .inactive && state != .failed }

  /// What somebody does to a unit of this machine.
  private func maintenance(of report: UnitReport) -> Maintenance? {
    guard manager.address.isLocal else { return nil }
    return (try? MaintenanceFolder(isUser: manager.user))?.maintenance(of: report.unit.name)
  }

  private func show(_ reports: [UnitReport]) {
    guard !outputOptions.quiet else { return }
    switch outputOptions.output {
    case .text:
      let width = outputOptions.width
      let pages = reports.map {
        UnitPage($0, outputOptions.palette, width: width, maintenance: maintenance(of: $0)).text
      }
      outputOptions.show(pages.joined(separator: "\n"))
    case .json, .jsonPretty:
      outputOptions.show(.list(reports.map { $0.json(maintenance: maintenance(of: $0)) }))
    }
  }

  @LoopActor
  private func names(_ client: ManagerClient) async throws -> [String] {
    guard !units.isEmpty else {
      return try await manager.asking("look for failed units") { () async throws(BusError) in
        try await client.listUnits(states: ["failed"], patterns: []).map(\.name).sorted()
      }
    }
    var arguments: [String] = []
    for argument in units {
      guard let process = Int32(argument), process > 0 else {
        arguments.append(argument)
        continue
      }
      arguments.append(
        try await manager.asking("find the unit of process \(process)") { () async throws(BusError) in
          try await client.unit(ofProcess: process)
        })
    }
    return try await UnitArguments.resolve(arguments, client, manager)
  }
}
