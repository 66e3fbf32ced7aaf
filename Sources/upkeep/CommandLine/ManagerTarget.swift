import Systemd
import SystemdManager

/// Whose manager a command asks, and what failures of it mean.
struct ManagerTarget {
  /// Whose manager, and where.
  let address: ManagerAddress

  /// Connects to the manager; nothing has been asked yet.
  ///
  /// - Throws: one clear sentence for what stands in the way: no systemd, no bus, no such machine.
  @LoopActor
  func connect() throws(ExitError) -> ManagerClient {
    try checkBooted()
    do throws(BusError) {
      return try ManagerClient.connect(at: address)
    } catch {
      throw failure(error, "connect")
    }
  }

  /// Runs calls of a manager; their errors become sentences that a person can act on.
  ///
  /// - Parameters:
  ///   - action: what is being done, such as `list the units`.
  ///   - body: makes the calls.
  /// - Returns: what `body` returns.
  /// - Throws: the sentence.
  @LoopActor
  func asking<Value>(
    _ action: String, _ body: @LoopActor () async throws(BusError) -> Value
  ) async throws(ExitError) -> Value {
    do throws(BusError) {
      return try await body()
    } catch {
      throw failure(error, action)
    }
  }

  /// What a failure means, and what helps.
  func failure(_ error: BusError, _ action: String) -> ExitError {
    ManagerFailure(error, action, at: address).exitError
  }

  /// Throws where this machine has no systemd and no other one is asked.
  func checkBooted() throws(ExitError) {
    guard address.isLocal, !ProcessUnit.isBooted else { return }
    throw ExitError(
      "this machine was not booted with systemd, so there are no units to ask about;"
        + " generate, lint, score and run work without it")
  }
}
