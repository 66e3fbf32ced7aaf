import Glibc
import Presentation
import Systemd

/// The terminal as a whole screen with single keys. It is put back as it was on every way out: ``leave()``, the end of
/// the process, Ctrl-Z, and a crash.
@LoopActor
final class RawTerminal {
  /// After a lone Escape so much time without another byte makes it the key.
  private static let escapeTime = Duration.milliseconds(50)

  private let onKey: @LoopActor (Key) -> Void
  private let onChange: @LoopActor () -> Void
  private let onEnd: @LoopActor () -> Void
  private var keys: DescriptorSource?
  private var signals: [SignalSource] = []
  private var timer: TimerSource?
  private var reader = KeyReader()
  private var update = ScreenUpdate()

  /// Takes the terminal of standard input and output.
  ///
  /// - Parameters:
  ///   - onKey: gets each key.
  ///   - onChange: has to draw: the size may be another one, or the program was stopped and goes on.
  ///   - onEnd: the terminal is gone.
  /// - Throws: what a terminal cannot do.
  init(
    onKey: @escaping @LoopActor (Key) -> Void, onChange: @escaping @LoopActor () -> Void,
    onEnd: @escaping @LoopActor () -> Void
  ) throws(SystemError) {
    self.onKey = onKey
    self.onChange = onChange
    self.onEnd = onEnd
    // Before the screen changes: what fails here leaves it alone.
    keys = try DescriptorSource(0, for: .readable) { [unowned self] in read($0) }
    signals = [
      try SignalSource(SIGWINCH) { [unowned self] _ in change() },
      try SignalSource(SIGTSTP) { [unowned self] _ in stop() },
      try SignalSource(SIGCONT) { [unowned self] _ in enter() },
    ]
    timer = TimerSource { [unowned self] in flush() }
    TerminalRescue.prepare()
    enter()
  }

  /// The columns and rows; 80 and 24 where nobody knows.
  var size: (width: Int, height: Int) {
    var size = winsize()
    guard unsafe ioctl(1, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return (80, 24)
    }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Shows these lines. While a person has stopped the output with Ctrl-S, nothing is written.
  func draw(_ lines: [String]) {
    guard TerminalRescue.hasRoom else { return }
    TerminalRescue.write(update.text(for: lines))
  }

  /// Writes all of the screen with the next ``draw(_:)``.
  func forget() { update.forget() }

  /// Puts the terminal back.
  func leave() {
    keys?.cancel()
    signals = []
    timer?.disarm()
    TerminalRescue.restore()
  }

  // MARK: Steps

  private func enter() {
    TerminalRescue.begin()
    update.forget()
    onChange()
  }

  private func change() {
    update.forget()
    onChange()
  }

  /// Ctrl-Z: stops as a program does that knows nothing of it, with the terminal as it was.
  private func stop() {
    TerminalRescue.restore()
    kill(getpid(), SIGSTOP)
  }

  private func read(_ events: DescriptorEvents) {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe Glibc.read(0, &bytes, bytes.count)
    if count > 0 {
      take(reader.read(bytes.prefix(count)))
      if reader.isPending { timer?.arm(after: Self.escapeTime) }
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) || events.contains(.hangUp) {
      keys?.cancel()
      onEnd()
    }
  }

  private func flush() { take(reader.flush()) }

  private func take(_ keys: [Key]) {
    timer?.disarm()
    for key in keys { onKey(key) }
  }
}
