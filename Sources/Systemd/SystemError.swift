import CSystemd
import Glibc

/// A failure reported by libsystemd or the kernel: the `errno` value, the call that returned it and what it
/// was about.
public struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The positive error number, such as `ENOENT`.
  public let errno: Int32
  /// The call that failed, such as `sd_bus_open_system`.
  public let operation: String
  /// The value that the call was about, such as a path; empty where there is none.
  public let subject: String

  /// Describes the failure of `operation` on `subject`.
  public init(errno: Int32, operation: String, subject: String = "") {
    self.errno = errno
    self.operation = operation
    self.subject = subject
  }

  /// A line such as `open /etc/app.conf: Permission denied`.
  public var description: String {
    let reason = unsafe String(cString: strerror(errno))
    return subject.isEmpty ? "\(operation): \(reason)" : "\(operation) \(subject): \(reason)"
  }
}

/// Turns libsystemd's "negative errno" convention into a typed throw.
@discardableResult
package func check(
  _ result: Int32, _ operation: String, _ subject: String = ""
) throws(SystemError) -> Int32 {
  guard result >= 0 else { throw SystemError(errno: -result, operation: operation, subject: subject) }
  return result
}

/// Turns the C library's "-1 and errno" convention into a typed throw.
@discardableResult
package func checkErrno(
  _ result: Int32, _ operation: String, _ subject: String = ""
) throws(SystemError) -> Int32 {
  guard result >= 0 else { throw SystemError(errno: Glibc.errno, operation: operation, subject: subject) }
  return result
}
