import ArgumentParser
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// `upkeep kick`.
struct KickCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kick",
    abstract: "Let services under upkeep-run that wait for their next attempt make it now.",
    discussion: """
      Exits with 0 also for a service that does not wait; 7 for one that does not run, 3 for one without upkeep-run.

      Example:
        upkeep kick myapp
      """)

  @OptionGroup var acting: ActingOptions
  @Argument(help: "Names or patterns of units.")
  var units: [String]

  func run() throws {
    try acting.manager.checkBooted()
    let (acting, units) = (acting, units)
    try LoopProgram.run {
      let client = try acting.connect()
      let names = try await acting.units(units, client)
      try await UnitChanges(acting: acting).each("kick", "kicked", names, client) { unit in
        try await Self.kick(unit, client, acting.manager)
      }
    }
  }

  // MARK: Steps

  @LoopActor
  private static func kick(
    _ unit: String, _ client: ManagerClient, _ manager: ManagerOptions
  ) async throws -> String? {
    let state = try await client.properties(of: unit)
    let shown = DisplayText.escaped(unit)
    guard state.loadState != "not-found" || state.mainPID > 0 else {
      throw ExitError("there is no unit \(shown)", code: ExitError.notInstalled)
    }
    guard state.isSupervised else {
      throw ExitError(
        "\(shown) does not run under upkeep-run, so nothing of it waits; '\(manager.command("restart")) \(shown)' restarts it",
        code: ExitError.notImplemented)
    }
    guard state.mainPID > 0 else {
      throw ExitError(
        "\(shown) does not run; '\(manager.command("start")) \(shown)' starts it", code: ExitError.notRunning)
    }
    // What ExecStart= says counts from the next start on; the process at hand may be another program.
    if manager.address.isLocal, let name = try? TextFile.read("/proc/\(state.mainPID)/comm") {
      guard String(decoding: name, as: UTF8.self) == "upkeep-run\n" else {
        throw ExitError(
          "the main process of \(shown) is not upkeep-run; '\(manager.command("restart")) \(shown)' makes it so",
          code: ExitError.notImplemented)
      }
    }
    let report = StatusReport(state.statusText)
    guard report?.state == .backingOff else {
      return "does not wait: \(DisplayText.escaped(report?.state.rawValue ?? "it says nothing"))"
    }
    try await client.kill(unit, signal: continuing, whom: "main")
    return nil
  }

  /// SIGCONT, which ends the wait of `upkeep-run` and does nothing else.
  private static let continuing: Int32 = 18
}
