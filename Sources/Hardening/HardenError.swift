import Systemd
import SystemdManager

/// Why a service could not be hardened; the unit is back in its old state then, unless the message says otherwise.
package struct HardenError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kinds of reasons, which a program tells by its exit status.
  package enum Code: Sendable, Hashable {
    /// It was tried and did not work out.
    case failed
    /// What was asked for cannot be done with this unit.
    case unusable
    /// The right is missing.
    case notPermitted
    /// There is no such unit.
    case noSuchUnit
    /// Somebody wanted it to end.
    case cancelled
  }

  /// The kind.
  package let code: Code
  /// A sentence for people.
  package let message: String
  /// Whether the unit could not be put back, so that its guard has to go on trying.
  let leavesWork: Bool

  /// Describes a reason.
  package init(_ code: Code, _ message: String) { self.init(code, message, leavesWork: false) }

  init(_ code: Code, _ message: String, leavesWork: Bool) {
    self.code = code
    self.message = message
    self.leavesWork = leavesWork
  }

  /// What the bus says while `operation` was under way.
  init(_ error: BusError, _ operation: String) {
    if error.isCancelled || Task.isCancelled {
      self.init(.cancelled, "interrupted")
    } else if error.isAccessDenied {
      self.init(.notPermitted, "cannot \(operation): \(error); run it as root")
    } else if error.isNoSuchUnit {
      self.init(.noSuchUnit, "cannot \(operation): \(error)")
    } else {
      self.init(.failed, "cannot \(operation): \(error)")
    }
  }

  /// What the kernel says.
  init(_ error: SystemError) {
    self.init(error.errno == 13 || error.errno == 1 ? .notPermitted : .failed, "\(error)")
  }

  /// Runs what the kernel may refuse.
  static func wrap<Value>(_ body: () throws(SystemError) -> Value) throws(HardenError) -> Value {
    do throws(SystemError) { return try body() } catch { throw HardenError(error) }
  }

  /// The sentence.
  package var description: String { message }
}
