/// A setting of a section of a unit file, as some version of systemd knows it.
public struct Directive: Sendable, Hashable {
  /// A value that the setting takes by name.
  public struct Value: Sendable, Hashable {
    /// The value, such as `strict`; one that ends in a colon is followed by more, such as `file:/path`.
    public let text: String
    /// The version of systemd it came in; 0 when it is older than the manual's stamps.
    public let since: Int
    /// What to write instead, where the value is an old one.
    public let replacement: String?
  }

  /// What is to be written instead of an old name.
  public struct Replacement: Sendable, Hashable {
    /// The new name.
    public let name: String
    /// The section it stands in, where that is another one.
    public let section: String?
    /// Whether the value can be carried over as it is.
    public let keepsValue: Bool
  }

  /// The name, without the `=`.
  public let name: String
  /// The sections in which it may stand with this meaning, such as `Service`.
  public let sections: [String]
  /// What kind of value it takes.
  public let kind: ValueKind
  /// Whether further assignments add to it, and an empty one resets it.
  public let isList: Bool
  /// The version of systemd it came in; 0 when it is older than the manual's stamps (187 and before).
  public let since: Int
  /// The version from which on systemd takes no notice of it; 0 when it is only deprecated, nil when it is in use.
  public let removed: Int?
  /// The name that took its place.
  public let replacement: Replacement?
  /// The values that have names; beside them a setting of kind ``ValueKind/boolean`` takes yes and no.
  public let values: [Value]

  /// The named value that a text is, with `file:` for `file:/path`; nil when there is none.
  public func value(_ text: String) -> Value? {
    values.first { $0.text == text }
      ?? values.first { $0.text.hasSuffix(":") && text.hasPrefix($0.text) }
  }
}
