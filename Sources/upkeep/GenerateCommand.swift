import ArgumentParser
import Glibc
import Inspection
import UnitDesign
import UnitFiles

/// `upkeep generate`: makes unit files.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make a service's unit files, with a sandbox in which it works.",
    usage: "upkeep generate [OPTIONS] --exec COMMAND | -- COMMAND [ARGUMENT...]",
    // All options are looked up in the table that --from and the manual use too.
    helpNames: [])

  @Argument(parsing: .captureForPassthrough, help: "Options and the command.")
  var arguments: [String] = []

  func run() throws {
    let output: GenerateOutput
    do throws(RequestError) {
      output = try GenerateOutput(OwnWords.all(after: 1))
    } catch {
      throw ExitError(error.description, code: GenerateOutput.usage)
    }
    try output.run()
  }
}

/// The words of this program's command line as bytes: Swift's own strings would repair what is not UTF-8.
enum OwnWords {
  /// The words behind the program and so many others.
  static func all(after count: Int) -> [[UInt8]] {
    var words: [[UInt8]] = []
    for index in 0..<Int(CommandLine.argc) {
      guard index > count, let word = unsafe CommandLine.unsafeArgv[index] else { continue }
      unsafe words.append(Array(UnsafeRawBufferPointer(start: word, count: strlen(word))))
    }
    return words
  }
}
