import ArgumentParser
import Systemd
import SystemdManager

/// Options of the commands that ask a service manager: whose, and on which machine.
struct ManagerOptions: ParsableArguments {
  @Flag(help: "Ask the user's own manager.")
  var user = false

  @Flag(help: "Ask the system's manager (the default).")
  var system = false

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("Ask the machine HOST through ssh.", valueName: "[USER@]HOST[:PORT]"))
  var host: String?

  @Option(
    name: [.customShort("M"), .customLong("machine")],
    help: ArgumentHelp("Ask the container NAME of this machine.", valueName: "NAME"))
  var machine: String?

  func validate() throws {
    if user, system { throw ValidationError("--user and --system exclude each other.") }
    if host != nil, machine != nil { throw ValidationError("--host and --machine exclude each other.") }
    if host != nil, user { throw ValidationError("--host asks a system's manager; leave out --user.") }
    if host?.isEmpty == true || machine?.isEmpty == true {
      throw ValidationError("--host and --machine need a name.")
    }
  }

  /// Whose manager, and where.
  var address: ManagerAddress {
    if let host { return .host(host) }
    if let machine { return user ? .machineUser(machine) : .machine(machine) }
    return user ? .user : .system
  }

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
