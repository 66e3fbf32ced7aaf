import Foundation
import Glibc

/// A program on a pseudo terminal of its own, and what a person at it would see.
actor HostTerminal {
  private let changes = Changes()
  private let master: Int32
  private let process: HostProcess
  private var screen: TerminalPicture
  private var bytes: [UInt8] = []

  /// Starts a command of a machine on a terminal of a size.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments.
  ///   - machine: where it runs.
  ///   - width: the columns.
  ///   - height: the rows.
  ///   - environment: variables beside `TERM`, as `NAME=value`.
  /// - Throws: why there is no terminal, or why the program cannot be started.
  init(
    _ command: [String], on machine: TestMachine, width: Int = 80, height: Int = 24,
    environment: [String] = ["LANG=C.UTF-8"]
  ) throws {
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(width), UInt16(height))
    var (master, slave) = (Int32(-1), Int32(-1))
    guard unsafe openpty(&master, &slave, nil, nil, &size) == 0 else {
      throw CommandFailure(
        command: ["openpty"], result: CommandResult(status: errno, stdout: "", stderr: ""))
    }
    _ = fcntl(master, F_SETFD, FD_CLOEXEC)
    _ = fcntl(slave, F_SETFD, FD_CLOEXEC)
    defer { close(slave) }
    // A session of its own, so that keys send signals.
    process = try HostProcess(
      ["setsid", "--ctty", "--wait", TestMachine.script.path, "-n", machine.name, "raw", "env", "TERM=xterm"]
        + environment + command,
      input: slave, output: slave, errors: slave)
    self.master = master
    screen = TerminalPicture(width: width, height: height)
    Thread.detachNewThread { [self, master] in
      var bytes = [UInt8](repeating: 0, count: 65536)
      while true {
        // At the end of the program it is EIO.
        let count = unsafe read(master, &bytes, bytes.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        let new = Array(bytes.prefix(count))
        Task { await self.take(new) }
      }
    }
  }

  private func take(_ new: [UInt8]) async {
    bytes += new
    screen.take(new)
    await changes.advance()
  }

  // MARK: Looking

  /// What the program has written, byte by byte.
  var written: [UInt8] { bytes }

  /// Waits until the screen meets a condition; returns its rows.
  @discardableResult
  func waitUntil(
    _ awaited: String, within timeout: Duration = TestMachine.patience,
    _ condition: (TerminalPicture) -> Bool
  ) async throws -> TerminalPicture {
    let deadline = ContinuousClock.now + timeout
    while true {
      let seen = await changes.count
      if condition(screen) { return screen }
      guard await changes.wait(after: seen, until: deadline) else {
        throw NotInTime(
          awaited: "\(awaited) on the terminal", last: screen.rows.joined(separator: "\n"), journal: [])
      }
    }
  }

  /// Waits until a text is on the screen; returns its rows.
  @discardableResult
  func wait(for text: String) async throws -> [String] {
    try await waitUntil("'\(text)'") { $0.rows.contains { $0.contains(text) } }.rows
  }

  /// Whether lines are edited and echoed, as a shell leaves the terminal.
  var isCooked: Bool {
    var mode = termios()
    guard unsafe tcgetattr(master, &mode) == 0 else { return false }
    return mode.c_lflag & tcflag_t(ICANON) != 0 && mode.c_lflag & tcflag_t(ECHO) != 0
  }

  // MARK: Acting

  /// Types keys.
  func type(_ keys: String) {
    let bytes = Array(keys.utf8)
    _ = unsafe write(master, bytes, bytes.count)
  }

  /// Gives the terminal another size.
  func resize(width: Int, height: Int) {
    var size = winsize()
    (size.ws_col, size.ws_row) = (UInt16(width), UInt16(height))
    _ = unsafe ioctl(master, UInt(TIOCSWINSZ), &size)
    screen.resize(width: width, height: height)
  }

  /// Waits for the end of the program: its exit status.
  func end() async -> Int32 { await process.ended() }

  /// Kills what is left, with all that it has started on the terminal.
  func kill() {
    // The terminal's end hangs up its session.
    close(master)
  }
}
