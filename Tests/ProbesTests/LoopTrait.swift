import Glibc
import Systemd
import Testing

/// Runs the process's event loop on a thread of its own, once: the test runner owns the main thread.
enum LoopThread {
  static let started: pthread_t = {
    // As every program that uses the HTTP client does.
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
}

/// Runs every test of a suite with the event loop as its executor.
struct LoopTrait: SuiteTrait, TestTrait, TestScoping {
  var isRecursive: Bool { true }

  /// Starts the loop's thread unless it runs already.
  static func start() { _ = LoopThread.started }

  func provideScope(
    for test: Test, testCase: Test.Case?, performing body: @Sendable @concurrent () async throws -> Void
  ) async throws {
    Self.start()
    try await withTaskExecutorPreference(EventLoop.main) { try await body() }
  }
}

extension Trait where Self == LoopTrait {
  static var onLoop: Self { LoopTrait() }
}
