import ArgumentParser

/// `upkeep harden`.
struct HardenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "harden", abstract: "Not there yet.")

  func run() throws { throw ExitError("harden is not there yet") }
}
