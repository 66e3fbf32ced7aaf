import ArgumentParser

/// `upkeep score`.
struct ScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "score", abstract: "Not there yet.")

  func run() throws { throw ExitError("score is not there yet") }
}
