import ArgumentParser

/// `upkeep _complete WORD...`: what the shells' completion scripts ask; the last word is the one to complete.
///
/// Each line of the answer is a candidate, or a candidate, a tab and its description. The line `:files` asks the shell
/// for file names as well, `:command` for the completion of a command line of its own.
struct CompleteCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "_complete", shouldDisplay: false, helpNames: [])

  @Argument(parsing: .captureForPassthrough)
  var words: [String] = []

  func run() {
    let completion = Completion(CommandTree.current)
    for candidate in completion.candidates(for: words) { print(candidate.line) }
  }
}
