import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// `upkeep wait`: until units are in a state.
struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until all of some units are in a state.",
    discussion: """
      Nothing is polled: systemd tells of each change. A restart of dbus or of systemd in between does no harm. \
      Exits with 0 when all units are in the state, 124 when the time is over, 1 if one that is waited for as ready or \
      active has failed and nothing is under way that would start it again, 4 if one does not exist.

      Examples:
        upkeep wait myapp --for ready --timeout 30s
        upkeep wait backup.service --for inactive
      """)

  /// What is waited for.
  enum Goal: String, CaseIterable, ExpressibleByArgument {
    case ready, active, inactive, failed
  }

  @OptionGroup var manager: ManagerOptions

  @Option(name: .customLong("for"), help: "ready, active, inactive (stopped or failed) or failed.")
  var goal = Goal.ready

  @Option(
    help: ArgumentHelp("How long to wait, such as 30s or 2min; for ever without it.", valueName: "time"))
  var timeout: String?

  @Flag(name: .shortAndLong, help: "Print no reason when the wait fails.")
  var quiet = false

  @Argument(help: "Names or patterns of units.")
  var units: [String]

  /// The exit status when the time is over, as timeout(1) has it.
  static let timeIsOver: Int32 = 124

  func validate() throws { _ = try limit() }

  func run() throws {
    try manager.checkBooted()
    let limit = try limit()
    try LoopProgram.run { try await wait(limit) }
  }

  // MARK: Steps

  private func limit() throws(ValidationError) -> Duration? { try WaitLimit.parse(timeout) }

  @LoopActor
  private func wait(_ limit: Duration?) async throws {
    let (run, units) = (WaitRun(for: goal, manager, isQuiet: quiet), units)
    let (result, isOver) = await TimeLimit.run(within: limit, name: "wait for units") {
      () -> Result<Void, any Error> in
      do {
        return .success(try await run.wait(for: units))
      } catch {
        return .failure(error)
      }
    }
    // What came in the last moment counts.
    if isOver, case .failure = result { throw ExitError(quiet ? "" : run.lateness, code: Self.timeIsOver) }
    try result.get()
  }
}
