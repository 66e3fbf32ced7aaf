import Glibc
import Synchronization
import Systemd

/// Runs a command that waits for things: on the event loop, with signals as cancellation.
enum LoopProgram {
  /// Runs `body` on the process's only thread until it returns or throws.
  ///
  /// SIGINT, SIGTERM and SIGHUP cancel its task, once; it may then clean up in its own time. A second signal ends the
  /// process at once. A reader of the output that goes away is no reason to end.
  ///
  /// - Parameters:
  ///   - isCancellable: whether the signals cancel; without, they end the process as they do by themselves, for a command
  ///     that has nothing to clean up and may be in the middle of a long write.
  ///   - body: the command. Its cancellation is an error like any other: it throws on, or returns if it was
  ///     done anyway.
  /// - Throws: what `body` throws; after a signal an ``ExitError`` with 128 and the signal's number, and the message
  ///   of the error that `body` threw if that was one.
  static func run(
    isCancellable: Bool = true, _ body: @escaping @LoopActor @Sendable () async throws -> Void
  ) throws {
    EventLoop.becomeRuntimeExecutor()
    signal(SIGPIPE, SIG_IGN)
    // Ignored by the parent, it would make the kernel throw away how children end.
    signal(SIGCHLD, SIG_DFL)
    EventLoop.main.spawn(name: "command") {
      let end = await Self.end(of: body, signals: isCancellable ? [SIGINT, SIGTERM, SIGHUP] : [])
      outcome.withLock { $0 = end }
      EventLoop.main.stop()
    }
    EventLoop.main.run()
    let end = outcome.withLock { $0 }
    guard case .failure(let error) = end.result else { return }
    guard end.signal > 0 else { throw error }
    throw ExitError((error as? ExitError)?.message ?? "", code: 128 + end.signal)
  }

  // MARK: Steps

  /// How the command ended, and the signal that came meanwhile, 0 for none.
  private struct End {
    var result: Result<Void, any Error> = .success(())
    var signal: Int32 = 0
  }

  // The loop's thread writes it and the same thread reads it, when the loop has stopped; only the compiler cannot know.
  private static let outcome = Mutex(End())

  @LoopActor
  private static func end(
    of body: @escaping @LoopActor @Sendable () async throws -> Void, signals: [Int32]
  ) async -> End {
    let task = EventLoop.main.spawn(name: "command's work") { () -> Result<Void, any Error> in
      do {
        return .success(try await body())
      } catch {
        return .failure(error)
      }
    }
    var received: Int32 = 0
    var sources: [SignalSource] = []
    for number in signals {
      let source = try? SignalSource(number, priority: -10) { info in
        if received > 0 { exit(128 + info.signal) }
        received = info.signal
        task.cancel()
      }
      // One that cannot be watched still does what it does by itself.
      if let source { sources.append(source) }
    }
    let result = await task.value
    return withExtendedLifetime(sources) { End(result: result, signal: received) }
  }
}
