import ArgumentParser

/// `upkeep lint`.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "lint", abstract: "Not there yet.")

  func run() throws { throw ExitError("lint is not there yet") }
}
