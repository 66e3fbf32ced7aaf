import Foundation
import Glibc

/// Follows a machine's journal and its manager's signals, so that tests wait for events instead of polling.
actor MachineEvents {
  nonisolated let changes = Changes()
  private(set) var journal: [JournalEntry] = []

  /// How often the manager has sent signals.
  private(set) var signals = 0

  /// Starts both followers, which end with the machine; returns when the manager is being watched.
  static func follow(machine: URL, name: String) async throws -> MachineEvents {
    let events = MachineEvents()
    try start(machine, ["-n", name, "raw", "journalctl", "-f", "-n", "all", "-o", "json", "--all"]) { lines in
      let entries = lines.compactMap(JournalEntry.init(json:))
      Task { await events.append(entries) }
    }
    try start(machine, ["-n", name, "watch"]) { _ in
      Task { await events.countSignal() }
    }
    let deadline = ContinuousClock.now + TestMachine.patience
    while await events.signals == 0 {
      let seen = await events.changes.count
      guard await events.signals == 0 else { break }
      guard await events.changes.wait(after: seen, until: deadline) else {
        throw NotInTime(awaited: "watching the manager", last: "no word", journal: await events.journal)
      }
    }
    return events
  }

  private func append(_ entries: [JournalEntry]) async {
    journal += entries
    await changes.advance()
  }

  private func countSignal() async {
    signals += 1
    await changes.advance()
  }

  /// Runs the script and hands over its lines, on a thread of their own, until it ends.
  private static func start(
    _ script: URL, _ arguments: [String], onLines: @escaping @Sendable ([Data]) -> Void
  ) throws {
    let pipe = Pipe()
    _ = try HostProcess([script.path] + arguments, output: pipe.fileHandleForWriting.fileDescriptor)
    try pipe.fileHandleForWriting.close()
    Thread.detachNewThread {
      var buffer = Data()
      while let data = read(pipe.fileHandleForReading) {
        buffer += data
        let lines = buffer.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        buffer = Data(lines.last ?? Data())
        if lines.count > 1 { onLines(lines.dropLast().map { Data($0) }) }
      }
    }
  }

  /// Blocks for the next bytes; nil at the end, and also after an error, as when the machine is killed, where
  /// FileHandle's own reading would trap.
  private static func read(_ handle: FileHandle) -> Data? {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = unsafe Glibc.read(handle.fileDescriptor, &bytes, bytes.count)
    return count > 0 ? Data(bytes.prefix(count)) : nil
  }
}
