import ArgumentParser
import Systemd
import SystemdManager

/// Options of the commands that change units: whose, and how the answer looks.
struct ActingOptions: ParsableArguments {
  @OptionGroup var manager: ManagerOptions

  @Option(name: .joined("o"), help: "text, json or json-pretty.")
  var output = OutputFormat.text

  @Flag(name: .shortAndLong, help: "Say only what went wrong.")
  var quiet = false

  @Flag(name: .customLong("no-ask-password"), help: "Do not let a polkit agent ask for the right.")
  var noAskPassword = false

  /// Connects to the manager; a polkit agent may ask the person for missing rights.
  @LoopActor
  func connect() throws(ExitError) -> ManagerClient {
    let client = try manager.connect()
    guard !noAskPassword else { return client }
    do throws(BusError) {
      try client.bus.allowInteractiveAuthorization()
    } catch {
      throw manager.failure(error, "connect")
    }
    return client
  }

  /// Names that are meant for units as such: a template is none.
  @LoopActor
  func units(_ arguments: [String], _ client: ManagerClient) async throws(ExitError) -> [String] {
    try await UnitArguments.resolve(arguments, client, manager, missing: ExitError.notInstalled)
  }

  /// Writes a line for people, unless they want to hear of failures only.
  func say(_ line: String) {
    guard output == .text, !quiet else { return }
    StandardOutput.write(Array("\(line)\n".utf8))
  }
}
