import Glibc
import Systemd
import Testing

/// Runs the process's event loop on a thread of its own, because the main thread is the test runner's.
private enum LoopThread {
  static let started: Void = {
    // Before the first thread, so that no other thread takes the signals that the tests send.
    var thread = pthread_t()
    unsafe pthread_create(
      &thread, nil,
      { _ in
        EventLoop.main.run()
        return nil
      }, nil)
  }()
}

/// Starts the loop for a suite whose functions are `@LoopActor`. (A suite must not be: its trait would need
/// the loop before it could start it.)
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
  static var onLoop: Self { LoopTrait() }
}

/// A place where a test waits for things that callbacks bring; it fails the test rather than hang.
@LoopActor
final class Inbox<Element: Sendable> {
  private var elements: [Element] = []
  private var waiter: CheckedContinuation<Void, Never>?

  func put(_ element: Element) {
    elements.append(element)
    waiter?.resume()
    waiter = nil
  }

  var isEmpty: Bool { elements.isEmpty }

  /// The next element; throws after ten seconds.
  func next() async throws -> Element {
    if elements.isEmpty {
      let guardian = TimerSource { [weak self] in
        self?.waiter?.resume()
        self?.waiter = nil
      }
      guardian.arm(after: .seconds(10))
      await withCheckedContinuation { waiter = $0 }
      guardian.disarm()
    }
    guard !elements.isEmpty else { throw NothingCame() }
    return elements.removeFirst()
  }
}

struct NothingCame: Error {}

/// Numbers that are the same in every run.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
