import Glibc
import Systemd
import TestSupport
import Testing

// Some tests count or collect what belongs to the whole process: they run in one of their own.

/// Tells what the other process found.
func expectFine(_ result: ExitTest.Result?) {
  #expect(result.map { String(decoding: $0.standardOutputContent, as: UTF8.self) } == "fine\n")
}

/// Runs `body` on this process's loop, prints `fine` or what it threw, and exits.
func onFreshLoop(_ body: @escaping @Sendable @LoopActor () async throws -> Void) async {
  _ = LoopThread.started
  // The main thread would swallow SIGCHLD, which the loop waits for.
  signal(SIGCHLD) { number in pthread_kill(LoopThread.started, number) }
  let report = await EventLoop.main.spawn {
    do {
      try await body()
      return "fine"
    } catch { return "\(error)" }
  }.value
  print(report)
  fflush(nil)
  exit(0)
}

/// What a check in another process found wrong.
struct Unexpected: Error, CustomStringConvertible {
  let description: String
}
