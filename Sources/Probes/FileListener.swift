import Glibc
import Supervision
import Systemd

/// The heartbeats that a file's time of change shows.
final class FileListener: HeartbeatListener {
  /// Never called: nobody tells of a change.
  var onBeat: @LoopActor () -> Void = {}

  private let path: String
  private var heartbeat: FileHeartbeat?

  /// A listener to the file at `path`, which may be missing.
  init(path: String) { self.path = path }

  /// Makes ready for an instance; how old the file is does not matter.
  func prepare() {}

  /// Listens from now on.
  func listen() { heartbeat = (try? Self.look(at: path)).map { FileHeartbeat($0) } }

  /// Looks at the file.
  func look() -> HeartbeatSighting {
    do throws(SystemError) {
      let look = try Self.look(at: path)
      guard heartbeat != nil else {
        // It could not be looked at before, so nobody knows what has changed.
        heartbeat = FileHeartbeat(look)
        return .silent(for: .zero)
      }
      return heartbeat?.look(look) ?? .silent(for: .zero)
    } catch {
      return .unknown(ProbeText.printable("\(path): \(ProbeText.reason(errno: error.errno))"))
    }
  }

  private static func look(at path: String) throws(SystemError) -> FileHeartbeat.Look {
    var status = Glibc.stat()
    let result = unsafe stat(path, &status)
    let errno = Glibc.errno
    guard result == 0 || errno == ENOENT || errno == ENOTDIR else {
      throw SystemError(errno: errno, operation: "stat", subject: path)
    }
    let stamp = FileHeartbeat.Stamp(
      inode: UInt64(status.st_ino), modified: duration(status.st_mtim))
    return FileHeartbeat.Look(
      stamp: result == 0 ? stamp : nil, wall: clock(CLOCK_REALTIME), monotonic: clock(CLOCK_MONOTONIC))
  }

  private static func clock(_ id: clockid_t) -> Duration {
    var time = timespec()
    unsafe clock_gettime(id, &time)
    return duration(time)
  }

  private static func duration(_ time: timespec) -> Duration {
    .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
