import ArgumentParser
import BuildInfo
import Glibc
import Presentation
import UnitFiles

/// The command line over everything Upkeep does.
@main
struct Upkeep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upkeep",
    abstract: "Keeps systemd services up.",
    discussion: """
      Examples:
        upkeep generate --name app --exec /usr/bin/app --install --now
        upkeep status app
        upkeep logs app -f
        upkeep harden app --apply
      """,
    version: BuildInfo.current.line(program: "upkeep"),
    subcommands: [VersionCommand.self, CompleteCommand.self],
    groupedSubcommands: [
      CommandGroup(
        name: "Design",
        subcommands: [
          GenerateCommand.self, LintCommand.self, ScoreCommand.self, HardenCommand.self, RunCommand.self,
          TestRulesCommand.self,
        ]),
      CommandGroup(
        name: "Inspection",
        subcommands: [
          ListCommand.self, StatusCommand.self, ShowCommand.self, CatCommand.self, DepsCommand.self,
          LogsCommand.self, EventsCommand.self, WatchCommand.self, TopCommand.self, TasksCommand.self,
          LimitsCommand.self,
          DoctorCommand.self,
        ]),
      CommandGroup(
        name: "Query",
        subcommands: [
          IsActiveCommand.self, IsFailedCommand.self, IsEnabledCommand.self, IsReadyCommand.self,
          WaitCommand.self,
        ]),
      CommandGroup(
        name: "Control",
        subcommands: [
          StartCommand.self, StopCommand.self, RestartCommand.self, TryRestartCommand.self,
          ReloadCommand.self, ReloadOrRestartCommand.self, KickCommand.self, MaintenanceCommand.self,
          PauseCommand.self,
          ResumeCommand.self, KillCommand.self, ResetFailedCommand.self,
        ]),
      CommandGroup(
        name: "Installation",
        subcommands: [
          InstallCommand.self, RemoveCommand.self, EnableCommand.self, DisableCommand.self,
          ReenableCommand.self, LinkCommand.self, MaskCommand.self,
          UnmaskCommand.self, DaemonReloadCommand.self,
        ]),
    ])

  /// Parses, runs and exits; a wrong command line ends with 64 (`EX_USAGE`).
  static func main() {
    // `upkeep --version -o json` is `upkeep version -o json`.
    var arguments = Array(CommandLine.arguments.dropFirst())
    if arguments.first == "--version", arguments.count > 1 { arguments[0] = "version" }
    if ["logs", "events"].contains(arguments.first) { arguments = JournalOptions.completed(arguments) }
    do {
      if let request = QuickLine.list(arguments) { return try request.run() }
      if let first = arguments.first { try check(command: first) }
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

  /// Refuses a word that is no command, with the one that was perhaps meant; the parser would call it an argument.
  private static func check(command word: String) throws(ExitError) {
    let names = configuration.subcommands.flatMap { [$0._commandName] + $0.configuration.aliases }
    guard !word.hasPrefix("-"), word != "help", !names.contains(word) else { return }
    let known = names.filter { !$0.hasPrefix("_") }
    let hint = Suggestion.nearest(to: word, among: known).map { "; did you mean '\($0)'?" } ?? ";"
    throw ExitError("there is no command '\(word)'\(hint) 'upkeep --help' lists them", code: EX_USAGE)
  }
}
