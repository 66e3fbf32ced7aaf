import ArgumentParser
import Supervision
import Systemd

/// `upkeep events`: what Upkeep saw happen to services, as sentences.
struct EventsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "events",
    abstract: "Show what upkeep-run saw happen to services, the newest last.",
    discussion: """
      Each event is a line: the time, the unit, what happened. Without a unit all are shown. Only what upkeep-run \
      itself wrote counts, however much another program's entry looks like it.

      Examples:
        upkeep events web
        upkeep events --since -1d -p warning
        upkeep events web 'job@*' --kind crashed --kind limitReached
        upkeep events web -n 20 -o json
        upkeep events -f
      """)

  @Option(name: .joined("o"), help: "text, json or json-pretty.")
  var output = OutputFormat.text

  @OptionGroup var journal: JournalOptions

  @Option(
    name: .customLong("kind"),
    help: ArgumentHelp(
      "Only events of this kind, such as crashed; may stand several times.", valueName: "kind"))
  var kinds: [EventKind] = []

  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func validate() throws { try journal.check() }

  func run() throws {
    try journal.checkPlace(for: "events")
    try LoopProgram.run(isCancellable: journal.follow) {
      try await LogReading(journal, hasUnits: !units.isEmpty, EventPrinter(self)).run()
    }
  }
}

/// A kind of event, by its name; dashes and capital letters do not matter.
struct EventKind: ExpressibleByArgument, Hashable {
  /// The kind.
  let kind: ServiceEvent.Kind

  init?(argument: String) {
    let word = Self.plain(argument)
    guard let kind = ServiceEvent.Kind.allCases.first(where: { Self.plain($0.name) == word }) else {
      return nil
    }
    self.kind = kind
  }

  static var allValueStrings: [String] { ServiceEvent.Kind.allCases.map(\.name) }

  private static func plain(_ word: String) -> String { word.lowercased().filter { $0 != "-" } }
}
