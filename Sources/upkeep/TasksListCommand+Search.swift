import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitFiles

extension TasksListCommand {
  /// The tasks that are wanted, in no order.
  ///
  /// - Throws: a name that is no task's, status 4; why the manager does not answer.
  @LoopActor
  func tasks() async throws -> [ScheduledTask] {
    let client = try manager.connect()
    let (named, isAll) = (patterns.filter { !Glob.isPattern($0) }, all)
    let timers = try await manager.asking("list the timers") { () async throws(BusError) in
      try await Self.timers(client, isAll: isAll, named: named)
    }
    let tasks = try await manager.asking("read the timers") { () async throws(BusError) in
      try await ScheduledTask.gather(timers, client)
    }
    for name in named where !tasks.contains(where: { Self.matches($0, name) && Self.exists($0) }) {
      throw ExitError(
        "\(DisplayText.escaped(name)): there is no such task; '\(manager.command("tasks")) --all' lists them",
        code: ManagerFailure.noSuchUnit)
    }
    return tasks.filter { task in
      guard Self.exists(task) else { return false }
      if failed, task.outcome != .failed, task.state.activeState != .failed { return false }
      let matching = patterns.filter { Self.matches(task, $0) }
      guard patterns.isEmpty || !matching.isEmpty else { return false }
      return all || task.state.activeState != .inactive || !matching.filter(named.contains).isEmpty
    }
  }

  // MARK: Steps

  /// The names of all timers in memory, and of those that are not but may be meant.
  @LoopActor
  private static func timers(
    _ client: ManagerClient, isAll: Bool, named: [String]
  ) async throws(BusError) -> [String] {
    var names = Set(try await client.listUnits(states: [], patterns: ["*.timer"]).map(\.name))
    if isAll || !named.isEmpty {
      // What is named may be the unit that a timer starts, which only the timer knows.
      for file in try await client.listUnitFiles(patterns: ["*.timer"]) {
        guard let name = try? UnitName(file.name), !name.isTemplate, file.state != "alias",
          !file.state.hasPrefix("masked")
        else { continue }
        names.insert(file.name)
      }
    }
    for name in named {
      if let timer = try? UnitArguments.name(name, suffix: "timer"), timer.hasSuffix(".timer") {
        names.insert(timer)
      }
    }
    return names.sorted()
  }

  private static func exists(_ task: ScheduledTask) -> Bool {
    task.state.loadState != "not-found" || task.state.activeState != .inactive
  }

  /// Whether a name or a pattern means a task: its timer, with or without the suffix, or its unit.
  private static func matches(_ task: ScheduledTask, _ pattern: String) -> Bool {
    let timer = task.timer.name
    let names =
      [timer, String(timer.dropLast(".timer".count)), task.timer.activates]
      + (task.state["Names"]?.elements?.compactMap(\.text) ?? [])
    return names.contains { Glob.isPattern(pattern) ? Glob.matches($0, pattern) : $0 == pattern }
  }
}
