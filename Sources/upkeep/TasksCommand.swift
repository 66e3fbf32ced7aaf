import ArgumentParser
import SystemdManager

/// `upkeep tasks`: what timers start, and when.
struct TasksCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tasks",
    abstract: "Show scheduled tasks: when they run, and how the last run went.",
    discussion: """
      A task is a timer with the unit that it starts. 'upkeep tasks' alone is 'upkeep tasks list', whose --help has the \
      options.

      Examples:
        upkeep tasks
        upkeep tasks --failed
        upkeep tasks logrotate -o json
        upkeep tasks run-now logrotate
      """,
    subcommands: [TasksListCommand.self, TasksRunNowCommand.self],
    defaultSubcommand: TasksListCommand.self)
}

/// `upkeep tasks list`.
struct TasksListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List tasks, the next one first.",
    discussion: """
      A PATTERN is the name of a timer, where .timer may be left out, of the unit that it starts, or a pattern. A task \
      that is named is listed whether its timer is active or not.

      Examples:
        upkeep tasks 'apt*'
        upkeep tasks --all --sort last
        upkeep tasks -o json --columns task,next,result
      """)

  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Flag(help: "Only tasks whose last run failed.")
  var failed = false

  @Flag(name: .shortAndLong, help: "Tasks whose timer is not active too, also those that are not enabled.")
  var all = false

  @Option(help: "next, last, task, took or result; what matters comes first.")
  var sort = TaskOrder.next

  @Option(
    help: ArgumentHelp(
      "The columns, such as next,result: \(TaskColumn.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "names"))
  var columns: String?

  @Argument(help: "Names or patterns of timers, or of the units that they start.")
  var patterns: [String] = []

  func validate() throws { _ = try chosen() }

  func run() throws {
    try manager.checkBooted()
    let (command, columns) = (self, try chosen())
    try LoopProgram.run {
      let tasks = try await command.tasks()
      let table = TasksTable(
        tasks, columns: columns, order: command.sort, command.outputOptions.style,
        at: command.manager.address, isFiltered: command.failed || !command.patterns.isEmpty)
      table.show()
    }
  }

  // MARK: Steps

  private func chosen() throws(ValidationError) -> [TaskColumn]? {
    guard let columns else { return nil }
    var chosen: [TaskColumn] = [.task]
    for word in columns.split(separator: ",") {
      guard let column = TaskColumn(rawValue: word.lowercased()) else {
        let known = TaskColumn.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError("'\(word)' is no column; there are \(known).")
      }
      if !chosen.contains(column) { chosen.append(column) }
    }
    return chosen
  }
}
