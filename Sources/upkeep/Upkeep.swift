import ArgumentParser
import BuildInfo
import Glibc
import Presentation

/// The command line over everything Upkeep does.
@main
struct Upkeep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upkeep",
    abstract: "Keeps systemd services up.",
    discussion: """
      Examples:
        upkeep run --readiness-probe http://127.0.0.1:8080/health -- /usr/bin/myapp --port 8080
        upkeep version -o json
      """,
    version: BuildInfo.current.line(program: "upkeep"),
    subcommands: [
      GenerateCommand.self, LintCommand.self, ScoreCommand.self, HardenCommand.self, RunCommand.self,
      ListCommand.self, StatusCommand.self, ShowCommand.self, CatCommand.self, DepsCommand.self,
      IsActiveCommand.self, IsFailedCommand.self, IsEnabledCommand.self, IsReadyCommand.self,
      WaitCommand.self, LogsCommand.self, EventsCommand.self, WatchCommand.self, TopCommand.self,
      TasksCommand.self, LimitsCommand.self,
      StartCommand.self, StopCommand.self, RestartCommand.self, TryRestartCommand.self, ReloadCommand.self,
      ReloadOrRestartCommand.self, EnableCommand.self, DisableCommand.self, ReenableCommand.self,
      LinkCommand.self, MaskCommand.self, UnmaskCommand.self, InstallCommand.self, RemoveCommand.self,
      PauseCommand.self,
      ResumeCommand.self, KillCommand.self, ResetFailedCommand.self, DaemonReloadCommand.self,
      KickCommand.self, DoctorCommand.self,
      VersionCommand.self, CompleteCommand.self,
    ])

  /// Parses, runs and exits; a wrong command line ends with 64 (`EX_USAGE`).
  static func main() {
    // `upkeep --version -o json` is `upkeep version -o json`.
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "--version", arguments.count > 1 { arguments[0] = "version" }
    if ["logs", "events"].contains(arguments.first) { arguments = JournalOptions.completed(arguments) }
    do {
      if let request = QuickLine.list(arguments) { return try request.run() }
      var command = try command(arguments)
      try command.run()
      if fflush(nil) != 0 { StandardOutput.noteFailure(errno) }
      if let failure = StandardOutput.failure { throw failure }
    } catch let error as ExitError {
      // Names of units and files are in it: what could steer the terminal is escaped.
      let lines = error.message.split(separator: "\n").map { DisplayText.escaped(String($0)) }
      if !lines.isEmpty { StandardError.line("upkeep: " + lines.joined(separator: "\n")) }
      Glibc.exit(error.code)
    } catch {
      exit(withError: error)
    }
  }
}
