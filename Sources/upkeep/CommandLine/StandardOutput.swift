import Glibc
import Synchronization

/// The answer of a command, where no pager is wanted.
enum StandardOutput {
  private static let failed = Mutex<Int32>(0)

  /// Why the answer could not be written whole; nil if it was, or if its reader had enough.
  static var failure: ExitError? {
    let number = failed.withLock { $0 }
    guard number != 0 else { return nil }
    return ExitError("cannot write the answer: \(unsafe String(cString: strerror(number)))")
  }

  /// Notes that a write failed, for ``failure``; a reader that went away is no failure.
  static func noteFailure(_ number: Int32) {
    guard number != EPIPE else { return }
    failed.withLock { if $0 == 0 { $0 = number } }
  }

  /// Writes bytes.
  static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(1, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return noteFailure(count < 0 ? errno : EIO) }
      rest = rest.dropFirst(count)
    }
  }

  /// Writes text.
  static func write(_ text: String) { write(Array(text.utf8)) }
}
