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
    // libsystemd looks at PID 1 as well, which ProtectProc= hides; a process can always see its own group.
    guard process == 0 || process == getpid() else { return nil }
    return ownGroups.flatMap { ProcessUnit(groups: $0) }
  }

  /// Finds a service in the text of `/proc/self/cgroup`, which may begin above the manager's own group.
  init?(groups: String) {
    let lines = groups.split(separator: "\n")
    for mark in ["0::/", ":name=systemd:/"] {
      guard let line = lines.first(where: { $0.contains(mark) && (mark != "0::/" || $0.hasPrefix(mark)) })
      else { continue }
      let parts = line.split(separator: "/").dropFirst()
      guard let last = parts.lastIndex(where: { $0.hasSuffix(".service") }) else { continue }
      // systemd marks a name that could be mistaken for a file of the kernel's with an underscore.
      name = String(parts[last].hasPrefix("_") ? parts[last].dropFirst() : parts[last])
      let isUser = parts[..<last].contains { $0.hasPrefix("user@") && $0.hasSuffix(".service") }
      scope = isUser ? .user : .system
      return
    }
    return nil
  }

  /// The text of `/proc/self/cgroup`; nil if it cannot be read or has no end within reason.
  private static var ownGroups: String? {
    let descriptor = unsafe open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 65_536)
    var count = 0
    while count < bytes.count {
      let got = unsafe bytes.withUnsafeMutableBytes { room in
        unsafe read(descriptor, room.baseAddress.map { unsafe $0 + count }, room.count - count)
      }
      guard got >= 0 else { return nil }
      if got == 0 { return String(decoding: bytes[..<count], as: UTF8.self) }
      count += got
    }
    return nil
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
