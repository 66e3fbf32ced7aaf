public import UnitFiles

/// One key of `[X-Upkeep]`, which is a flag of `upkeep-run` too: the single place where both are defined.
public struct PolicyKey: Sendable {
  /// The key in the unit file, such as `RestartDelayMaxSec`.
  public let name: String
  /// What the value is, for help: `TIME`, `PROBE`, ...
  public let placeholder: String
  /// One sentence for help and the manual.
  public let summary: String
  /// The default in words; empty if there is none.
  public let defaultText: String
  /// Whether the key may stand several times, each adding to the list; an empty value empties it.
  public let isList: Bool
  let apply: @Sendable (inout Policy, String) throws(ValueError) -> Void
  let reset: @Sendable (inout Policy, Policy) -> Void

  /// The flag, such as `restart-delay-max`: kebab-case, without the unit `Sec`.
  public var flag: String { Self.flag(for: name) }

  static func flag(for name: String) -> String {
    var words: [String] = []
    var scalars = Array(name.hasSuffix("Sec") ? name.dropLast(3) : Substring(name))
    // UMask is one word to systemd.
    if scalars.starts(with: "UMask") { scalars = Array("Umask") }
    for character in scalars {
      if character.isUppercase || words.isEmpty { words.append("") }
      words[words.count - 1].append(contentsOf: character.lowercased())
    }
    return words.joined(separator: "-")
  }

  /// Sets the key's value in `policy`.
  ///
  /// - Throws: what is wrong with the value.
  public func set(_ value: String, in policy: inout Policy) throws(ValueError) {
    try apply(&policy, value)
  }

  /// Takes the key back to what it is in `base`, the defaults if none is given, or empties its list.
  public func clear(in policy: inout Policy, to base: Policy = Policy()) { reset(&policy, base) }

  /// The key with this name in a unit file; nil if there is none.
  public static func named(_ name: String) -> PolicyKey? { all.first { $0.name == name } }

  /// The key behind this flag, without its dashes; nil if there is none.
  public static func flagged(_ flag: String) -> PolicyKey? { all.first { $0.flag == flag } }

  // MARK: Makers for the common kinds of value

  static func scalar<Value: Sendable>(
    _ name: String, _ placeholder: String, _ path: any WritableKeyPath<Policy, Value> & Sendable,
    default defaultText: String, _ summary: String,
    _ parse: @escaping @Sendable (String) throws(ValueError) -> Value
  ) -> PolicyKey {
    PolicyKey(
      name: name, placeholder: placeholder, summary: summary, defaultText: defaultText, isList: false,
      apply: { (policy, text) throws(ValueError) in policy[keyPath: path] = try parse(text) },
      reset: { policy, base in policy[keyPath: path] = base[keyPath: path] })
  }

  static func list<Element: Sendable>(
    _ name: String, _ placeholder: String, _ path: any WritableKeyPath<Policy, [Element]> & Sendable,
    _ summary: String, most: Int = .max, _ parse: @escaping @Sendable (String) throws(ValueError) -> [Element]
  ) -> PolicyKey {
    PolicyKey(
      name: name, placeholder: placeholder, summary: summary, defaultText: "", isList: true,
      apply: { (policy, text) throws(ValueError) in
        let longer = policy[keyPath: path] + (try parse(text))
        guard longer.count <= most else { throw ValueError(message: "more than \(most) of \(name)=") }
        policy[keyPath: path] = longer
      },
      reset: { policy, _ in policy[keyPath: path] = [] })
  }
}
