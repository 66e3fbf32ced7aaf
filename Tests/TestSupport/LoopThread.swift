package import Glibc
package import Systemd
package import Testing

/// The event loop of a test process, on a thread of its own: the main thread is the test runner's.
///
/// All suites of all test targets share one process, and so this one thread.
package enum LoopThread {
  /// The thread, which runs from the first use on.
  package static let started: pthread_t = {
    // As upkeep-run does: a reader that went away is no reason to end.
    signal(SIGPIPE, SIG_IGN)
    var thread = pthread_t()
    let code = unsafe pthread_create(
      &thread, nil,
      { _ in
        EventLoop.main.run()
        return nil
      }, nil)
    precondition(code == 0, "no thread for the event loop")
    return thread
  }()

  /// Runs the body of an exit test on the loop of its own process, where every child is the test's own.
  ///
  /// The main thread waits in Dispatch with an empty signal mask and would swallow SIGCHLD, which a program whose
  /// loop is its main thread blocks. So it passes the signal on to the loop's thread.
  package static func run(
    on loop: EventLoop = .main, _ body: @escaping @LoopActor @Sendable () async throws -> Void
  ) async throws {
    _ = started
    signal(SIGCHLD) { number in pthread_kill(LoopThread.started, number) }
    try await withTaskExecutorPreference(loop) { try await body() }
  }
}

/// Starts the loop for a suite whose functions are `@LoopActor`, and makes it the preferred executor of each test.
///
/// A suite must not be `@LoopActor` itself: its trait would need the loop before it could start it.
package struct LoopTrait: SuiteTrait, TestTrait, TestScoping {
  /// Holds for the tests of a suite too.
  package var isRecursive: Bool { true }

  /// Runs `body` with the loop turning.
  package func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    _ = LoopThread.started
    try await withTaskExecutorPreference(EventLoop.main) { try await body() }
  }
}

extension Trait where Self == LoopTrait {
  /// Runs each test with the loop turning and as its preferred executor.
  package static var onLoop: Self { LoopTrait() }
}
