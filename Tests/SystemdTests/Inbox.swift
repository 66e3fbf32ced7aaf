import Systemd

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
