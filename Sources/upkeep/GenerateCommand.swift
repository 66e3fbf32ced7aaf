import ArgumentParser

/// `upkeep generate`.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "generate", abstract: "Not there yet.")

  func run() throws { throw ExitError("generate is not there yet") }
}
