public import SystemdManager

/// How one unit refers to another; see `systemd.unit(5)`. The raw value is the directive's name, or that of its other
/// direction, in lower case with hyphens.
public enum DependencyKind: String, Sendable, Hashable, CaseIterable {
  /// What the unit pulls in, or what goes down with it.
  case requires, requisite
  case bindsTo = "binds-to"
  case wants, upholds
  case consistsOf = "consists-of"
  case triggers
  /// What pulls the unit in, or takes it down.
  case requiredBy = "required-by"
  case requisiteOf = "requisite-of"
  case boundBy = "bound-by"
  case wantedBy = "wanted-by"
  case upheldBy = "upheld-by"
  case partOf = "part-of"
  case triggeredBy = "triggered-by"
  /// The order alone.
  case after, before
  /// What cannot run beside it.
  case conflicts
  case conflictedBy = "conflicted-by"
  /// What is started when it ends.
  case onSuccess = "on-success"
  case onFailure = "on-failure"

  /// What a unit pulls in or takes with it: what `systemctl list-dependencies` shows, and what it triggers.
  public static let forward: [DependencyKind] = [
    .requires, .requisite, .bindsTo, .wants, .upholds, .consistsOf, .triggers,
  ]
  /// What pulls a unit in or takes it down.
  public static let reverse: [DependencyKind] = [
    .requiredBy, .requisiteOf, .boundBy, .wantedBy, .upheldBy, .partOf, .triggeredBy,
  ]

  /// The property that names the other units. Some are younger than others: `Upholds` came with systemd 249.
  public var property: UnitProperty {
    UnitProperty(
      "Unit", rawValue.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined())
  }
}
