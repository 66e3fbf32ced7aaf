/// One line of a sandbox: a directive with its value, and what a program loses by it.
///
/// The table ``strict`` is the single source for the generator, the score's advice and the search of `upkeep harden`.
public struct SandboxSetting: Sendable, Hashable {
  /// How likely it is that a line breaks a service, judged by what was measured on ordinary services.
  public enum Risk: String, Sendable, Hashable, CaseIterable {
    /// Hardly any service needs what it denies.
    case low
    /// Some kinds of services need it: agents that read the machine's facts, programs that call setuid ones, or that
    /// use home directories, /tmp or netlink.
    case medium
    /// Many services need it, or need other changes with it: just-in-time compilers, services that drop root by
    /// themselves, files outside the own directories.
    case high
  }

  /// The directive in `[Service]`, such as `PrivateTmp`.
  public let directive: String
  /// Its value, such as `yes`; empty for a set that is empty.
  public let value: String
  /// What it is about.
  public let group: SandboxGroup
  /// The version of systemd that knows both the directive and the value.
  public let since: Int
  /// How likely it is to break a service.
  public let risk: Risk
  /// What a program can no longer do, as a clause that follows "the service cannot": `read /home`.
  public let denies: String

  /// Describes a setting.
  public init(
    _ directive: String, _ value: String, _ group: SandboxGroup, since: Int, risk: Risk, denies: String
  ) {
    self.directive = directive
    self.value = value
    self.group = group
    self.since = since
    self.risk = risk
    self.denies = denies
  }

  /// The line of the unit file.
  public var line: String { "\(directive)=\(value)" }
}
