/// One line of a sandbox: a directive with its value, and what a program loses by it.
///
/// The table ``strict`` is the single source for the generator, the score's advice and the search of `upkeep harden`.
public struct SandboxSetting: Sendable, Hashable {
  /// The directive in `[Service]`, such as `PrivateTmp`.
  public let directive: String
  /// Its value, such as `yes`; empty for a set that is empty.
  public let value: String
  /// What it is about.
  public let group: SandboxGroup
  /// The version of systemd that knows both the directive and the value.
  public let since: Int
  /// What a program can no longer do, as a clause that follows "the service cannot": `read /home`.
  public let denies: String

  /// Describes a setting.
  public init(
    _ directive: String, _ value: String, _ group: SandboxGroup, since: Int, denies: String
  ) {
    self.directive = directive
    self.value = value
    self.group = group
    self.since = since
    self.denies = denies
  }

  /// The line of the unit file.
  public var line: String { "\(directive)=\(value)" }
}
