import Glibc
import Systemd
import Testing

/// The process's loop on a thread of its own, started once: the test runner owns the main thread.
enum LoopThread {
  static let started: pthread_t = {
    var thread = pthread_t()
    unsafe pthread_create(
      &thread, nil,
      { _ in
        EventLoop.main.run()
        return nil
      }, nil)
    return thread
  }()
}

/// Runs each test with the loop turning and as its preferred executor.
struct LoopTrait: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    _ = LoopThread.started
    try await withTaskExecutorPreference(EventLoop.main) { try await body() }
  }
}

extension Trait where Self == LoopTrait {
  /// Runs each test with the loop turning and as its preferred executor.
  static var onLoop: Self { LoopTrait() }
}

/// Runs the body of an exit test on the loop of its own process, where every child is the test's own.
///
/// The main thread waits in Dispatch with an empty signal mask and would swallow SIGCHLD, which a program whose loop is
/// its main thread blocks. So it passes the signal on to the loop's thread.
func onOwnLoop(_ body: @escaping @LoopActor @Sendable () async throws -> Void) async throws {
  _ = LoopThread.started
  signal(SIGCHLD) { number in pthread_kill(LoopThread.started, number) }
  try await withTaskExecutorPreference(EventLoop.main) { try await body() }
}
