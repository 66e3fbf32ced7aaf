import CSystemd
import Glibc

/// A timer of the event loop on `CLOCK_MONOTONIC`, which stands still while the machine sleeps: after a resume
/// nothing is overdue that nobody had a chance to do.
///
/// It fires once for each ``arm(after:)``, never early; timers that are due in the same turn have no order.
/// The corresponding C function is `sd_event_add_time(3)`.
@LoopActor @safe
public final class TimerSource {
  private var source: OpaquePointer?
  private let event: OpaquePointer
  private let accuracy: Duration
  private let priority: Int64
  private let handler: @LoopActor () -> Void

  /// Makes a timer at rest.
  ///
  /// - Parameters:
  ///   - loop: the loop that calls back.
  ///   - accuracy: how late it may fire, so that wake-ups can be shared.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  ///   - handler: called on the loop each time the timer fires; it may arm the timer again.
  public init(
    on loop: EventLoop = .main, accuracy: Duration = .milliseconds(1), priority: Int64 = 0,
    _ handler: @escaping @LoopActor () -> Void
  ) {
    unsafe event = loop.raw
    self.accuracy = accuracy
    self.priority = priority
    self.handler = handler
  }

  isolated deinit { unsafe sd_event_source_disable_unref(source) }

  /// Whether the timer will fire.
  public private(set) var isArmed = false

  /// Fires once after `delay`, at once if it is zero or negative; replaces an earlier deadline.
  public func arm(after delay: Duration) {
    isArmed = true
    let deadline = Self.deadline(after: delay)
    if let source = unsafe source {
      let set = unsafe sd_event_source_set_time(source, deadline)
      let on = unsafe sd_event_source_set_enabled(source, Int32(SD_EVENT_ONESHOT))
      precondition(set >= 0 && on >= 0, "the event loop refused a timer")
      return
    }
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let result = unsafe sd_event_add_time(
      event, &source, CLOCK_MONOTONIC, deadline, max(accuracy.microseconds, 1),
      { _, _, userdata in
        guard let userdata = unsafe userdata else { return 0 }
        let timer = unsafe Unmanaged<TimerSource>.fromOpaque(userdata).takeUnretainedValue()
        LoopActor.assumeIsolated { timer.fire() }
        return 0
      }, userdata)
    precondition(result >= 0, "sd_event_add_time failed with errno \(-result)")
    unsafe sd_event_source_set_priority(source, priority)
  }

  /// Stops the timer; nothing happens if it is at rest.
  public func disarm() {
    guard isArmed else { return }
    isArmed = false
    unsafe sd_event_source_set_enabled(source, Int32(SD_EVENT_OFF))
  }

  // Absolute, because sd-event's own notion of now stands still while it dispatches.
  private static func deadline(after delay: Duration) -> UInt64 {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000 &+ delay.microseconds
  }

  private func fire() {
    isArmed = false
    handler()
  }
}

extension EventLoop {
  /// Suspends for `duration` on the loop's own timers: no thread, no Dispatch. Throws when the task is
  /// cancelled.
  @LoopActor
  public func sleep(for duration: Duration) async throws(CancellationError) {
    let sleeper = Sleeper(on: self)
    sleeper.timer.arm(after: duration)
    await withTaskCancellationHandler {
      await withCheckedContinuation { sleeper.wait($0) }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel sleep") { sleeper.finish(cancelled: true) }
    }
    if sleeper.isCancelled { throw CancellationError() }
  }
}

/// A suspended task and the timer that will resume it.
@LoopActor
private final class Sleeper {
  private(set) var timer: TimerSource
  private(set) var isCancelled = false
  private var isFinished = false
  private var waiter: CheckedContinuation<Void, Never>?

  init(on loop: EventLoop) {
    timer = TimerSource(on: loop) {}
    timer = TimerSource(on: loop) { [unowned self] in finish(cancelled: false) }
  }

  func wait(_ continuation: CheckedContinuation<Void, Never>) {
    if isFinished { continuation.resume() } else { waiter = continuation }
  }

  func finish(cancelled: Bool) {
    guard !isFinished else { return }
    isFinished = true
    isCancelled = cancelled
    timer.disarm()
    waiter?.resume()
    waiter = nil
  }
}

extension Duration {
  /// Whole microseconds, the unit of libsystemd; zero for negative durations, at most a thousand years.
  package var microseconds: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    return UInt64(min(seconds, 31_536_000_000)) * 1_000_000 + UInt64(attoseconds) / 1_000_000_000_000
  }
}
