import CSystemd
import Glibc

/// The unit that a process belongs to, from its control group.
public struct ProcessUnit: Sendable, Hashable {
  /// Which service manager the unit belongs to.
  public enum Scope: Sendable, Hashable {
    /// The system's, PID 1.
    case system
    /// A user's own.
    case user
  }

  /// The unit's name, such as `app.service`.
  public let name: String
  /// Whose unit it is.
  public let scope: Scope

  /// Names a unit.
  public init(name: String, scope: Scope) {
    self.name = name
    self.scope = scope
  }

  /// The unit of `process`, nil if it is in none or is gone; 0 means the caller.
  ///
  /// The corresponding C functions are `sd_pid_get_user_unit(3)` and `sd_pid_get_unit(3)`.
  public static func of(_ process: Int32 = 0) -> ProcessUnit? {
    // A process of a user's unit is also in user@UID.service: the nearer one is meant.
    if let name = unsafe name(sd_pid_get_user_unit, process) { return ProcessUnit(name: name, scope: .user) }
    if let name = unsafe name(sd_pid_get_unit, process) { return ProcessUnit(name: name, scope: .system) }
    // The library compares with PID 1, which ProtectProc=invisible hides from any user but root.
    return fromControlGroup(of: process)
  }

  /// Whether this machine was booted with systemd. The corresponding C function is `sd_booted(3)`.
  public static var isBooted: Bool { sd_booted() > 0 }

  @unsafe private static func name(
    _ ask: (pid_t, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Int32, _ process: Int32
  ) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    defer { unsafe free(text) }
    guard unsafe ask(process, &text) >= 0, let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }
}
