import ArgumentParser
import Glibc
import Inspection
import Presentation
import Supervision
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

  @Flag(help: "Units of your own manager.")
  var user = false

  @Flag(help: "Units of the system's manager (the default).")
  var system = false

  @Option(name: .joined("o"), help: "short, json, json-pretty, cat or export.")
  var output = LogFormat.short

  @Flag(name: .shortAndLong, help: "Go on with new entries as they come.")
  var follow = false

  @Option(
    name: .joined("n"), parsing: .unconditional,
    help: ArgumentHelp(
      "Only the last entries; 10 without a number, and with --follow.", valueName: "number|all"))
  var lines: LogCount?

  @Option(
    name: .joined("S"), parsing: .unconditional,
    help: ArgumentHelp(
      "Only entries from then on: -1h, today, '2026-11-24 13:00', @1700000000.", valueName: "time"))
  var since: String?

  @Option(
    name: .joined("U"), parsing: .unconditional,
    help: ArgumentHelp("Only entries until then.", valueName: "time"))
  var until: String?

  @Option(
    name: .joined("p"),
    help: ArgumentHelp("Only this priority and what matters more, or from one to another: err..warning."))
  var priority: LogPriority?

  @Option(
    name: .joined("g"),
    help: ArgumentHelp(
      "Only messages in which this is found; small letters find capitals too.", valueName: "pattern"))
  var grep: String?

  @Option(
    name: .joined("b"), parsing: .unconditional,
    help: ArgumentHelp(
      "Only one boot: its ID, 0 for the present one (also without a value), -1 for the one before, 1 for the first.",
      valueName: "boot"))
  var boot: LogBoot?

  @Flag(name: .shortAndLong, help: "The newest entry first.")
  var reverse = false

  @Flag(help: "Times in UTC.")
  var utc = false

  @Flag(name: .customLong("no-marks"), help: "No marks for what happened to units; their entries are lines.")
  var noMarks = false

  @Option(
    name: .joined("D"),
    help: ArgumentHelp("Read the journal files in a folder.", valueName: "folder"))
  var directory: String?

  @Option(
    help: ArgumentHelp(
      "The journal of a namespace, +NAME with the usual one, * all; units are looked for in all of them.",
      valueName: "name"))
  var namespace: LogNamespace?

  @Option(
    name: [.customShort("M"), .customLong("machine")],
    help: ArgumentHelp("Read the journal of the container NAME of this machine.", valueName: "name"))
  var machine: String?

  @Option(
    name: [.customShort("H"), .long],
    help: ArgumentHelp("Not for logs: run upkeep there.", valueName: "host", visibility: .private))
  var host: String?

  @Flag(name: .customLong("list-boots"), help: "The boots of which there are entries, and nothing else.")
  var listBoots = false

  @Flag(name: .customLong("no-pager"), help: "Do not page.")
  var noPager = false

  @Flag(help: "Neither colours nor signs beyond ASCII.")
  var plain = false

  @Flag(name: .shortAndLong, help: "No remarks on what is missing.")
  var quiet = false

  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func validate() throws {
    if user, system { throw ValidationError("--user and --system exclude each other.") }
    if follow, reverse { throw ValidationError("--follow and --reverse exclude each other.") }
    if follow, until != nil { throw ValidationError("--follow has no end; leave out --until.") }
    if output == .export, isatty(1) == 1 {
      throw ValidationError("The export format has raw bytes; send it to a file or into a pipe.")
    }
    if [directory, machine, namespace?.text].compactMap(\.self).count > 1 {
      throw ValidationError("--directory, --machine and --namespace exclude each other.")
    }
    if machine != nil, user { throw ValidationError("--machine shows a system's units; leave out --user.") }
    if listBoots, !units.isEmpty || follow {
      throw ValidationError("--list-boots shows all boots; leave out units and --follow.")
    }
    _ = try filter()
  }

  func run() throws {
    if let host {
      throw ExitError(
        "the journal of another machine cannot be read from here; run it there: ssh \(host) upkeep logs ...")
    }
    if directory == nil, !ProcessUnit.isBooted {
      throw ExitError(
        "this machine was not booted with systemd, so there is no journal; --directory reads another machine's"
      )
    }
    // What only prints ends by a signal at once, also in the middle of a write; what follows is told to end.
    try LoopProgram.run(isCancellable: follow) {
      if listBoots { return try LogBoots(self).show() }
      try await LogReading(self).run()
    }
  }

  /// Whether the journal is that of this machine.
  var isLocal: Bool { directory == nil && machine == nil }

  /// What the options say of single entries.
  func filter() throws(ValidationError) -> LogFilter {
    var clock = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &clock)
    let now = Int64(clock.tv_sec) * 1_000_000 + Int64(clock.tv_nsec) / 1000
    let isUTC = utc
    let time = LogTime(now: now) { isUTC ? 0 : LogClock.offset(at: $0) }
    do {
      let pattern = try grep.map { (text) throws(TextPattern.Failure) in try TextPattern(text) }
      let filter = LogFilter(
        since: try since.map { (text) throws(LogTime.Failure) in try time.microseconds(text) },
        until: try until.map { (text) throws(LogTime.Failure) in try time.microseconds(text) },
        pattern: pattern)
      guard filter.since ?? 0 <= filter.until ?? .max else {
        throw ValidationError("--since is after --until; exchange them.")
      }
      return filter
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError(DisplayText.escaped("\(error)"))
    }
  }
}

/// Local time.
enum LogClock {
  /// How many seconds local time is ahead of UTC at a time in seconds since 1970.
  @Sendable static func offset(at seconds: Int64) -> Int64 {
    let (microseconds, _) = UInt64(clamping: seconds).multipliedReportingOverflow(by: 1_000_000)
    return Int64(Terminal.offset(at: Timestamp(microseconds: microseconds)))
  }
}
