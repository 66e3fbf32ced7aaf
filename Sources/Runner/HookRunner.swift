import Glibc
import Processes
import Supervision
import Systemd
import UnitFiles

/// Runs the commands of a policy's moments: those that the next step waits for at once, all others one after the
/// other, so that nobody is told of a recovery before the trouble.
@LoopActor
final class HookRunner {
  /// How many calls wait for those before them; beyond it the newest is given up.
  static let mostWaiting = 32
  /// How many commands run at once: one that something waits for, one of the others, and one of either that is being
  /// killed.
  static let mostAtOnce = 4

  /// A call with the process to start, whose program and arguments are replaced.
  private struct Batch {
    let call: HookCall
    let template: SpawnRequest
  }

  private let commands: BoundedCommands
  private let record: @LoopActor (ServiceEvent) -> Void
  private var waiting: [Batch] = []
  private var queue: Task<Void, Never>?
  private var awaited: Task<Void, Never>?

  /// Runs commands as children of `reaper`, and hands what comes of each to `record`.
  init(reaper: ChildReaper, record: @escaping @LoopActor (ServiceEvent) -> Void) {
    commands = BoundedCommands(reaper: reaper, limit: Self.mostAtOnce)
    self.record = record
  }

  /// Whether commands run or wait.
  var isBusy: Bool { queue != nil || awaited != nil }

  /// Runs the commands of a moment in order, until one fails whose failure counts.
  ///
  /// - Parameters:
  ///   - call: the commands.
  ///   - template: the environment, identity and folder to run them with.
  ///   - then: called when a call that something waits for is through, with what failed; not if it was ended.
  func run(_ call: HookCall, _ template: SpawnRequest, then: @escaping @LoopActor (String?) -> Void) {
    let batch = Batch(call: call, template: template)
    guard call.moment.isWaitedFor else { return append(batch) }
    awaited?.cancel()
    awaited = EventLoop.main.spawn(name: "\(call.moment.key)=") { [self] in
      let problem = await carryOut(batch)
      // Whoever cancelled has put another task, or none, in this one's place.
      guard !Task.isCancelled else { return }
      awaited = nil
      then(problem)
    }
  }

  /// Ends all commands that run and forgets those that wait.
  func end() {
    waiting = []
    awaited?.cancel()
    awaited = nil
    queue?.cancel()
  }

  /// Waits until no command runs or waits.
  func settle() async {
    while let task = awaited ?? queue { await task.value }
  }

  // MARK: Private steps

  private func append(_ batch: Batch) {
    guard waiting.count < Self.mostWaiting else {
      guard let first = batch.call.commands.first else { return }
      let problem = "\(Self.mostWaiting) others wait already"
      return record(batch.call.event(first, problem: problem, took: .zero))
    }
    waiting.append(batch)
    guard queue == nil else { return }
    queue = EventLoop.main.spawn(name: "hooks") { [self] in
      while !waiting.isEmpty { _ = await carryOut(waiting.removeFirst()) }
      queue = nil
    }
  }

  /// Runs the commands of a call; returns what failed, if its failure counts.
  private func carryOut(_ batch: Batch) async -> String? {
    let call = batch.call
    for command in call.commands {
      guard !Task.isCancelled else { return nil }
      var request = batch.template
      request.program = command.program
      request.arguments = command.arguments
      let begin = ContinuousClock.now
      let result = await commands.run(request, timeout: call.timeout)
      let problem = result.failure(
        within: call.timeout, cancellation: "ended, because the service is to stop")
      let output = result.output.map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
      record(
        call.event(
          command, problem: problem, took: ContinuousClock.now - begin,
          output: output.split(separator: "\n").map(String.init)))
      if let problem, !command.ignoresFailure { return "\(call.moment.key)= \(command.program): \(problem)" }
    }
    return nil
  }
}
