import ArgumentParser
import BuildInfo

/// How a read command answers.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  /// For people.
  case text
  /// For programs: one JSON object on one line.
  case json
}

/// `upkeep version`: what was built, when and from what.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version, commit and build date.")

  @Option(name: .shortAndLong, help: "text or json.")
  var output = OutputFormat.text

  func run() {
    let info = BuildInfo.current
    switch output {
    case .text: print(info.line(program: "upkeep"))
    case .json: print(info.json(program: "upkeep"))
    }
  }
}
