import Systemd

/// Events that wait for their reader, in a bounded number.
@LoopActor
final class EventQueue {
  private let limit: Int
  private var events: [UnitEvent] = []
  private var first = 0
  private var missed = 0
  private var isWoken = false
  private var waiter: CheckedContinuation<Void, Never>?

  init(limit: Int = UnitMonitor.eventLimit) { self.limit = limit }

  /// Adds an event; of too many, all are dropped but for their number.
  func add(_ event: UnitEvent) {
    if events.count - first >= limit {
      missed += events.count - first
      events = []
      first = 0
    }
    events.append(event)
    wake()
  }

  /// The oldest event; nil if there is none.
  func next() -> UnitEvent? {
    if missed > 0 {
      defer { missed = 0 }
      return .missed(missed)
    }
    guard first < events.count else { return nil }
    let event = events[first]
    first += 1
    if first == events.count {
      events.removeAll(keepingCapacity: true)
      first = 0
    } else if first > 1024, first > events.count / 2 {
      events.removeFirst(first)
      first = 0
    }
    return event
  }

  /// Suspends until ``wake()`` or the cancellation of the task; returns at once if it came since the last wait.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if isWoken || Task.isCancelled { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel wait for units") { self.wake() }
    }
    isWoken = false
  }

  /// Lets the reader look again.
  func wake() {
    isWoken = true
    waiter?.resume()
    waiter = nil
  }
}
