import Foundation
import Glibc

/// Follows a machine's journal and its manager's signals, so that tests wait for events instead of polling.
actor MachineEvents {
  nonisolated let changes = Changes()
  private(set) var journal: [JournalEntry] = []

  /// Starts both followers; they end with the machine.
  static func follow(machine: URL, name: String, initPID: Int32) throws -> MachineEvents {
    let events = MachineEvents()
    try events.followJournal(machine: machine, name: name)
    try events.followManager(socket: "/proc/\(initPID)/root/run/systemd/private")
    return events
  }

  private func append(_ entries: [JournalEntry]) async {
    journal += entries
    await changes.advance()
  }

  private nonisolated func followJournal(machine: URL, name: String) throws {
    let process = Process()
    process.executableURL = machine
    process.arguments = ["-n", name, "raw", "journalctl", "-f", "-n", "all", "-o", "json", "--all"]
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    Thread.detachNewThread {
      var buffer = Data()
      while let data = Self.read(pipe.fileHandleForReading) {
        buffer += data
        let lines = buffer.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        buffer = Data(lines.last ?? Data())
        let entries = lines.dropLast().compactMap { JournalEntry(json: Data($0)) }
        if !entries.isEmpty { Task { await self.append(entries) } }
      }
    }
  }

  /// Connects to the manager's private socket, on which it sends every signal to everyone, unasked.
  ///
  /// What the signals say does not matter here: each means "look again".
  private nonisolated func followManager(socket path: String) throws {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw POSIXError(.EMFILE) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8.prefix(107)) }
    let connected = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard connected == 0 else {
      close(descriptor)
      throw POSIXError(.ECONNREFUSED)
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // The whole of D-Bus authentication in one go: a zero byte, user 0 by the socket's credentials, begin.
    let greeting = Array("\0AUTH EXTERNAL 30\r\nNEGOTIATE_UNIX_FD\r\nBEGIN\r\n".utf8)
    let sent = unsafe send(descriptor, greeting, greeting.count, Int32(MSG_NOSIGNAL))
    guard sent == greeting.count else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    Thread.detachNewThread {
      while Self.read(handle) != nil {
        Task { await self.changes.advance() }
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
