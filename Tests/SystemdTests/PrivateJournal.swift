import Glibc

@testable import Systemd

/// A journal of the test's own: journald in a namespace that only this test writes to.
@LoopActor
final class PrivateJournal {
  nonisolated static let unavailability: String? =
    if geteuid() != 0 {
      "needs root"
    } else if unsafe access(program, X_OK) != 0 {
      "systemd-journald is not installed"
    } else if unsafe access("/etc/machine-id", R_OK) != 0 {
      "there is no /etc/machine-id"
    } else {
      nil
    }
  private nonisolated static let program = "/lib/systemd/systemd-journald"
  private static var count = 0

  /// The folder with its files.
  let directory: String
  private let daemon: Child
  private let name: String
  private let socket: String

  init() async throws {
    Self.count += 1
    let name = "upkeep\(getpid())x\(Self.count)"
    let socket = "/run/systemd/journal.\(name)/socket"
    (self.name, self.socket) = (name, socket)
    let silence = try Pipe()
    daemon = try Child([Self.program, name], output: silence.writeEnd)
    let machine = try Self.text(of: "/etc/machine-id")
    let folders = ["/var/log/journal", "/run/log/journal"].map { "\($0)/\(machine).\(name)" }
    // journald makes its sockets and files in its own time; nothing tells of the first file.
    let deadline = ContinuousClock.now + .seconds(10)
    var found: String?
    while found == nil, ContinuousClock.now < deadline {
      let isListening = unsafe access(socket, W_OK) == 0
      found = isListening ? folders.first { unsafe access("\($0)/system.journal", R_OK) == 0 } : nil
      if found == nil { try await EventLoop.main.sleep(for: .milliseconds(5)) }
    }
    guard let found else { throw NothingCame() }
    directory = found
  }

  func write(_ entry: JournalEntry) throws(SystemError) {
    try Datagram.send(
      entry.encoded, to: socket, patience: .seconds(5), reading: .zero, operation: "write to the journal at")
  }

  func end() async {
    try? daemon.watch.send(SIGKILL)
    _ = await daemon.watch.ended()
    for folder in [directory, "/run/systemd/journal.\(name)"] {
      guard let stream = unsafe opendir(folder) else { continue }
      while let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
        }
        _ = unsafe unlink("\(folder)/\(name)")
      }
      unsafe closedir(stream)
      _ = unsafe rmdir(folder)
    }
  }

  private static func text(of path: String) throws(SystemError) -> String {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    try checkErrno(file, "open", path)
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    try checkErrno(Int32(unsafe read(file, &bytes, 32)), "read", path)
    return String(decoding: bytes, as: UTF8.self)
  }
}
