import Foundation

/// A unit whose main process is `upkeep-run`, most often around the program `subject`.
///
/// Its name is also that of its folder in /run, where tests put what it needs.
struct TestService: Sendable {
  /// `systemctl show` after a word of the unit's state that tests ask for most.
  static let properties = ["ActiveState", "SubState", "Result", "StatusText", "MainPID", "NRestarts"]

  let machine: TestMachine
  /// The unit's name without its suffix.
  let name: String
  /// The unit's name.
  var unit: String { "\(name).service" }
  /// A FIFO in which `subject wait:FIFO` waits for ``open()``.
  var gate: String { "/run/\(name).gate" }

  /// Installs a unit; it is new, so systemd needs no daemon-reload to find it.
  ///
  /// `subject` carries out the `steps`; without any, `service` has an ExecStart= of its own. `flags` are options of
  /// `upkeep-run`; `service`, `policy` and `unit` are lines of [Service], [X-Upkeep] and [Unit]. `GATE` stands for
  /// the path of the service's gate everywhere.
  init(
    _ name: String, on machine: TestMachine, steps: String?, flags: String = "", service: String = "",
    policy: String = "", unit: String = ""
  ) async throws {
    self.machine = machine
    self.name = name
    let command = steps.map { "ExecStart=\(Self.command($0, flags: flags))" } ?? ""
    let text = """
      [Unit]
      StartLimitIntervalSec=0
      \(unit)
      [Service]
      Type=notify
      \(command)
      \(service)
      [X-Upkeep]
      \(policy)
      """
    try await machine.require(["mkfifo", "-m", "666", gate])
    try await machine.install(unit: self.unit, text.replacing("GATE", with: gate))
  }

  /// The command line of an `upkeep-run` around `subject`.
  static func command(_ steps: String, flags: String = "") -> String {
    "\(TestMachine.runner) \(flags) -- \(TestMachine.programs)/subject \(steps)"
  }

  // MARK: Acting

  /// Starts the unit and waits until systemd regards it as started.
  func start() async throws { try await machine.require(["systemctl", "start", unit]) }

  /// Asks systemd to start the unit and does not wait.
  func startLater() async throws { try await machine.require(["systemctl", "start", "--no-block", unit]) }

  /// Stops the unit and waits until it is.
  func stop() async throws { try await machine.require(["systemctl", "stop", unit]) }

  /// Lets one `subject wait:GATE` go on.
  func open() async throws { try await machine.require(["sh", "-c", "echo >\(gate)"]) }

  /// Sends a signal, named without SIG, to `upkeep-run`.
  func signalRunner(_ name: String) async throws {
    try await machine.require(["systemctl", "kill", "--kill-whom=main", "-s", "SIG\(name)", unit])
  }

  // MARK: Looking

  /// Waits until the unit's properties meet `condition`.
  @discardableResult
  func waitUntil(
    within timeout: Duration = TestMachine.patience, where condition: ([String: String]) -> Bool
  ) async throws -> [String: String] {
    try await machine.waitUntil(unit, Self.properties, within: timeout, where: condition)
  }

  /// Waits until the unit's status text contains `text`; returns all of it.
  @discardableResult
  func status(containing text: String) async throws -> String {
    try await waitUntil { $0["StatusText"]?.contains(text) == true }["StatusText"] ?? ""
  }

  /// Waits for the `number`th event of a kind (the UPKEEP_EVENT field), counted from 1.
  @discardableResult
  func event(
    _ kind: String, _ number: Int = 1, within timeout: Duration = TestMachine.patience
  ) async throws -> JournalEntry {
    try await machine.waitForJournal(unit, number: number, within: timeout) { $0.event == kind }
  }

  /// Waits for the `number`th line of the journal that contains `text`, counted from 1.
  @discardableResult
  func line(_ text: String, _ number: Int = 1, within timeout: Duration = TestMachine.patience) async throws
    -> String
  {
    try await machine.waitForJournal(unit, number: number, within: timeout) { $0.message.contains(text) }
      .message
  }

  /// The kinds of all events so far, in order.
  func events() async throws -> [String] { try await machine.journal(unit).compactMap(\.event) }

  /// The kinds of all events of the service's life so far, in order: without the reports of crashes, which take their
  /// time, and the verdicts of single probes.
  func moves() async throws -> [String] {
    try await events().filter { $0 != "crashed" && $0 != "probeFlipped" }
  }

  /// The PID of the `number`th instance, counted from 1, once it runs.
  func child(_ number: Int = 1) async throws -> Int32 {
    Int32(try await event("started", number).fields["CHILD_PID"] ?? "") ?? 0
  }

  /// Whether a process of the machine exists.
  func exists(_ pid: some CustomStringConvertible) async throws -> Bool {
    try await machine.runDirectly(["test", "-d", "/proc/\(pid)"]).succeeded
  }
}

extension JournalEntry {
  /// The kind of an event of `upkeep-run`; nil for all other entries.
  var event: String? { fields["UPKEEP_EVENT"] }
}
