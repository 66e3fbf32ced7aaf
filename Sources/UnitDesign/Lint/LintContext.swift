/// What a unit is looked at for: a version of systemd, a machine, a manager.
public struct LintContext {
  /// What is known of the machine.
  public var surroundings: any Surroundings
  /// The version of systemd that will read the unit, such as 252.
  public var version: Int
  /// Whether a user's manager reads it, and not the system's.
  public var isUser: Bool
  /// Rules that are left out, by their identifiers.
  public var ignored: Set<String>
  /// The only rules that are looked at; empty for all.
  public var only: Set<String>

  /// Makes a context.
  public init(
    surroundings: any Surroundings, version: Int, isUser: Bool = false, ignored: Set<String> = [],
    only: Set<String> = []
  ) {
    self.surroundings = surroundings
    self.version = version
    self.isUser = isUser
    self.ignored = ignored
    self.only = only
  }

  func wants(_ rule: String) -> Bool { !ignored.contains(rule) && (only.isEmpty || only.contains(rule)) }
}
