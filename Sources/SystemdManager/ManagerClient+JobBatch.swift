public import Systemd

// Jobs for many units. Errors are those of ``start(_:mode:timeout:)`` and its like.
extension ManagerClient {
  /// Makes a job for each of some units and waits for all of their ends.
  ///
  /// All calls are on their way before the first answer is waited for, so that the manager can order the jobs among
  /// each other.
  ///
  /// - Parameters:
  ///   - verb: what the jobs are to do.
  ///   - units: the units' names.
  ///   - mode: what happens to conflicting jobs.
  ///   - timeout: how long to wait for each job's end; nil waits as long as the job takes.
  ///   - onEnd: called for each unit, by its index, when its job has ended, or why there is none.
  /// - Returns: how the jobs ended, in the order of the units.
  @discardableResult
  public func run(
    _ verb: JobVerb, _ units: [String], mode: JobMode = .replace, timeout: Duration? = nil,
    onEnd: @escaping @LoopActor (Int, Result<JobResult, BusError>) -> Void = { _, _ in }
  ) async -> [Result<JobResult, BusError>] {
    do throws(BusError) {
      // Once and first: nothing stands between the calls then.
      try await subscribe()
    } catch {
      for index in units.indices { onEnd(index, .failure(error)) }
      return units.map { _ in .failure(error) }
    }
    let tasks = units.enumerated().map { index, unit in
      EventLoop.main.spawn(name: "\(verb.rawValue) \(unit)") {
        let result = await self.end(of: verb, unit, mode, timeout)
        onEnd(index, result)
        return result
      }
    }
    return await withTaskCancellationHandler {
      var results: [Result<JobResult, BusError>] = []
      for task in tasks { results.append(await task.value) }
      return results
    } onCancel: {
      for task in tasks { task.cancel() }
    }
  }

  /// Makes a job and does not wait for its end.
  ///
  /// - Parameters:
  ///   - verb: what the job is to do.
  ///   - unit: the unit's name.
  ///   - mode: what happens to conflicting jobs.
  /// - Returns: the job's object.
  /// - Throws: why there is no job.
  @discardableResult
  public func queue(
    _ verb: JobVerb, _ unit: String, mode: JobMode = .replace
  ) async throws(BusError) -> ObjectPath {
    try await bus.call(manager, verb.member, unit, mode.rawValue)
  }

  private func end(
    of verb: JobVerb, _ unit: String, _ mode: JobMode, _ timeout: Duration?
  ) async -> Result<JobResult, BusError> {
    do throws(BusError) {
      return .success(try await job(verb.member, unit, mode, timeout))
    } catch {
      return .failure(error)
    }
  }
}
