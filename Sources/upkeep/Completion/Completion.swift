import Inspection
import Presentation
import UnitDesign
import UnitFiles

/// Finds what a word of a command line may become. It decides on words alone; names of units come from `units`.
struct Completion {
  /// One answer.
  struct Candidate: Hashable {
    let word: String
    let description: String

    init(_ word: String, _ description: String = "") {
      self.word = word
      self.description = description
    }

    /// The line that the shells' scripts read.
    var line: String { description.isEmpty ? word : "\(word)\t\(description)" }

    /// The shell's own file names.
    static let files = Candidate(":files")
    /// A command line of its own from here on.
    static let command = Candidate(":command")
  }

  /// No shell can make use of more.
  static let mostCandidates = 5000

  private let tree: CommandTree
  private let units: () -> [String]

  /// Completes the commands of a tree; `units` gives the names of all units.
  init(_ tree: CommandTree, units: @escaping () -> [String] = Self.unitNames) {
    self.tree = tree
    self.units = units
  }

  /// What the last of the words, which may be empty, can become.
  func candidates(for words: [String]) -> [Candidate] {
    let word = words.last ?? ""
    let before = Array(words.dropLast())
    let all: [Candidate]
    if before.isEmpty {
      all = commands + [Candidate("--help", "Show help"), Candidate("--version", "Show what was built")]
    } else if before.first == "help" {
      all = commands
    } else if before.first == "generate" {
      all = generate(before.dropFirst(), word)
    } else if let command = tree.command.subcommands?.first(where: {
      $0.commandName == before.first || $0.aliases?.contains(before.first ?? "") == true
    }) {
      all = candidates(of: command, before.dropFirst(), word)
    } else {
      all = []
    }
    return Array(all.filter { $0.word.hasPrefix(word) || $0.word.hasPrefix(":") }.prefix(Self.mostCandidates))
  }

  // MARK: Commands

  private var commands: [Candidate] {
    let all = tree.command.subcommands ?? []
    return all.filter(\.isShown).map { Candidate($0.commandName, Self.brief($0.abstract)) }
  }

  private func candidates(
    of command: CommandTree.Command, _ before: ArraySlice<String>, _ word: String
  ) -> [Candidate] {
    if let parts = command.subcommands, !parts.isEmpty {
      if let part = parts.first(where: { $0.commandName == before.first }) {
        return candidates(of: part, before.dropFirst(), word)
      }
      let names = before.isEmpty ? parts.map { Candidate($0.commandName, Self.brief($0.abstract)) } : []
      let fallback = parts.first { $0.commandName == command.defaultSubcommand }
      return names + (fallback.map { candidates(of: $0, before, word) } ?? [])
    }
    let arguments = (command.arguments ?? []).filter { $0.shouldDisplay ?? true }
    guard !before.contains("--") else { return positional(arguments) }
    if let last = before.last, last.hasPrefix("-"),
      let option = arguments.first(where: { $0.names?.contains { $0.text == last } == true }),
      option.takesValue
    {
      return values(option.values, option.valueName ?? "")
    }
    guard word.hasPrefix("-") else { return positional(arguments) }
    return arguments.flatMap { argument in
      (argument.names ?? []).map { Candidate($0.text, Self.brief(argument.abstract)) }
    }
  }

  private func positional(_ arguments: [CommandTree.Argument]) -> [Candidate] {
    let places = arguments.filter { $0.kind == "positional" }
    return places.flatMap { values($0.values, $0.valueName ?? "") }
  }

  private func values(_ known: [String], _ placeholder: String) -> [Candidate] {
    guard known.isEmpty else { return known.map { Candidate($0) } }
    let placeholder = placeholder.lowercased()
    var result: [Candidate] = []
    if placeholder.contains("unit") || placeholder.contains("pattern") {
      result += units().map { Candidate($0) }
    }
    if placeholder.contains("property") || placeholder.contains("setting") { result += Self.directives }
    if placeholder.contains("rule") { result += LintRule.all.map { Candidate($0.id, $0.title) } }
    if ["file", "dir", "path", "unit", "command"].contains(where: placeholder.contains) {
      result.append(.files)
    }
    return result
  }

  // MARK: generate, which has a table of options of its own

  private func generate(_ before: ArraySlice<String>, _ word: String) -> [Candidate] {
    guard !before.contains("--") else { return [.command] }
    if let last = before.last, last.hasPrefix("--") {
      let name = String(last.dropFirst(2))
      switch name {
      case "allow": return NeedKind.allCases.map { Candidate($0.rawValue, $0.summary) }
      case "runtime":
        let kinds = ProgramKind.allCases.map(\.rawValue) + KnownProgram.Role.allCases.map(\.rawValue)
        return (["auto"] + kinds).map { Candidate($0) }
      case "output": return OutputFormat.allCases.map { Candidate($0.rawValue) }
      case "output-dir", "from", "root": return [.files]
      default: break
      }
      if let option = RequestOption.all.first(where: { $0.name == name }) {
        let choices = option.placeholder.split(separator: "|").map(String.init)
        // In lower case they are the words themselves, else they stand for a value.
        if choices.count > 1, choices.allSatisfy({ $0 == $0.lowercased() }) {
          return choices.map { Candidate($0) }
        }
        return values([], option.placeholder)
      }
    }
    guard word.hasPrefix("-") else { return [] }
    return RequestOption.all.map { Candidate("--\($0.name)", $0.summary) }
      + GenerateHelp.ownOptions.map { Candidate($0.option, $0.summary) }
  }

  // MARK: Words

  private static var directives: [Candidate] { Catalogue.names(in: "Service").sorted().map { Candidate($0) } }

  private static func unitNames() -> [String] {
    (try? UnitLoader().names(matching: ["*"])) ?? []
  }

  /// The first sentence on one line.
  private static func brief(_ text: String?) -> String {
    let line = (text ?? "").split(separator: "\n").first.map(String.init) ?? ""
    return DisplayText.escaped(line)
  }
}
