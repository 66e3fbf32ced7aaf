import ArgumentParser
import Glibc
import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// `upkeep remove`: takes away what install and generate have put in place.
struct RemoveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove",
    abstract: "Stop and disable units, and delete the files that install put there.",
    discussion: """
      Only files that 'upkeep install' or 'upkeep generate --install' wrote are deleted, and only if nobody has changed \
      them since; with --force, any file in /etc/systemd/system. A file of a package is never deleted. With a template, \
      its instances are stopped. Drop-ins, users and data stay.

      Examples:
        upkeep remove myapp --dry-run
        upkeep remove myapp.service myapp.socket
      """)

  @OptionGroup var acting: ActingOptions

  @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Delete also a file that was changed since, or was not installed by upkeep.")
  var force = false

  @Argument(help: "Names of units.")
  var units: [String]

  func validate() throws {
    if !acting.manager.address.isLocal {
      throw ValidationError("remove deletes files of this machine; leave out --host and --machine.")
    }
  }

  func run() throws {
    try acting.manager.checkBooted()
    let installed = InstalledUnits(acting.manager.address.scope)
    let names = try names()
    for name in names { try check(name, installed) }
    if dryRun {
      for name in names {
        acting.say("\(name) would be stopped and disabled, and \(installed.path(of: name)) deleted")
      }
      try show(names, [], [], isDone: false)
      return
    }
    try LoopProgram.run { try await remove(names, installed) }
  }

  // MARK: Steps

  private func names() throws(ExitError) -> [UnitName] {
    var names: [UnitName] = []
    for argument in units {
      do {
        let name = try UnitName(try UnitArguments.name(argument))
        if !names.contains(name) { names.append(name) }
      } catch let error as ExitError {
        throw error
      } catch {
        throw ExitError(DisplayText.escaped("\(error)"), code: ExitError.unusable)
      }
    }
    return names
  }

  /// Throws for a unit whose file is not to be deleted.
  private func check(_ name: UnitName, _ installed: InstalledUnits) throws(ExitError) {
    let path = installed.path(of: name)
    let standing: InstalledUnits.Standing
    do throws(SystemError) {
      standing = try installed.standing(of: name)
    } catch {
      throw ExitError(DisplayText.escaped("\(error)"))
    }
    switch standing {
    case .installed: return
    case .changed where force, .foreign where force: return
    case .changed:
      throw ExitError("\(path) was changed since it was installed; --force deletes it all the same")
    case .foreign:
      throw ExitError("\(path) was not installed by upkeep; --force deletes it all the same")
    case .noFile:
      throw ExitError(
        "\(path) is no file but a link, as of a masked or linked unit; '\(acting.manager.command("unmask"))' or '\(acting.manager.command("disable"))' undoes that"
      )
    case .absent:
      if let packaged = installed.packagedPath(of: name) {
        throw ExitError(
          "\(packaged) belongs to a package, which removes it; '\(acting.manager.command("mask")) --now \(name)' keeps it from running"
        )
      }
      throw ExitError("there is no \(path)", code: ExitError.notInstalled)
    }
  }

  @LoopActor
  private func remove(_ names: [UnitName], _ installed: InstalledUnits) async throws {
    let client = try acting.connect()
    let loaded = try await loaded(names, client)
    var outcomes: [JobOutcome] = []
    if !loaded.isEmpty {
      let run = JobRun(
        manager: acting.manager, verb: .stop, hasProgress: acting.output == .text && !acting.quiet)
      outcomes = await run.outcomes(loaded, client)
      JobReport(acting).tell(outcomes)
      if let failed = outcomes.first(where: { $0.code != 0 }) {
        try show(names, [], outcomes, isDone: false)
        throw ExitError(acting.output == .text ? "nothing was deleted" : "", code: failed.code)
      }
    }
    let changes = try await acting.manager.asking("disable the units") { () async throws(BusError) in
      try await client.disable(names.map(\.text))
    }
    for change in changes { acting.say(DisplayText.escaped("\(change)")) }
    for name in names {
      do throws(SystemError) {
        try installed.delete(name)
      } catch {
        let isRight = error.errno == EACCES || error.errno == EPERM
        throw ExitError(
          DisplayText.escaped("\(error)") + (isRight ? "; run it as root" : ""),
          code: isRight ? ExitError.notPermitted : 1)
      }
      acting.say("Deleted \(installed.path(of: name))")
      if let folder = installed.dropIns(of: name) { acting.say("\(folder) stays") }
    }
    try await acting.manager.asking("let systemd forget the units") { () async throws(BusError) in
      try await client.daemonReload()
      // Only what has failed is still in memory; for all others this is no failure.
      for unit in loaded { try? await client.resetFailed(unit) }
    }
    try show(names, changes, outcomes, isDone: true)
  }

  /// The units in memory, of a template its instances.
  @LoopActor
  private func loaded(_ names: [UnitName], _ client: ManagerClient) async throws -> [String] {
    let patterns = names.map { $0.isTemplate ? "\($0.prefix)@*.\($0.suffix)" : $0.text }
    return try await acting.manager.asking("look for the units") { () async throws(BusError) in
      try await client.listUnits(states: [], patterns: patterns).filter { $0.loadState != "not-found" }
        .map(\.name).sorted()
    }
  }

  private func show(
    _ names: [UnitName], _ changes: [UnitFileChange], _ outcomes: [JobOutcome], isDone: Bool
  ) throws(ExitError) {
    guard acting.output != .text else { return }
    let installed = InstalledUnits(acting.manager.address.scope)
    let answer = JSONValue.object([
      .init("units", .list(names.map { .string($0.text) })),
      .init("files", .list(names.map { .string(installed.path(of: $0)) })),
      .init("removed", .boolean(isDone)), .init("changes", .list(changes.map(\.json))),
      .init("jobs", .list(outcomes.map(\.json))),
    ])
    StandardOutput.write(Array("\(answer.text(isPretty: acting.output == .jsonPretty))\n".utf8))
  }
}
