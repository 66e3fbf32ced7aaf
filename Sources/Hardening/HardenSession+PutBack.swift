import Systemd
import SystemdManager
import UnitDesign

extension HardenSession {
  /// Takes back what an earlier run that was killed has left, if it has.
  ///
  /// - Returns: whether the unit was up before that run; nil if there is nothing left.
  static func takeBackLeftover(
    _ target: HardenTarget, _ lock: TrialLock, _ client: ManagerClient,
    _ tell: @LoopActor (HardenStep) -> Void
  ) async throws(HardenError) -> Bool? {
    guard TrialFile(unit: target.name).isThere else { return nil }
    let wasUp = lock.wasUp ?? target.isUp
    try await undo(target.name, wasUp: wasUp, with: client)
    tell(.leftover)
    return wasUp
  }

  /// Takes a trial off a unit and brings it into its old state.
  static func undo(_ unit: String, wasUp: Bool, with client: ManagerClient) async throws(HardenError) {
    let file = TrialFile(unit: unit)
    // Without a trial on it, it runs as it should; but perhaps it should not run.
    guard file.isThere || !wasUp else { return }
    try HardenError.wrap { () throws(SystemError) in try file.remove() }
    try await bringBack(unit, wasUp: wasUp, with: client)
  }

  /// Puts the unit back; this is not cut short by cancellation.
  func putBack() async throws(HardenError) {
    guard isTouched else { return }
    tell(.restoring)
    let (name, wasUp) = (target.name, target.isUp)
    // What has failed as it is has failed again, by itself.
    let keepsFailure = target.hasFailed && !isTried
    try HardenError.wrap { () throws(SystemError) in try file.remove() }
    let client = client.bus.isOpen ? client : try Self.connect()
    self.client = client
    let result = await EventLoop.main.spawn(name: "put \(name) back") { () -> Result<Void, HardenError> in
      do throws(HardenError) {
        return .success(
          try await Self.bringBack(name, wasUp: wasUp, keepsFailure: keepsFailure, with: client))
      } catch {
        return .failure(error)
      }
    }.value
    try result.get()
    isTouched = false
  }

  /// Puts the unit back because of `error`; throws both if that fails too.
  func putBack(after error: HardenError) async throws(HardenError) {
    do throws(HardenError) {
      try await putBack()
    } catch let second {
      throw HardenError(
        .failed,
        "\(error); and \(target.name) could not be put back: \(second). Its guard goes on trying; "
          + "'systemctl status \(target.name)' tells how it is", leavesWork: true)
    }
  }

  /// Stops the service if it did not run before.
  func stopIfItWasDown() async throws(HardenError) {
    guard !target.isUp else { return }
    do throws(BusError) {
      try await client.stop(target.name)
    } catch {
      throw HardenError(error, "stop \(target.name)")
    }
  }

  // MARK: Steps

  private static func bringBack(
    _ unit: String, wasUp: Bool, keepsFailure: Bool = false, with client: ManagerClient
  ) async throws(HardenError) {
    do throws(BusError) {
      try await client.daemonReload()
      do throws(BusError) {
        if !keepsFailure { try await client.resetFailed(unit) }
      } catch  where error.isNoSuchUnit {
        // It is not in memory, so there is nothing to reset.
      }
      let result = wasUp ? try await client.restart(unit) : try await client.stop(unit)
      guard result.isSuccess else {
        throw BusError(
          SystemError(
            errno: 5, operation: wasUp ? "restart" : "stop",
            subject: "\(unit), which ended with \"\(result)\""))
      }
    } catch {
      throw HardenError(error, "bring \(unit) back into its old state")
    }
  }
}
