import ArgumentParser
import Glibc
import Inspection
import Presentation
import Supervision
import Systemd

/// Options of the commands that read the journal: which part of it, and how the answer looks.
struct JournalOptions: ParsableArguments {
  @Flag(help: "Units of your own manager.")
  var user = false

  @Flag(help: "Units of the system's manager (the default).")
  var system = false

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
    help: ArgumentHelp("Not for the journal: run upkeep there.", valueName: "host", visibility: .private))
  var host: String?

  @Flag(name: .customLong("no-pager"), help: "Do not page.")
  var noPager = false

  @Flag(help: "Neither colours nor signs beyond ASCII.")
  var plain = false

  @Flag(name: .shortAndLong, help: "No remarks on what is missing.")
  var quiet = false

  /// Throws for options that contradict each other or cannot be understood.
  ///
  /// Not `validate()`: what a group of options throws makes the parser look for -h first, and it finds one in -1h.
  func check() throws {
    if user, system { throw ValidationError("--user and --system exclude each other.") }
    if follow, reverse { throw ValidationError("--follow and --reverse exclude each other.") }
    if follow, until != nil { throw ValidationError("--follow has no end; leave out --until.") }
    if [directory, machine, namespace?.text].compactMap(\.self).count > 1 {
      throw ValidationError("--directory, --machine and --namespace exclude each other.")
    }
    if machine != nil, user { throw ValidationError("--machine shows a system's units; leave out --user.") }
    _ = try filter()
  }

  /// Looks whether there is a journal to read.
  ///
  /// - Parameter command: what is to be run instead, such as `logs`.
  /// - Throws: why there is none, and what to do.
  func checkPlace(for command: String) throws(ExitError) {
    if let host {
      throw ExitError(
        "the journal of another machine cannot be read from here; run it there: ssh \(host) upkeep \(command) ..."
      )
    }
    if directory == nil, !ProcessUnit.isBooted {
      throw ExitError(
        "this machine was not booted with systemd, so there is no journal; --directory reads another machine's"
      )
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

extension JournalOptions {
  /// Whether a unit was named right behind `-n`, where a number of entries was perhaps meant.
  static func standsForCount(_ unit: String) -> Bool {
    let arguments = CommandLine.arguments
    return zip(arguments, arguments.dropFirst()).contains { option, value in
      ["-n", "--lines"].contains(option) && (try? UnitArguments.name(value)) == unit
    }
  }

  /// The arguments with a value for the options that may stand without one: `-b` is `--boot=0`, `-n` is `--lines=10`,
  /// `-b -1` is `--boot=-1`, `-n20` is `--lines=20`.
  static func completed(_ arguments: [String]) -> [String] {
    var result: [String] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" { return result + [argument] + rest }
      switch argument {
      case "-b", "--boot":
        let isValue = rest.first.flatMap { LogBoot(argument: $0) } != nil
        result.append("--boot=\(isValue ? rest.removeFirst() : "0")")
      case "-n", "--lines":
        let isValue = rest.first.flatMap { LogCount(argument: $0) } != nil
        result.append("--lines=\(isValue ? rest.removeFirst() : "10")")
      case _ where argument.hasPrefix("-b") && LogBoot(argument: String(argument.dropFirst(2))) != nil:
        result.append("--boot=\(argument.dropFirst(2))")
      case _ where argument.hasPrefix("-n") && LogCount(argument: String(argument.dropFirst(2))) != nil:
        result.append("--lines=\(argument.dropFirst(2))")
      default: result.append(argument)
      }
    }
    return result
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
