import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// `upkeep tasks run-now`: does not wait for the timer.
struct TasksRunNowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run-now",
    abstract: "Run tasks now, wait for their end, and say why one fails.",
    discussion: """
      TASK is a timer or the unit that it starts; the suffix may be left out. The timer goes on as before. A task that \
      runs already is waited for. Exits with 0 if all tasks ended well, else with the exit status of the first one that \
      did not, with 128 and the number of the signal that killed it, with 1 if neither is known, or 124 when --timeout \
      is over.

      Examples:
        upkeep tasks run-now logrotate
        upkeep tasks run-now backup.timer --timeout 1h
        upkeep tasks run-now backup --no-block
      """)

  @OptionGroup var acting: ActingOptions

  @Flag(name: .customLong("no-block"), help: "Do not wait: only ask for it.")
  var noBlock = false

  @Option(help: ArgumentHelp("How long to wait, such as 30min; for ever without it.", valueName: "time"))
  var timeout: String?

  @Argument(help: ArgumentHelp("Names of timers, or of the units that they start.", valueName: "task-unit"))
  var tasks: [String]

  func validate() throws {
    if noBlock, timeout != nil {
      throw ValidationError("--timeout and --no-block exclude each other: what does not wait has no end.")
    }
    _ = try limit()
  }

  func run() throws {
    try acting.manager.checkBooted()
    let limit = try limit()
    let command = self
    try LoopProgram.run {
      let client = try command.acting.connect()
      var units: [String] = []
      for task in command.tasks {
        let unit = try await command.unit(of: task, client)
        if !units.contains(unit) { units.append(unit) }
      }
      let run = TaskRun(acting: command.acting, isWaiting: !command.noBlock, limit: limit)
      try await run.run(units, client)
    }
  }

  // MARK: Steps

  private func limit() throws(ValidationError) -> Duration? { try WaitLimit.parse(timeout) }

  /// The unit that a task starts, by its own name or by that of its timer.
  @LoopActor
  private func unit(of task: String, _ client: ManagerClient) async throws(ExitError) -> String {
    let timer = try UnitArguments.name(task, suffix: "timer")
    let wanted = [
      UnitProperty("Unit", "LoadState"), UnitProperty("Unit", "Id"), UnitProperty("Unit", "TriggeredBy"),
      UnitProperty("Timer", "Unit"),
    ]
    let candidates =
      timer.hasSuffix(".timer") && timer != task ? [timer, try UnitArguments.name(task)] : [timer]
    let found = try await acting.manager.asking("look for the task") { () async throws(BusError) in
      try await client.properties({ _ in wanted }, of: candidates.map(UnitSummary.path))
    }
    let shown = DisplayText.escaped(task)
    for (name, properties) in zip(candidates, found) where properties.loadState != "not-found" {
      if name.hasSuffix(".timer") {
        guard properties.loadState == "loaded", let unit = properties["Unit"]?.text else {
          throw ExitError(
            "\(DisplayText.escaped(name)) is \(properties.loadState), so nobody knows what it starts",
            code: ExitError.notConfigured)
        }
        return unit
      }
      let timers =
        properties["TriggeredBy"]?.elements?.compactMap(\.text).filter { $0.hasSuffix(".timer") } ?? []
      guard !timers.isEmpty else {
        let unit = DisplayText.escaped(properties.name.isEmpty ? name : properties.name)
        throw ExitError(
          "\(unit) is no task: no timer starts it; '\(acting.manager.command("start")) \(unit)' does",
          code: ExitError.unusable)
      }
      return properties.name.isEmpty ? name : properties.name
    }
    throw ExitError(
      "there is no task \(shown); '\(acting.manager.command("tasks")) --all' lists them",
      code: ExitError.notInstalled)
  }
}
