import ArgumentParser
import FoundationEssentials

/// The commands with their options, as the argument parser itself describes them.
struct CommandTree: Decodable {
  /// A command, or the program.
  struct Command: Decodable {
    var commandName: String
    var abstract: String?
    var shouldDisplay: Bool?
    var aliases: [String]?
    var subcommands: [Command]?
    /// The one that is meant where none is named.
    var defaultSubcommand: String?
    var arguments: [Argument]?

    /// Whether a person is told of it.
    var isShown: Bool { shouldDisplay ?? true }
  }

  /// An option, a flag or an argument in its place.
  struct Argument: Decodable {
    struct Name: Decodable {
      var kind: String
      var name: String

      /// As it is typed.
      var text: String { (kind == "long" ? "--" : "-") + name }
    }

    var kind: String
    var shouldDisplay: Bool?
    var names: [Name]?
    var valueName: String?
    var abstract: String?
    var allValues: [String]?
    /// The same for values that have a completion of their own.
    var allValueStrings: [String]?

    /// Whether a value follows it.
    var takesValue: Bool { kind == "option" }
    /// The values it can have, where there are but a few.
    var values: [String] { allValues ?? allValueStrings ?? [] }
  }

  /// The program.
  var command: Command

  /// This very program's; without commands if its description cannot be read.
  static var current: CommandTree {
    let text = Upkeep._dumpHelp()
    let nothing = CommandTree(command: Command(commandName: "upkeep"))
    return (try? JSONDecoder().decode(CommandTree.self, from: Data(text.utf8))) ?? nothing
  }
}
