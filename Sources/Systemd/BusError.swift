import CSystemd
import Glibc

/// Why a call over the bus failed: the other side's D-Bus error or a local failure.
public struct BusError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The D-Bus name, such as `org.freedesktop.systemd1.NoSuchUnit`.
  public let name: String
  /// The other side's explanation for people; may be empty.
  public let message: String
  /// The nearest positive error number, `EIO` where libsystemd knows none.
  public let errno: Int32

  /// Describes an error.
  public init(name: String, message: String, errno: Int32) {
    self.name = name
    self.message = message
    self.errno = errno
  }

  /// A local failure under the name that D-Bus has for its error number.
  public init(_ error: SystemError) {
    var named = unsafe sd_bus_error()
    unsafe sd_bus_error_set_errno(&named, error.errno)
    defer { unsafe sd_bus_error_free(&named) }
    let name = unsafe named.name.map { unsafe String(cString: $0) }
    self.init(
      name: name ?? "org.freedesktop.DBus.Error.Failed", message: error.description, errno: error.errno)
  }

  @unsafe init(copying error: UnsafePointer<sd_bus_error>) {
    let name = unsafe error.pointee.name.map { unsafe String(cString: $0) }
    let message = unsafe error.pointee.message.map { unsafe String(cString: $0) }
    let number = unsafe sd_bus_error_get_errno(error)
    self.init(
      name: name ?? "org.freedesktop.DBus.Error.Failed", message: message ?? "",
      errno: number > 0 ? number : EIO)
  }

  /// Whether no answer came in time.
  public var isTimeout: Bool { errno == ETIMEDOUT }
  /// Whether the calling task was cancelled.
  public var isCancelled: Bool { errno == ECANCELED }

  /// The name and the message.
  public var description: String { message.isEmpty ? name : "\(name): \(message)" }
}

/// Runs libsystemd calls whose failure is a failure of the bus.
func asBusError<Value: ~Copyable>(_ body: () throws(SystemError) -> Value) throws(BusError) -> Value {
  do throws(SystemError) { return try body() } catch { throw BusError(error) }
}
