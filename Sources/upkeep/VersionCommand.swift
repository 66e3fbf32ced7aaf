import ArgumentParser
import BuildInfo

/// `upkeep version`: what was built, when and from what.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Show the version, commit and build date.")

  @Option(name: .joined("o"), help: "text, json or json-pretty.")
  var output = OutputFormat.text

  func run() throws {
    let info = BuildInfo.current
    switch output {
    case .text: print(info.line(program: "upkeep"))
    case .json: print(info.json(program: "upkeep"))
    case .jsonPretty:
      let facts = [
        "program": "upkeep", "version": info.version, "commit": info.commit, "date": info.date,
      ]
      print(try JSONOutput.text(facts, output))
    }
  }
}
