import CSpawn
import Glibc
package import Systemd

/// Runs short commands, bounded in time, output and number, such as probes.
@LoopActor
package final class BoundedCommands {
  /// How many may run at once if nothing else is asked for: a probe of each kind and a hook, twice over.
  package static let standardLimit = 8

  private let reaper: ChildReaper
  private let limit: Int
  private let outputLimit: Int
  private let loop: EventLoop
  private var running = 0

  /// Describes the bounds.
  ///
  /// - Parameters:
  ///   - reaper: who waits for the commands.
  ///   - limit: how many may run at once.
  ///   - outputLimit: how many bytes of output are kept of each.
  ///   - loop: the loop to run on.
  package init(
    reaper: ChildReaper, limit: Int = standardLimit, outputLimit: Int = BoundedOutput.standardLimit,
    on loop: EventLoop = .main
  ) {
    self.reaper = reaper
    self.limit = limit
    self.outputLimit = outputLimit
    self.loop = loop
  }

  /// Runs a command in a session of its own, with nothing to read and its output captured, and waits for its end.
  ///
  /// When it is over, by itself, by the time limit or by cancellation of the task, nothing of its session and of what
  /// descends from it is left.
  ///
  /// - Parameters:
  ///   - request: what to run; its descriptors 0 to 2 and its grouping are replaced.
  ///   - timeout: how long it may take.
  /// - Returns: how it ended; that it could not be started is an answer too.
  package func run(_ request: SpawnRequest, timeout: Duration) async -> CommandResult {
    if Task.isCancelled { return .cancelled }
    guard running < limit else { return .tooMany(limit) }
    let ended = Latch()
    let child: ChildWatch
    let output: BoundedOutput
    do throws(SpawnError) {
      (child, output) = try start(request, ended)
    } catch {
      return .couldNotStart(error)
    }
    let outcome = await ended.wait(timeout: timeout, on: loop)
    if outcome == .opened || !child.collect() {
      // Also after a regular end: what it left running in the background must not pile up.
      _ = await TreeKill.run(reaper: reaper, timeout: ProcessTree.killTimeout, on: loop) { [self] in
        members(of: child)
      }
    }
    let all = output.finish()
    switch (outcome, child.exit) {
    case (.timedOut, _): return .timedOut(all)
    case (.cancelled, _): return .cancelled
    case (.opened, .exited(let code)): return .exited(code, all)
    case (.opened, .signaled(let signal, _)): return .signaled(signal, all)
    // Only an ended child opens the latch.
    case (.opened, nil): return .timedOut(all)
    }
  }

  // MARK: Private

  private func start(_ request: SpawnRequest, _ ended: Latch) throws(SpawnError) -> (
    ChildWatch, BoundedOutput
  ) {
    let null = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    guard null >= 0 else { throw Self.noDescriptor(errno, "/dev/null") }
    defer { close(null) }
    var ends: [Int32] = [-1, -1]
    let piped = unsafe cspawn_pipe(&ends)
    guard piped == 0 else { throw Self.noDescriptor(-piped, "a pipe") }
    defer { close(ends[1]) }
    let output: BoundedOutput
    do throws(SystemError) {
      output = try BoundedOutput(ends[0], limit: outputLimit, on: loop)
    } catch {
      throw Self.noDescriptor(error.errno, "a pipe")
    }
    var request = request
    request.grouping = .session
    request.descriptors =
      request.descriptors.filter { $0.target > 2 } + [(null, 0), (ends[1], 1), (ends[1], 2)]
    do throws(SpawnError) {
      let child = try reaper.start(request) { [weak self] _ in
        // Counted until its real end: one that cannot be killed keeps its place.
        self?.running -= 1
        ended.open()
      }
      running += 1
      return (child, output)
    } catch {
      _ = output.finish()
      throw error
    }
  }

  private static func noDescriptor(_ errno: Int32, _ what: String) -> SpawnError {
    SpawnError(step: .descriptors, errno: errno, value: what, advice: "raise LimitNOFILE=")
  }

  /// The command, its session and everything below either.
  private func members(of child: ChildWatch) -> [Int32] {
    reaper.descendants { pid in
      if pid == child.pid { return child.exit == nil }
      return !reaper.isWatching(pid) && ProcessTable.entry(of: pid)?.session == child.pid
    }
  }
}
