import Glibc
import Supervision
import Systemd
import TestSupport
import Testing

@testable import Probes

/// A folder of a test's own.
private struct Folder: ~Copyable {
  let path: String

  init() {
    var template = Array("/tmp/upkeep-heartbeat-XXXXXX".utf8CString)
    _ = unsafe mkdtemp(&template)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit {
    for name in ["beat", "other"] { unsafe unlink("\(path)/\(name)") }
    unsafe rmdir(path)
  }

  func write(_ text: String, to name: String = "beat", _ flags: Int32 = O_WRONLY | O_CREAT | O_TRUNC) {
    let file = unsafe open("\(path)/\(name)", flags | O_CLOEXEC | O_NONBLOCK, 0o600)
    let bytes = Array(text.utf8)
    _ = unsafe Glibc.write(file, bytes, bytes.count)
    close(file)
  }
}

extension HeartbeatSighting {
  fileprivate var kind: String {
    switch self {
    case .heard: "heard"
    case .silent: "silent"
    case .unknown(let reason): reason
    }
  }
}

@Suite(.onLoop)
struct HeartbeatListenerTests {
  @Test("a file is heard when it is written to, not when it is old")
  @LoopActor
  func file() {
    let folder = Folder()
    folder.write("a")
    let listener = FileListener(path: "\(folder.path)/beat")
    listener.listen()
    #expect(listener.look().kind == "silent")
    var times = [timespec(tv_sec: 1, tv_nsec: 0), timespec(tv_sec: 1, tv_nsec: 0)]
    unsafe utimensat(AT_FDCWD, "\(folder.path)/beat", &times, 0)
    #expect(listener.look().kind == "heard")
    listener.listen()
    #expect(listener.look().kind == "silent")
    unsafe unlink("\(folder.path)/beat")
    #expect(listener.look().kind == "silent")
    folder.write("b")
    #expect(listener.look().kind == "heard")
  }

  @Test("a path that is not to be reached is unknown, and nothing is taken for a change when it is")
  @LoopActor
  func unreachable() {
    let folder = Folder()
    unsafe symlink("other", "\(folder.path)/other")
    let listener = FileListener(path: "\(folder.path)/other")
    listener.listen()
    #expect(listener.look().kind == "\(folder.path)/other: too many levels of symbolic links")
    unsafe unlink("\(folder.path)/other")
    folder.write("a", to: "other")
    #expect(listener.look().kind == "silent")
    #expect(listener.look().kind == "silent")
  }

  @Test("a FIFO is made in the runtime directory alone, and heard by lines")
  @LoopActor
  func fifo() {
    let folder = Folder()
    let path = "\(folder.path)/beat"
    let stranger = FIFOListener(path: path, runtimeDirectories: ["/tmp", "\(folder.path)/"], owner: nil)
    stranger.prepare()
    stranger.listen()
    #expect(stranger.look().kind == "\(path): there is no such FIFO")

    let listener = FIFOListener(path: path, runtimeDirectories: ["/tmp", folder.path], owner: nil)
    listener.prepare()
    var status = stat()
    #expect(unsafe lstat(path, &status) == 0 && status.st_mode == S_IFIFO | 0o600)
    listener.listen()
    #expect(listener.look().kind == "silent")
    folder.write("no end", O_WRONLY)
    #expect(listener.look().kind == "silent")
    folder.write("\n", O_WRONLY)
    #expect(listener.look().kind == "heard")
    // What an earlier instance has left in it is not heard.
    folder.write("old\n", O_WRONLY)
    listener.prepare()
    listener.listen()
    #expect(listener.look().kind == "silent")
    // Once it is there, one that may not make it hears too.
    #expect(stranger.look().kind == "silent")
  }

  @Test("what is no FIFO, or hides behind a link, is not listened to")
  @LoopActor
  func noFIFO() {
    let folder = Folder()
    folder.write("x\n")
    let listener = FIFOListener(path: "\(folder.path)/beat", runtimeDirectories: [folder.path], owner: nil)
    listener.prepare()
    listener.listen()
    #expect(listener.look().kind == "\(folder.path)/beat is no FIFO")
    unsafe symlink("\(folder.path)/beat", "\(folder.path)/other")
    let link = FIFOListener(path: "\(folder.path)/other", runtimeDirectories: [folder.path], owner: nil)
    link.listen()
    #expect(link.look().kind == "\(folder.path)/other: too many levels of symbolic links")
  }

  @Test("a writer that never stops is heard ten times a second at most")
  @LoopActor
  func flood() async {
    let folder = Folder()
    let path = "\(folder.path)/beat"
    let listener = FIFOListener(path: path, runtimeDirectories: [folder.path], owner: nil)
    listener.prepare()
    listener.listen()
    let writer = unsafe open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
    defer { close(writer) }
    let lines = [UInt8](repeating: UInt8(ascii: "\n"), count: 65536)
    let begin = SuspendingClock.now
    var beats = 0
    await withCheckedContinuation { (done: CheckedContinuation<Void, Never>) in
      listener.onBeat = {
        beats += 1
        // Full again at once, whatever was read.
        while unsafe write(writer, lines, lines.count) > 0 {}
        if beats == 6 { done.resume() }
      }
      _ = unsafe write(writer, lines, lines.count)
    }
    // Two come at once at first, and again after a turn of the loop that took longer than a rest; no three ever do.
    #expect(SuspendingClock.now - begin >= FIFOListener.rest * 2)
  }

  @Test("WATCHDOG=1 is heard when it is told of")
  @LoopActor
  func notifications() {
    let listener = NotificationListener(isReachable: true)
    listener.prepare()
    listener.listen()
    var beats = 0
    listener.onBeat = { beats += 1 }
    #expect(listener.look().kind == "silent")
    listener.beat()
    #expect(listener.look().kind == "heard" && beats == 1)
    listener.listen()
    #expect(listener.look().kind == "silent")
    #expect(
      NotificationListener(isReachable: false).look().kind.hasPrefix("the service has no NOTIFY_SOCKET"))
  }
}
