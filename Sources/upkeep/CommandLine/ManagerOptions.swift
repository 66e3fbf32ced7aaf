import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// Options of the commands that ask a service manager: whose, and on which machine.
struct ManagerOptions: ParsableArguments {
  @Flag(help: "Ask the user's own manager.")
  var user = false

  @Flag(help: "Ask the system's manager (the default).")
  var system = false

  @Option(
    name: .joined("H"),
    help: ArgumentHelp("Ask the machine HOST through ssh.", valueName: "[USER@]HOST[:PORT]"))
  var host: String?

  @Option(
    name: [.customShort("M", allowingJoined: true), .customLong("machine")],
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

  /// A command of this program for the same manager, without the units, as it is recommended to a person.
  func command(_ verb: String) -> String {
    let options = DisplayText.escaped(address.options)
    return options.isEmpty ? "upkeep \(verb)" : "upkeep \(verb) \(options.dropLast())"
  }

  /// The manager that is asked.
  var target: ManagerTarget { ManagerTarget(address: address) }

  /// Connects to the manager; see ``ManagerTarget``.
  @LoopActor
  func connect() throws(ExitError) -> ManagerClient { try target.connect() }

  /// Runs calls of a manager, with errors that a person can act on; see ``ManagerTarget``.
  @LoopActor
  func asking<Value>(
    _ action: String, _ body: @LoopActor () async throws(BusError) -> Value
  ) async throws(ExitError) -> Value { try await target.asking(action, body) }

  /// What a failure means, and what helps.
  func failure(_ error: BusError, _ action: String) -> ExitError { target.failure(error, action) }

  /// Throws where this machine has no systemd and no other one is asked.
  func checkBooted() throws(ExitError) { try target.checkBooted() }
}
