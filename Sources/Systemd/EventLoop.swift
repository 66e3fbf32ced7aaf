import CSystemd
import Glibc
import Synchronization

/// A single-threaded event loop on sd-event that is also a Swift executor.
///
/// Every job, bus callback, timer and child exit runs on the thread that calls ``run()``. `enqueue(_:)` and
/// ``stop()`` are the only members that other threads may call. Nothing exists before the first use of
/// ``main``.
@safe
public final class EventLoop: SerialExecutor, TaskExecutor, @unchecked Sendable {
  /// The loop of this process, made on first use; ``LoopActor`` runs on it.
  public static let main = EventLoop()

  package let raw: OpaquePointer
  private let wakeup: Int32
  private let inbox = Mutex<[UnownedJob]>([])
  private let stopping = Atomic<Bool>(false)
  // The thread in run(), 0 for none; every thread that enqueues asks for it.
  private let owner = Atomic<pthread_t>(0)
  // Used by the loop's own thread alone.
  private var batch: [UnownedJob] = []

  private init() {
    var event: OpaquePointer?
    let made = unsafe sd_event_new(&event)
    guard made >= 0, let event = unsafe event else {
      preconditionFailure("sd_event_new: \(SystemError(errno: -made, operation: "sd_event_new"))")
    }
    unsafe raw = event
    wakeup = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    precondition(wakeup >= 0, "eventfd failed: no descriptor left for the event loop")
    // A floating source: the loop owns it, and its only work is to end the wait.
    let result = unsafe sd_event_add_io(
      raw, nil, wakeup, EPOLLIN.rawValue,
      { _, fd, _, _ in
        var count: UInt64 = 0
        _ = unsafe read(fd, &count, 8)
        return 0
      }, nil)
    precondition(result >= 0, "sd_event_add_io failed for the event loop's own wake-up")
  }

  /// Runs jobs and events on the calling thread until ``stop()``.
  public func run() {
    owner.store(pthread_self(), ordering: .relaxed)
    while !stopping.load(ordering: .relaxed) {
      let idle = !runReadyJobs()
      let result = unsafe sd_event_run(raw, idle ? UInt64.max : 0)
      precondition(result >= 0 || result == -EINTR, "sd_event_run failed with errno \(-result)")
    }
    owner.store(0, ordering: .relaxed)
    stopping.store(false, ordering: .relaxed)
  }

  /// Makes ``run()`` return after the current iteration.
  public func stop() {
    stopping.store(true, ordering: .relaxed)
    wake()
  }

  /// Runs the jobs that were ready at the start of this turn. Returns whether more are waiting.
  private func runReadyJobs() -> Bool {
    inbox.withLock { jobs in swap(&jobs, &batch) }
    for job in batch {
      unsafe job.runSynchronously(
        isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
    batch.removeAll(keepingCapacity: true)
    return inbox.withLock { jobs in !jobs.isEmpty }
  }

  private func wake() {
    var one: UInt64 = 1
    _ = unsafe write(wakeup, &one, 8)
  }

  private var isOnLoop: Bool { owner.load(ordering: .relaxed) == pthread_self() }

  // MARK: Executor

  /// Queues a job for the next turn; any thread may call this.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wasEmpty = inbox.withLock { jobs in
      jobs.append(job)
      return jobs.count == 1
    }
    // On the loop's own thread the next turn sees the job; another thread must end the wait.
    if wasEmpty && !isOnLoop { wake() }
  }

  /// This loop as an actor's executor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// This loop as a task's executor preference.
  public func asUnownedTaskExecutor() -> UnownedTaskExecutor { unsafe UnownedTaskExecutor(ordinary: self) }

  /// Whether the caller runs on the loop's thread.
  public func isIsolatingCurrentContext() -> Bool? { isOnLoop }

  /// Traps unless the caller runs on the loop's thread.
  public func checkIsolated() { precondition(isOnLoop, "not on the event loop's thread") }
}

extension EventLoop {
  /// Starts a task whose every hop, continuation resumes included, stays on this loop.
  @discardableResult
  public nonisolated func spawn<Success: Sendable>(
    name: String? = nil, _ operation: sending @escaping @LoopActor () async -> Success
  ) -> Task<Success, Never> {
    Task(name: name, executorPreference: self, operation: operation)
  }
}
