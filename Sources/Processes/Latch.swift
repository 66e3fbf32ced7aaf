import Systemd

/// Something that happens once and that tasks may wait for, with a time limit and with cancellation.
@LoopActor
final class Latch {
  /// Why a wait ended.
  enum Outcome: Sendable, Hashable {
    case opened
    case timedOut
    case cancelled
  }

  private(set) var isOpen = false
  private var waiters: [ObjectIdentifier: Waiter] = [:]

  /// Ends all waits, present and future; nothing happens the second time.
  func open() {
    isOpen = true
    let ended = waiters.values
    waiters = [:]
    for waiter in ended { waiter.finish(.opened) }
  }

  /// Suspends until ``open()``, for at most `timeout`, or until the task is cancelled.
  func wait(timeout: Duration? = nil, on loop: EventLoop = .main) async -> Outcome {
    if isOpen { return .opened }
    let waiter = Waiter()
    waiters[ObjectIdentifier(waiter)] = waiter
    if let timeout { waiter.arm(after: timeout, on: loop) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { waiter.wait($0) }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel wait") { waiter.finish(.cancelled) }
    }
    waiters[ObjectIdentifier(waiter)] = nil
    return waiter.outcome ?? .opened
  }
}

/// One suspended task.
@LoopActor
private final class Waiter {
  private(set) var outcome: Latch.Outcome?
  private var timer: TimerSource?
  private var continuation: CheckedContinuation<Void, Never>?

  func arm(after delay: Duration, on loop: EventLoop) {
    let timer = TimerSource(on: loop) { [unowned self] in finish(.timedOut) }
    timer.arm(after: delay)
    self.timer = timer
  }

  func wait(_ continuation: CheckedContinuation<Void, Never>) {
    if outcome != nil { continuation.resume() } else { self.continuation = continuation }
  }

  func finish(_ outcome: Latch.Outcome) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    timer?.disarm()
    continuation?.resume()
    continuation = nil
  }
}
