#if compiler(>=6.3)
@_spi(ExperimentalCustomExecutors) @_spi(ExperimentalScheduling) public import _Concurrency
import CSystemd
import Glibc

// A program's main calls `EventLoop.becomeRuntimeExecutor()` so that bare tasks, task groups and Task.sleep
// stay on the loop too, and Dispatch never starts a thread. The runtime's entry point for it is still SPI;
// everything that depends on it stands in this file.

@_spi(ExperimentalCustomExecutors)
extension EventLoop: MainExecutor {
  /// Always true: the loop's thread is the main thread of a program that installs it.
  public var isMainExecutor: Bool { true }
}

@_spi(ExperimentalCustomExecutors)
extension EventLoop: SchedulingExecutor {
  /// Queues `job` after `delay` on the loop's own timers; only the loop's thread may call this.
  @_spi(ExperimentalScheduling)
  public func enqueue<C: Clock>(
    _ job: consuming ExecutorJob, after delay: C.Duration, tolerance: C.Duration?, clock: C
  ) {
    guard let delay = delay as? Duration else { preconditionFailure("a clock without Duration") }
    let box = DelayedJob(UnownedJob(job))
    checkIsolated()
    let userdata = unsafe Unmanaged.passRetained(box).toOpaque()
    let result = unsafe sd_event_add_time_relative(
      raw, &box.source, CLOCK_BOOTTIME, delay.microseconds, 1000,
      { _, _, userdata in
        guard let userdata = unsafe userdata else { return 0 }
        let box = unsafe Unmanaged<DelayedJob>.fromOpaque(userdata).takeRetainedValue()
        unsafe sd_event_source_disable_unref(box.source)
        EventLoop.main.enqueue(ExecutorJob(box.job))
        return 0
      }, userdata)
    precondition(result >= 0, "sd_event_add_time_relative failed with errno \(-result)")
  }
}

/// A job that waits for its timer, which owns this object until it fires.
@safe
private final class DelayedJob {
  let job: UnownedJob
  var source: OpaquePointer?

  init(_ job: UnownedJob) { self.job = job }
}

private struct LoopExecutorFactory: ExecutorFactory {
  static var mainExecutor: any MainExecutor { EventLoop.main }
  static var defaultExecutor: any TaskExecutor { EventLoop.main }
}

extension EventLoop {
  /// Makes ``main`` the executor of the whole Swift runtime; a synchronous `main` calls it before any task
  /// exists.
  public static func becomeRuntimeExecutor() {
    _createExecutors(factory: LoopExecutorFactory.self)
  }
}
#endif
