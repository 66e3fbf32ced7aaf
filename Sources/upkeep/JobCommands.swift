import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// What the verbs that make jobs have in common.
struct JobOptions: ParsableArguments {
  /// What happens to jobs in the way.
  enum Mode: String, CaseIterable, ExpressibleByArgument {
    case replace, fail, isolate
    case replaceIrreversibly = "replace-irreversibly"
    case ignoreDependencies = "ignore-dependencies"
    case ignoreRequirements = "ignore-requirements"
  }

  @OptionGroup var acting: ActingOptions

  @Flag(name: .customLong("no-block"), help: "Do not wait: only ask for it.")
  var noBlock = false

  @Option(help: ArgumentHelp("How long to wait, such as 30s; for ever without it.", valueName: "time"))
  var timeout: String?

  @Option(name: .customLong("job-mode"), help: "What happens to jobs that conflict, as for systemctl(1).")
  var jobMode = Mode.replace

  @Argument(help: "Names or patterns of units; a pattern gives the units in memory that match.")
  var units: [String]

  func validate() throws {
    if noBlock, timeout != nil {
      throw ValidationError("--timeout and --no-block exclude each other: what does not wait has no end.")
    }
    _ = try limit()
  }

  private func limit() throws(ValidationError) -> Duration? { try WaitLimit.parse(timeout) }

  /// Carries the verb out.
  func run(_ verb: JobVerb, wait: ReadyOptions? = nil) throws {
    try acting.manager.checkBooted()
    if noBlock, wait?.wait != nil { throw ExitError("--wait and --no-block exclude each other", code: 64) }
    let goal: JobRun.Goal = noBlock ? .queued : wait?.wait == .ready ? .ready : .ended
    let run = JobRun(
      manager: acting.manager, verb: verb, mode: JobMode(rawValue: jobMode.rawValue), goal: goal,
      limit: try limit(), hasProgress: acting.output == .text && !acting.quiet)
    let (acting, units) = (acting, units)
    try LoopProgram.run {
      let client = try acting.connect()
      let outcomes = await run.outcomes(try await acting.units(units, client), client)
      try JobReport(acting).show(outcomes)
    }
  }
}

/// What is waited for beyond the job.
struct ReadyOptions: ParsableArguments {
  /// The states.
  enum Goal: String, CaseIterable, ExpressibleByArgument {
    case ready
  }

  @Option(help: "ready: wait until the readiness probes of upkeep-run agree, not only for the job's end.")
  var wait: Goal?
}

/// Shows what came of jobs.
struct JobReport {
  private let options: ActingOptions

  init(_ options: ActingOptions) {
    self.options = options
  }

  /// Shows all outcomes; throws with the first status that is not 0.
  func show(_ outcomes: [JobOutcome]) throws(ExitError) {
    if options.output != .text {
      let answer = JSONValue.list(outcomes.map(\.json))
      StandardOutput.write(Array("\(answer.text(isPretty: options.output == .jsonPretty))\n".utf8))
    } else {
      tell(outcomes)
    }
    if let failed = outcomes.first(where: { $0.code != 0 }) { throw ExitError("", code: failed.code) }
  }

  /// Shows all outcomes as text, failures on standard error.
  func tell(_ outcomes: [JobOutcome]) {
    let terminal = Terminal(2)
    for outcome in outcomes {
      if outcome.failure == nil { options.say(outcome.line) }
      let width = terminal.isInteractive ? terminal.width : nil
      for line in outcome.complaint(terminal.palette, width: width, for: options.manager) {
        StandardError.line(line)
      }
    }
  }
}

/// `upkeep start`.
struct StartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "start",
    abstract: "Start units, and say why one does not start.",
    discussion: """
      Waits until the units have started, as far as their Type= says. Exits with 0 if all have, else 1, 3 to 7 as LSB \
      has it, or 124 when --timeout is over.

      Examples:
        upkeep start nginx
        upkeep start myapp --wait ready --timeout 1min
        upkeep start a b c --no-block
      """)

  @OptionGroup var options: JobOptions
  @OptionGroup var ready: ReadyOptions

  func run() throws { try options.run(.start, wait: ready) }
}

/// `upkeep stop`.
struct StopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Stop units.",
    discussion: """
      Examples:
        upkeep stop nginx
        upkeep stop 'worker@*'
      """)

  @OptionGroup var options: JobOptions

  func run() throws { try options.run(.stop) }
}

/// `upkeep restart`.
struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart",
    abstract: "Stop units that run, and start them.",
    discussion: """
      Example:
        upkeep restart myapp --wait ready --timeout 1min
      """)

  @OptionGroup var options: JobOptions
  @OptionGroup var ready: ReadyOptions

  func run() throws { try options.run(.restart, wait: ready) }
}

/// `upkeep try-restart`.
struct TryRestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "try-restart",
    abstract: "Restart units that run; leave the others alone.",
    discussion: """
      Example:
        upkeep try-restart nginx
      """)

  @OptionGroup var options: JobOptions
  @OptionGroup var ready: ReadyOptions

  func run() throws { try options.run(.tryRestart, wait: ready) }
}

/// `upkeep reload`.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload",
    abstract: "Let units read their own configuration again.",
    discussion: """
      This is not about unit files; 'upkeep daemon-reload' is.

      Example:
        upkeep reload nginx
      """)

  @OptionGroup var options: JobOptions

  func run() throws { try options.run(.reload) }
}

/// `upkeep reload-or-restart`.
struct ReloadOrRestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload-or-restart",
    abstract: "Reload units that can; restart or start the others.",
    discussion: """
      Example:
        upkeep reload-or-restart nginx
      """)

  @OptionGroup var options: JobOptions
  @OptionGroup var ready: ReadyOptions

  func run() throws { try options.run(.reloadOrRestart, wait: ready) }
}
