import ArgumentParser
import Inspection
import Presentation
import Systemd
import SystemdManager

/// `upkeep watch`: what happens to units, as it happens.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show what happens to units as it happens, a line each.",
    discussion: """
      Each line has the time, the unit, its states before and after, and the reason where one is known; also what \
      upkeep-run tells of its service. Nothing is polled. A restart of dbus or of systemd in between loses no change: \
      what is found afterwards is shown as late.

      Examples:
        upkeep watch
        upkeep watch web 'job@*'
        upkeep watch -o json '*.service'
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Argument(help: "Names or patterns of units; all without one.")
  var patterns: [String] = []

  func run() throws {
    try manager.checkBooted()
    let names = try patterns.map { (pattern) throws(ExitError) in
      Glob.isPattern(pattern) ? pattern : try UnitArguments.name(pattern)
    }
    try LoopProgram.run { try await UnitWatch(self, names).run() }
  }
}
