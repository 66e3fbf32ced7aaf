import Foundation
import Testing

/// A real systemd, booted for this test process by `Tests/Machine/machine` and gone with it.
final class TestMachine: Sendable {
  /// Where the programs under test are, on every machine.
  static let runner = "/usr/local/bin/upkeep-run"
  /// Where the command line is.
  static let upkeep = "/usr/local/bin/upkeep"
  /// Where the tests' own small programs are, those of `Tests/Machine/programs`.
  static let programs = "/usr/local/lib/upkeep-tests"

  let name: String
  let events: MachineEvents

  private init(name: String, events: MachineEvents) {
    self.name = name
    self.events = events
  }

  // MARK: Booting

  /// The machine of the test's suite, which no other suite uses meanwhile.
  ///
  /// - Throws: ``MachineLoan/Missing`` in a suite without `.withMachine`.
  static func shared() async throws -> TestMachine {
    guard let machine = MachineLoan.machine else { throw MachineLoan.Missing() }
    return machine
  }

  private static let quietBoot = Task {
    try await boot(name: "q\(ProcessInfo.processInfo.processIdentifier)")
  }

  /// Another machine that tests share, on which nobody may reload systemd: it forgets then by how much a service has
  /// extended its time-out.
  static func quiet() async throws -> TestMachine {
    try await quietBoot.value
  }

  /// Boots a machine of its own for a test that harms it; `down()` or the end of `owner` removes it.
  static func boot(
    name: String, owner: Int32 = ProcessInfo.processInfo.processIdentifier, options: [String] = []
  ) async throws -> TestMachine {
    let programs = script.deletingLastPathComponent().appending(path: "programs").path
    try await control(
      name, ["up", "--owner", "\(owner)", "--bind", "\(programs):\(Self.programs)"] + options)
    let events = try await MachineEvents.follow(machine: script, name: name)
    return TestMachine(name: name, events: events)
  }

  /// Kills everything on the machine and leaves nothing of it.
  func down() async throws {
    try await Self.control(name, ["down"])
  }

  // MARK: Commands

  /// Runs `command` on the machine as a child of its PID 1, in a transient service with the given
  /// `properties` (such as `User=svc`).
  ///
  /// systemd 252 reads a transient unit back when a daemon-reload comes between, and then loses a property
  /// whose value is an empty set, such as `RestrictNamespaces=yes`: that one needs a unit file.
  func run(_ command: [String], properties: [String] = [], input: String = "") async throws -> CommandResult {
    let options = properties.flatMap { ["-p", $0] }
    return try await HostCommand.run(
      [Self.script.path, "-n", name, "exec"] + options + command, input: input)
  }

  /// Runs `command` in the machine's namespaces without asking its PID 1: quicker, and works if that hangs.
  func runDirectly(_ command: [String], input: String = "") async throws -> CommandResult {
    try await HostCommand.run([Self.script.path, "-n", name, "raw"] + command, input: input)
  }

  /// Runs `systemctl` and returns what it said; a failure of it is a value.
  @discardableResult
  func systemctl(_ arguments: String...) async throws -> CommandResult {
    try await runDirectly(["systemctl", "--no-pager"] + arguments)
  }

  /// Writes a file on the machine, with its folders.
  func write(_ path: String, _ text: String, mode: String = "644") async throws {
    try await Self.control(name, ["put", "-", path], input: text)
    if mode != "644" { try await require(["chmod", mode, path]) }
  }

  /// Runs `command` directly and throws if it fails.
  @discardableResult
  func require(_ command: [String]) async throws -> CommandResult {
    let result = try await runDirectly(command)
    guard result.succeeded else { throw CommandFailure(command: command, result: result) }
    return result
  }

  // MARK: The script

  /// `Tests/Machine/machine` of this very checkout.
  static let script = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Machine/machine")

  @discardableResult
  static func control(_ name: String, _ arguments: [String], input: String = "") async throws
    -> CommandResult
  {
    let command = [script.path, "-n", name] + arguments
    let result = try await HostCommand.run(command, input: input)
    guard result.succeeded else { throw CommandFailure(command: command, result: result) }
    return result
  }

  /// Why machines cannot boot here, in words; nil if they can.
  static let unavailability: String? = complaint(of: ["check"])

  /// What the script says when it fails; nil if it succeeds.
  static func complaint(of arguments: [String]) -> String? {
    let pipe = Pipe()
    do {
      let process = try HostProcess(
        [script.path] + arguments, errors: pipe.fileHandleForWriting.fileDescriptor)
      try pipe.fileHandleForWriting.close()
      let said = pipe.fileHandleForReading.readDataToEndOfFile()
      return process.waitForEnd() == 0
        ? nil : String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines)
    } catch {
      return "machine: \(script.path) cannot be run: \(error)"
    }
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips the test where no machine can boot, and prints why.
  static var onMachine: Self {
    .disabled(
      if: TestMachine.unavailability != nil, Comment(rawValue: TestMachine.unavailability ?? ""))
  }
}
