import Glibc
import Processes
import Supervision
import Systemd

/// The heartbeats that come as lines through a FIFO.
///
/// It is open for writing too, so that it has no end when the service closes it. What a line says does not matter.
/// A writer that never stops is heard ten times a second, and has to wait in between.
final class FIFOListener: HeartbeatListener {
  /// How much is read at once: what a FIFO holds.
  private static let chunk = 65536
  /// How soon after one look another one is made because there is something to read.
  static let rest = Duration.milliseconds(100)

  /// Called when a heartbeat was heard.
  var onBeat: @LoopActor () -> Void = {}

  private let path: String
  private let runtimeDirectories: [String]
  private let owner: Identity?
  private var descriptor: Int32 = -1
  private var source: DescriptorSource?
  private var timer: TimerSource?
  private var lastRead: SuspendingClock.Instant?
  private var time = BeatTime()
  private var trouble = ""

  /// A listener to the FIFO at `path`.
  ///
  /// - Parameters:
  ///   - path: an absolute path.
  ///   - runtimeDirectories: the folders in which it is made if it is missing.
  ///   - owner: whose it is then; nil for the present user.
  init(path: String, runtimeDirectories: [String], owner: Identity?) {
    self.path = path
    self.runtimeDirectories = runtimeDirectories
    self.owner = owner
    timer = TimerSource(accuracy: Self.rest / 4) { [unowned self] in watch(for: .readable) }
  }

  isolated deinit { close() }

  /// Opens the FIFO, anew if another is there by now, and drops what is in it.
  func prepare() {
    close()
    open()
    _ = read()
  }

  /// Listens from now on.
  func listen() {
    if descriptor < 0 { open() }
    _ = read()
    time = BeatTime()
  }

  /// Reads what is there, and tells when the last line came.
  func look() -> HeartbeatSighting {
    if descriptor < 0 {
      open()
      time = BeatTime()
    }
    guard descriptor >= 0 else { return .unknown(trouble) }
    if read() { time.beat() }
    return time.sighting
  }

  // MARK: Opening

  private func open() {
    descriptor = -1
    make()
    do throws(SystemError) {
      // Not through a symbolic link, which the service could point at something else.
      let opened = unsafe Glibc.open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW)
      guard opened >= 0 else { throw SystemError(errno: errno, operation: "open", subject: path) }
      descriptor = opened
      var status = Glibc.stat()
      guard unsafe fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else {
        close()
        trouble = ProbeText.printable("\(path) is no FIFO")
        return
      }
      // Behind everything else, because the service can keep it busy.
      source = try DescriptorSource(opened, for: .readable, priority: 10) { [unowned self] _ in hear() }
    } catch {
      close()
      let reason = error.errno == ENOENT ? "there is no such FIFO" : ProbeText.reason(errno: error.errno)
      trouble = ProbeText.printable("\(path): \(reason)")
    }
  }

  /// Makes the FIFO if it is missing in one of the folders that systemd made for the service.
  private func make() {
    let cut = path.lastIndex(of: "/") ?? path.startIndex
    let name = String(path[path.index(after: cut)...])
    guard runtimeDirectories.contains(String(path[..<cut])), !name.isEmpty else { return }
    let folder = unsafe Glibc.open(String(path[..<cut]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return }
    defer { Glibc.close(folder) }
    // One that is there already, and a folder that cannot be written to, show when it is opened.
    guard unsafe mkfifoat(folder, name, 0o600) == 0, let owner else { return }
    unsafe fchownat(folder, name, owner.uid, owner.gid, AT_SYMLINK_NOFOLLOW)
  }

  private func close() {
    source?.cancel()
    source = nil
    timer?.disarm()
    if descriptor >= 0 { Glibc.close(descriptor) }
    descriptor = -1
  }

  // MARK: Reading

  private func hear() {
    let now = SuspendingClock.now
    if let lastRead, now - lastRead < Self.rest {
      watch(for: [])
      timer?.arm(after: Self.rest)
    }
    guard read() else { return }
    time.beat()
    onBeat()
  }

  private func watch(for events: DescriptorEvents) {
    // What cannot be watched any more is looked at when it is time.
    try? source?.watch(for: events)
  }

  /// Takes what is there; returns whether a line was among it.
  private func read() -> Bool {
    guard descriptor >= 0 else { return false }
    lastRead = .now
    return unsafe withUnsafeTemporaryAllocation(byteCount: Self.chunk, alignment: 1) { buffer in
      let count = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      guard count > 0 else { return false }
      return unsafe buffer[..<count].contains(UInt8(ascii: "\n"))
    }
  }
}
