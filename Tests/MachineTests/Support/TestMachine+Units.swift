import Foundation

/// What a test waited for did not happen in time.
struct NotInTime: Error, CustomStringConvertible {
  let awaited: String
  let last: String
  let journal: [JournalEntry]

  var description: String {
    "\(awaited) did not happen in time; last seen: \(last); the journal's end:\n"
      + journal.suffix(30).map(\.description).joined(separator: "\n")
  }
}

/// A process of a unit, numbered as inside the machine.
struct MachineProcess: Sendable, Equatable {
  let pid: Int32
  let parent: Int32
  /// As ps says: R, S, D, T (stopped), Z.
  let state: String
  let command: String
}

extension TestMachine {
  /// How long tests wait for what should come within a second or two; it only bounds a hang.
  static let patience = Duration.seconds(90)

  /// What `waitUntil` shows of a unit unless told otherwise.
  static let usualProperties = [
    "ActiveState", "SubState", "Result", "StatusText", "MainPID", "NRestarts", "ExecMainCode",
    "ExecMainStatus",
    "InvocationID",
  ]

  /// Writes `/etc/systemd/system/NAME` (a unit, or a drop-in such as `x.service.d/10.conf`).
  func install(unit name: String, _ text: String) async throws {
    try await write("/etc/systemd/system/\(name)", text)
  }

  func daemonReload() async throws {
    try await require(["systemctl", "daemon-reload"])
  }

  /// The unit's properties; those systemd does not know are missing.
  func show(_ unit: String, _ properties: [String] = usualProperties) async throws -> [String: String] {
    let shown = try await require(["systemctl", "show", unit, "-p", properties.joined(separator: ",")])
    var values: [String: String] = [:]
    for line in shown.stdout.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
    return values
  }

  /// Looks at the unit now and after every signal and journal line until `condition` holds; returns the
  /// properties that met it.
  /// - Throws: `NotInTime` with the last properties and the end of the journal.
  @discardableResult
  func waitUntil(
    _ unit: String, _ properties: [String] = usualProperties, within timeout: Duration = patience,
    where condition: ([String: String]) -> Bool
  ) async throws -> [String: String] {
    let deadline = ContinuousClock.now + timeout
    while true {
      let seen = await events.changes.count
      let values = try await show(unit, properties)
      if condition(values) { return values }
      guard await events.changes.wait(after: seen, until: deadline) else {
        throw NotInTime(
          awaited: "the awaited state of \(unit)", last: "\(values)",
          journal: await events.journal.filter { $0.concerns(unit) })
      }
    }
  }

  /// All entries of and about the unit so far, in order; complete, for journald is synchronised first.
  func journal(_ unit: String) async throws -> [JournalEntry] {
    try await require(["journalctl", "--sync"])
    let output = try await require(["journalctl", "--no-pager", "--all", "-o", "json", "-u", unit]).stdout
    return output.split(separator: "\n").compactMap { JournalEntry(json: Data($0.utf8)) }
  }

  /// Waits for the `number`th entry of or about the unit that meets `condition`, also if it came earlier.
  /// - Throws: `NotInTime` with the end of the journal.
  @discardableResult
  func waitForJournal(
    _ unit: String, number: Int = 1, within timeout: Duration = patience,
    where condition: (JournalEntry) -> Bool
  ) async throws -> JournalEntry {
    let deadline = ContinuousClock.now + timeout
    while true {
      let seen = await events.changes.count
      let entries = await events.journal.filter { $0.concerns(unit) }
      let matches = entries.filter(condition)
      if matches.count >= number { return matches[number - 1] }
      guard await events.changes.wait(after: seen, until: deadline) else {
        throw NotInTime(
          awaited: "the awaited line of \(unit)", last: "\(entries.count) lines", journal: entries)
      }
    }
  }

  /// Waits for the first entry of or about the unit whose message contains `text`, also if it came earlier.
  /// - Throws: `NotInTime` with the end of the journal.
  @discardableResult
  func waitForJournal(
    _ unit: String, containing text: String, within timeout: Duration = patience
  ) async throws -> JournalEntry {
    try await waitForJournal(unit, within: timeout) { $0.message.contains(text) }
  }

  /// All processes in the unit's control group and below.
  func processTree(_ unit: String) async throws -> [MachineProcess] {
    guard let group = try await show(unit, ["ControlGroup"])["ControlGroup"], !group.isEmpty else {
      return []
    }
    // A group that is gone meanwhile has no processes, and ps fails when all have ended.
    let listing = try await runDirectly([
      "sh", "-c",
      "ps -o pid=,ppid=,state=,args= -p \"$(find /sys/fs/cgroup\"$1\" -name cgroup.procs -exec cat {} + | paste -sd,)\"",
      "sh", group,
    ])
    return listing.stdout.split(separator: "\n").compactMap { line in
      let parts = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: true)
      guard parts.count == 4, let pid = Int32(parts[0]), let parent = Int32(parts[1]) else { return nil }
      return MachineProcess(pid: pid, parent: parent, state: String(parts[2]), command: String(parts[3]))
    }
  }

  /// Sends a signal, named without SIG, to a process of the machine.
  func signal(_ name: String, _ pid: some CustomStringConvertible) async throws {
    try await require(["kill", "-s", name, "\(pid)"])
  }
}
