import Glibc
import Presentation

/// The terminal's former state, kept where a signal handler and the end of the process find it.
///
/// One thread uses it, and handlers on that thread.
enum TerminalRescue {
  nonisolated(unsafe) private static var saved = termios()
  nonisolated(unsafe) private static var isSaved = false
  nonisolated(unsafe) private static var isActive = false
  // Made before a handler needs it, which must not allocate.
  nonisolated(unsafe) private static var end: [UInt8] = []

  /// Restores the terminal also if the process ends or crashes; once.
  static func prepare() {
    guard unsafe end.isEmpty else { return }
    unsafe end = Array(ScreenUpdate.end.utf8)
    atexit { TerminalRescue.restore() }
    for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
      signal(number) { number in
        TerminalRescue.restore()
        signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// Single keys, no echo, and the other screen; signals of keys stay.
  static func begin() {
    guard unsafe !isActive else { return }
    unsafe isSaved = unsafe tcgetattr(0, &saved) == 0
    guard unsafe isSaved else { return }
    var raw = unsafe saved
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | IEXTEN)
    raw.c_iflag &= ~tcflag_t(ICRNL | INLCR)
    unsafe withUnsafeMutableBytes(of: &raw.c_cc) { characters in
      unsafe characters[Int(VMIN)] = 1
      unsafe characters[Int(VTIME)] = 0
    }
    unsafe isActive = true
    unsafe tcsetattr(0, TCSADRAIN, &raw)
    write(ScreenUpdate.begin)
  }

  /// Puts all back as it was; nothing if it is.
  static func restore() {
    guard unsafe isActive else { return }
    unsafe isActive = false
    // Output that was stopped with Ctrl-S would keep us here.
    if !hasRoom { tcflow(1, TCOON) }
    unsafe end.withUnsafeBytes { unsafe writeAll($0) }
    unsafe tcsetattr(0, TCSANOW, &saved)
  }

  /// Whether something can be written without a wait.
  static var hasRoom: Bool {
    var output = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
    return unsafe poll(&output, 1, 0) > 0 && output.revents & Int16(POLLOUT) != 0
  }

  /// Writes to the terminal; one that is gone takes nothing.
  static func write(_ text: String) {
    guard !text.isEmpty else { return }
    var text = text
    text.withUTF8 { unsafe writeAll(UnsafeRawBufferPointer($0)) }
  }

  private static func writeAll(_ bytes: UnsafeRawBufferPointer) {
    var rest = unsafe bytes
    while unsafe !rest.isEmpty {
      let count = unsafe Glibc.write(1, rest.baseAddress, rest.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
    }
  }
}
