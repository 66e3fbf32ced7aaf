import CSpawn
import Glibc
package import Systemd

/// Waits for every child of this process: those it started and those that it inherits from a tree that fell apart.
///
/// It makes this process a child subreaper, so that what double-forks away below it stays its descendant and not
/// init's; as PID 1 it does what init does. Make one before the first child, and start all children through it: it
/// collects any child that it does not know.
@LoopActor
package final class ChildReaper {
  /// How many ended children one turn of the loop collects, so that a storm of them cannot hold the loop up.
  private static let batchLimit = 256

  private let loop: EventLoop
  private var source: SignalSource?
  private var watches: [Int32: ChildWatch] = [:]
  private var observers: [Int: @LoopActor () -> Void] = [:]
  private var lastObserver = 0

  /// Becomes the subreaper and blocks SIGCHLD, so make it before there are other threads.
  ///
  /// - Parameters:
  ///   - loop: the loop that calls back.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  /// - Throws: the reason why the kernel or the loop refuses.
  package init(on loop: EventLoop = .main, priority: Int64 = 0) throws(SystemError) {
    self.loop = loop
    try check(cspawn_become_subreaper(), "prctl", "PR_SET_CHILD_SUBREAPER")
    source = try SignalSource(SIGCHLD, on: loop, priority: priority) { [unowned self] _ in reap() }
  }

  /// Starts a program and watches it.
  ///
  /// - Parameters:
  ///   - request: what to start.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  ///   - handler: called on the loop once, after the child has been reaped.
  /// - Returns: the watch, which lives at least until the child has ended.
  /// - Throws: the step that failed; then no process is left.
  package func start(
    _ request: SpawnRequest, priority: Int64 = 0,
    _ handler: @escaping @LoopActor (ChildExit) -> Void = { _ in }
  ) throws(SpawnError) -> ChildWatch {
    let process = try spawn(request)
    do throws(SystemError) {
      return try watch(process, priority: priority, handler)
    } catch {
      // Nobody could tell when it ends, so it must not go on.
      kill(process.pid, SIGKILL)
      while waitpid(process.pid, nil, 0) < 0 && errno == EINTR { continue }
      throw SpawnError(
        step: .start, errno: error.errno, value: request.program,
        advice: "the new process could not be watched")
    }
  }

  /// Watches a child that was started by ``spawn(_:)``; its descriptor belongs to the watch from now on.
  package func watch(
    _ process: SpawnedProcess, priority: Int64 = 0,
    _ handler: @escaping @LoopActor (ChildExit) -> Void = { _ in }
  ) throws(SystemError) -> ChildWatch {
    let pid = process.pid
    let watch = try ChildWatch(pid: pid, pidfd: process.pidfd, on: loop, priority: priority) {
      [weak self] exit in
      self?.watches[pid] = nil
      handler(exit)
      self?.notify()
    }
    watches[pid] = watch
    return watch
  }

  /// Whether `pid` is a child that was started through this object and has not ended.
  package func isWatching(_ pid: Int32) -> Bool { watches[pid] != nil }

  /// Whether this process has any child at all; one system call.
  package var hasChildren: Bool { cspawn_peek_ended_child() != -ECHILD }

  /// Collects every child that has ended; the loop calls it on SIGCHLD.
  package func reap() {
    var count = 0
    while true {
      // Looked at first, collected later: the exit status of a watched child belongs to its watch.
      let pid = cspawn_peek_ended_child()
      guard pid > 0 else { break }
      guard count < Self.batchLimit else {
        loop.spawn(name: "reap") { [weak self] in self?.reap() }
        break
      }
      count += 1
      if let watch = watches[pid] {
        guard watch.collect() else { break }
      } else {
        cspawn_reap(pid)
      }
    }
    // Also when nothing was found: a walk over the table may have collected the orphan before.
    notify()
  }

  // MARK: Descendants

  /// How often the table is walked for one answer; the second walk nearly always agrees with the first.
  private static let walkLimit = 4

  /// The children of this process that `isRoot` picks and everything below them, without those that have ended.
  ///
  /// No handler is called meanwhile: only orphans are collected.
  func descendants(where isRoot: (Int32) -> Bool) -> [Int32] {
    var running: [Int32] = []
    var knownEnded: Set<Int32> = []
    for _ in 0..<Self.walkLimit {
      let table = ProcessTable()
      let walk = table.trees(of: table.children(of: getpid()).filter(isRoot))
      running = walk.running
      let news = walk.ended.subtracting(knownEnded)
      for pid in news where watches[pid] == nil { cspawn_reap(pid) }
      if news.isEmpty { break }
      knownEnded.formUnion(news)
    }
    return running
  }

  // MARK: Observers

  /// Calls `observer` after a child or an inherited process has ended, until ``forget(_:)``.
  func observe(_ observer: @escaping @LoopActor () -> Void) -> Int {
    lastObserver += 1
    observers[lastObserver] = observer
    return lastObserver
  }

  func forget(_ observer: Int) { observers[observer] = nil }

  private func notify() {
    for observer in observers.values { observer() }
  }
}
