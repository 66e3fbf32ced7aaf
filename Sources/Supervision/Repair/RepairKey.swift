import UnitFiles

/// One key of `[X-Upkeep-Repair NAME]`: the single place where it is defined.
public struct RepairKey: Sendable {
  /// The key in the unit file, such as `LogMatch`.
  public let name: String
  /// What the value is, for help: `TIME`, `PATTERN`, ...
  public let placeholder: String
  /// One sentence for the manual.
  public let summary: String
  /// The default in words; empty if there is none.
  public let defaultText: String
  /// Whether the key may stand several times, each adding to the list; an empty value empties it.
  public let isList: Bool
  /// Whether `%` is a letter like others in the value.
  let isVerbatim: Bool
  let apply: @Sendable (inout RepairRule, String, Position?) throws(ValueError) -> Void
  let reset: @Sendable (inout RepairRule) -> Void

  /// The key with this name; nil if there is none.
  public static func named(_ name: String) -> RepairKey? { all.first { $0.name == name } }

  // MARK: Makers

  static func scalar<Value: Sendable>(
    _ name: String, _ placeholder: String, _ path: any WritableKeyPath<RepairRule, Value> & Sendable,
    default defaultText: String, _ summary: String,
    _ parse: @escaping @Sendable (String) throws(ValueError) -> Value
  ) -> RepairKey {
    RepairKey(
      name: name, placeholder: placeholder, summary: summary, defaultText: defaultText, isList: false,
      isVerbatim: false,
      apply: { (rule, text, _) throws(ValueError) in rule[keyPath: path] = try parse(text) },
      reset: { rule in rule[keyPath: path] = RepairRule(name: rule.name)[keyPath: path] })
  }

  static func list<Element: Sendable>(
    _ name: String, _ placeholder: String, _ path: any WritableKeyPath<RepairRule, [Element]> & Sendable,
    most: Int, isVerbatim: Bool = false, _ summary: String,
    _ parse: @escaping @Sendable (String, Position?) throws(ValueError) -> [Element]
  ) -> RepairKey {
    RepairKey(
      name: name, placeholder: placeholder, summary: summary, defaultText: "", isList: true,
      isVerbatim: isVerbatim,
      apply: { (rule, text, position) throws(ValueError) in
        let longer = rule[keyPath: path] + (try parse(text, position))
        guard longer.count <= most else {
          throw ValueError(message: "more than \(most) of \(name)= in a rule")
        }
        rule[keyPath: path] = longer
      },
      reset: { rule in rule[keyPath: path] = [] })
  }
}
