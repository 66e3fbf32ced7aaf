import Glibc
import Inspection
import Systemd

/// The right to try things with a unit, which one process has at a time, and what the unit was before.
///
/// The kernel gives it back when that process ends, however it does. The file's content says whether the unit was up.
final class TrialLock: Sendable {
  private static let folder = "/run/upkeep/harden"

  private let descriptor: Int32
  private let path: String

  private init(_ descriptor: Int32, _ path: String) {
    self.descriptor = descriptor
    self.path = path
  }

  deinit { close(descriptor) }

  /// Takes the lock of a unit.
  ///
  /// - Parameters:
  ///   - unit: its primary name.
  ///   - waits: whether to block until another process has given it back.
  /// - Returns: nil if another process has it. With `waits`, also if that process has removed it: all is well then.
  /// - Throws: why the file cannot be made or locked.
  static func take(_ unit: String, waits: Bool = false) throws(SystemError) -> TrialLock? {
    try TextFile.makeFolders(folder)
    let path = "\(folder)/\(unit)"
    while true {
      let flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (waits ? 0 : O_CREAT)
      let file = unsafe open(path, flags, 0o600)
      if file < 0, waits, errno == ENOENT { return nil }
      guard file >= 0 else { throw SystemError(errno: errno, operation: "open", subject: path) }
      var result: Int32
      repeat { result = flock(file, LOCK_EX | (waits ? 0 : LOCK_NB)) } while result < 0 && errno == EINTR
      guard result == 0 else {
        let number = errno
        close(file)
        if number == EWOULDBLOCK { return nil }
        throw SystemError(errno: number, operation: "lock", subject: path)
      }
      // Its last owner may have removed it meanwhile.
      if isSame(file, path) { return TrialLock(file, path) }
      close(file)
      if waits { return nil }
    }
  }

  /// Whether the unit was up before the first trial; nil if nobody has said so, because none has begun.
  var wasUp: Bool? {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    return count > 0 ? bytes[0] == UInt8(ascii: "u") : nil
  }

  /// Says what the unit was, for whoever has to clean up.
  func note(wasUp: Bool) throws(SystemError) {
    let bytes = Array((wasUp ? "up\n" : "down\n").utf8)
    try checkErrno(ftruncate(descriptor, 0), "write", path)
    try checkErrno(Int32(unsafe pwrite(descriptor, bytes, bytes.count, 0)), "write", path)
  }

  /// Gives it back for good: whoever waits for it learns that nothing is left to do.
  func remove() {
    _ = unsafe unlink(path)
  }

  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var (own, there) = (stat(), stat())
    guard unsafe fstat(file, &own) == 0, unsafe stat(path, &there) == 0 else { return false }
    return own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }
}
