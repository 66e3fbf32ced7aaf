import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// `upkeep wait`: until units are in a state.
struct WaitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "wait",
    abstract: "Wait until all of some units are in a state.",
    discussion: """
      Nothing is polled: systemd tells of each change. A restart of dbus or of systemd in between does no harm. \
      Exits with 0 when all units are in the state, 124 when the time is over, 1 if one fails while it is waited for \
      as ready or active, 4 if one does not exist.

      Examples:
        upkeep wait myapp --for ready --timeout 30s
        upkeep wait backup.service --for inactive
      """)

  /// What is waited for.
  enum Goal: String, CaseIterable, ExpressibleByArgument {
    case ready, active, inactive, failed
  }

  @OptionGroup var manager: ManagerOptions

  @Option(name: .customLong("for"), help: "ready, active, inactive (stopped or failed) or failed.")
  var goal = Goal.ready

  @Option(
    help: ArgumentHelp("How long to wait, such as 30s or 2min; for ever without it.", valueName: "time"))
  var timeout: String?

  @Flag(name: .shortAndLong, help: "Print no reason when the wait fails.")
  var quiet = false

  @Argument(help: "Names or patterns of units.")
  var units: [String]

  /// The exit status when the time is over, as timeout(1) has it.
  static let timeIsOver: Int32 = 124

  func validate() throws { _ = try limit() }

  func run() throws {
    try manager.checkBooted()
    let limit = try limit()
    try LoopProgram.run { try await wait(limit) }
  }

  // MARK: Steps

  private func limit() throws(ValidationError) -> Duration? { try WaitLimit.parse(timeout) }

  @LoopActor
  private func wait(_ limit: Duration?) async throws {
    let work = EventLoop.main.spawn(name: "wait for units") { () -> Result<Void, any Error> in
      do {
        return .success(try await waitForAll())
      } catch {
        return .failure(error)
      }
    }
    var isOver = false
    let timer = TimerSource {
      isOver = true
      work.cancel()
    }
    if let limit { timer.arm(after: limit) }
    let result = await withTaskCancellationHandler {
      await work.value
    } onCancel: {
      work.cancel()
    }
    timer.disarm()
    // What came in the last moment counts.
    if isOver, case .failure = result {
      throw ExitError(quiet ? "" : "the units are not \(goal.rawValue) in time", code: Self.timeIsOver)
    }
    try result.get()
  }

  @LoopActor
  private func waitForAll() async throws {
    let monitor = UnitMonitor(manager.address, watching: [.statusText])
    do throws(BusError) {
      try await monitor.connect()
    } catch {
      throw manager.failure(error, "watch the units")
    }
    guard let client = monitor.client else { throw ExitError("the connection is lost") }
    var pending: Set<String> = []
    for name in try await UnitArguments.resolve(units, client, manager) {
      let id = try await manager.asking("look for \(DisplayText.escaped(name))") {
        () async throws(BusError) in
        try await client.property(UnitProperty("Unit", "Id"), of: name).text
      }
      // Changes are told under the primary name, whatever alias was asked for.
      pending.insert(id ?? name)
    }
    for name in pending where try await !isPending(name, client, isNew: false) { pending.remove(name) }
    while !pending.isEmpty, let event = await monitor.next() {
      switch event {
      case .unit(let change) where pending.contains(change.name):
        // A question about a unit that is not up may load and unload it, which would be the next change.
        guard let state = change.after?.activeState, state != .inactive else {
          if goal == .inactive { pending.remove(change.name) }
          continue
        }
        guard let client = monitor.client else { continue }
        if try await !isPending(change.name, client, isNew: change.isStateChange) {
          pending.remove(change.name)
        }
      case .connected:
        guard let client = monitor.client else { continue }
        for name in pending where try await !isPending(name, client, isNew: false) { pending.remove(name) }
      case .unit, .disconnected, .jobNew, .jobRemoved, .reloading, .missed: break
      }
    }
    if !pending.isEmpty { throw CancellationError() }
  }

  /// Looks at a unit as it is now. Throws if it will not get there.
  @LoopActor
  private func isPending(_ name: String, _ client: ManagerClient, isNew: Bool) async throws -> Bool {
    let wanted = [
      UnitProperty("Unit", "LoadState"), UnitProperty("Unit", "ActiveState"), UnitProperty.statusText,
      .execStart,
    ]
    let values: UnitProperties
    do throws(BusError) {
      values = try await client.properties({ _ in wanted }, of: [UnitSummary.path(of: name)]).first ?? .init()
    } catch {
      // The connection broke; the monitor makes another one, and then all are looked at.
      if !client.bus.isOpen { return true }
      throw manager.failure(error, "ask for the state of \(DisplayText.escaped(name))")
    }
    let state = values.activeState
    let shown = DisplayText.escaped(name)
    if values.loadState == "not-found", state == .inactive, goal != .inactive {
      throw ExitError(quiet ? "" : "\(shown): there is no such unit", code: ManagerFailure.noSuchUnit)
    }
    switch goal {
    case .ready: if Readiness.word(values) == "ready" { return false }
    case .active: if state.isUp { return false }
    case .inactive: return !(state == .inactive || state == .failed)
    case .failed: return state != .failed
    }
    if isNew, state == .failed {
      throw ExitError(quiet ? "" : "\(shown) failed; see 'upkeep status \(shown)'")
    }
    return true
  }
}
