import ArgumentParser
import Glibc
import Systemd

/// `upkeep logs`: what units wrote, and what happened to them, in the order of time.
struct LogsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs",
    abstract: "Show what units wrote, and what happened to them, in the order of time.",
    discussion: """
      Without a unit all entries of the journal are shown. Starts, stops and failures, and what upkeep-run says of \
      its service, stand as marks between the lines.

      Examples:
        upkeep logs nginx
        upkeep logs web worker 'job@*' --since -1h
        upkeep logs web -f
        upkeep logs web -p warning --since yesterday --until today
        upkeep logs web --boot=-1 --grep 'time.?out'
        upkeep logs web -n 100 -o json
        upkeep logs -M box nginx
        upkeep logs --list-boots
      """)

  @Option(name: .joined("o"), help: "short, json, json-pretty, cat or export.")
  var output = LogFormat.short

  @OptionGroup var journal: JournalOptions

  @Flag(name: .customLong("no-marks"), help: "No marks for what happened to units; their entries are lines.")
  var noMarks = false

  @Flag(name: .customLong("list-boots"), help: "The boots of which there are entries, and nothing else.")
  var listBoots = false

  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func validate() throws {
    try journal.check()
    if output == .export, isatty(1) == 1 {
      throw ValidationError("The export format has raw bytes; send it to a file or into a pipe.")
    }
    if listBoots, !units.isEmpty || journal.follow {
      throw ValidationError("--list-boots shows all boots; leave out units and --follow.")
    }
  }

  func run() throws {
    try journal.checkPlace(for: "logs")
    // What only prints ends by a signal at once, also in the middle of a write; what follows is told to end.
    try LoopProgram.run(isCancellable: journal.follow) {
      if listBoots { return try LogBoots(journal, output).show() }
      try await LogReading(journal, hasUnits: !units.isEmpty, LogPrinter(self)).run()
    }
  }
}
