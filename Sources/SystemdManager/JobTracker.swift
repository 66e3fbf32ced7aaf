import Glibc
import Systemd

/// Waits for the ends of jobs, which the manager tells with the signal `JobRemoved`.
///
/// A job may be over before the reply that names it has been read. So what ends while a call is on its way is kept
/// until that call knows its job.
@LoopActor
final class JobTracker {
  /// The most ends that are kept while calls are on their way.
  static let keptLimit = 65_536

  private var subscription: BusSubscription?
  private var callsOnTheirWay = 0
  private var ended: [ObjectPath: JobResult] = [:]
  private var waiting: [ObjectPath: [JobWait]] = [:]

  /// Makes a job and waits for its end; `submit` makes the call that answers with the job's path.
  func run(
    on bus: Bus, _ manager: BusObject, timeout: Duration?,
    _ submit: @LoopActor () async throws(BusError) -> ObjectPath
  ) async throws(BusError) -> JobResult {
    try subscribe(on: bus, manager)
    callsOnTheirWay += 1
    let path: ObjectPath
    do throws(BusError) {
      path = try await submit()
    } catch {
      callIsOver()
      throw error
    }
    if let result = ended[path] {
      callIsOver()
      return result
    }
    let wait = JobWait()
    waiting[path, default: []].append(wait)
    callIsOver()
    defer { remove(wait, path) }
    // The connection may have ended between the reply and now.
    if subscription == nil { wait.finish(Self.lost(nil)) }
    return try await wait.result(timeout: timeout, of: path)
  }

  // MARK: Steps

  private func subscribe(on bus: Bus, _ manager: BusObject) throws(BusError) {
    guard subscription == nil else { return }
    subscription = try bus.subscribe(
      to: BusMatch(manager, "JobRemoved"), onEnd: { [weak self] in self?.end($0) },
      { [weak self] message in
        // Another sender's signal of the same name may have other values; it is none of ours.
        guard let values = try? message.read(BusArguments<UInt32, ObjectPath, String, String>.self).values
        else { return }
        self?.jobEnded(values.1, JobResult(rawValue: values.3))
      })
  }

  private func jobEnded(_ path: ObjectPath, _ result: JobResult) {
    for wait in waiting.removeValue(forKey: path) ?? [] { wait.finish(.success(result)) }
    if callsOnTheirWay > 0, ended.count < Self.keptLimit { ended[path] = result }
  }

  private func end(_ error: BusError?) {
    subscription = nil
    let all = waiting.values.flatMap { $0 }
    waiting = [:]
    for wait in all { wait.finish(Self.lost(error)) }
  }

  private static func lost(_ error: BusError?) -> Result<JobResult, BusError> {
    .failure(error ?? BusError(SystemError(errno: ECONNRESET, operation: "wait for a job")))
  }

  private func callIsOver() {
    callsOnTheirWay -= 1
    if callsOnTheirWay == 0 { ended = [:] }
  }

  private func remove(_ wait: JobWait, _ path: ObjectPath) {
    waiting[path]?.removeAll { $0 === wait }
    if waiting[path]?.isEmpty == true { waiting[path] = nil }
  }
}

/// One task that waits for one job.
@LoopActor
final class JobWait {
  private var outcome: Result<JobResult, BusError>?
  private var waiter: CheckedContinuation<Void, Never>?

  /// Suspends until the end, the timeout or the task's cancellation.
  func result(timeout: Duration?, of path: ObjectPath) async throws(BusError) -> JobResult {
    let timer = TimerSource { [unowned self] in finish(Self.failure(ETIMEDOUT, path)) }
    if let timeout { timer.arm(after: timeout) }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if outcome == nil { waiter = continuation } else { continuation.resume() }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel wait for job") { self.finish(Self.failure(ECANCELED, path)) }
    }
    timer.disarm()
    return try (outcome ?? Self.failure(ECANCELED, path)).get()
  }

  func finish(_ outcome: Result<JobResult, BusError>) {
    guard self.outcome == nil else { return }
    self.outcome = outcome
    waiter?.resume()
    waiter = nil
  }

  private nonisolated static func failure(
    _ errno: Int32, _ path: ObjectPath
  ) -> Result<JobResult, BusError> {
    .failure(BusError(SystemError(errno: errno, operation: "wait for job", subject: path.value)))
  }
}
