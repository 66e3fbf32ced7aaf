/// The name of a unit, taken apart: `prefix.suffix`, `prefix@.suffix` or `prefix@instance.suffix`.
///
/// See `systemd.unit(5)`, "Description" and "String escaping for inclusion in unit names".
public struct UnitName: Sendable, Hashable, CustomStringConvertible {
  /// The longest name, in bytes.
  public static let maximumLength = 255
  /// The suffixes that unit names have.
  public static let suffixes = [
    "service", "socket", "device", "mount", "automount", "swap", "target", "path", "timer", "slice", "scope",
  ]

  /// The whole name.
  public let text: String
  /// What stands before the `@`, or before the suffix when there is none; still escaped.
  public let prefix: String
  /// What stands between the `@` and the suffix, still escaped; nil for a plain unit and for a template.
  public let instance: String?
  /// The type of the unit, without its dot.
  public let suffix: String
  /// Whether it is a template, `prefix@.suffix`.
  public let isTemplate: Bool

  /// Takes a name apart; a name that no unit can have is an error.
  public init(_ text: String) throws(ValueError) {
    let bytes = Array(text.utf8)
    guard bytes.count <= Self.maximumLength else {
      throw ValueError(message: "the unit name is longer than \(Self.maximumLength) bytes")
    }
    guard let dot = bytes.lastIndex(of: ASCII.dot), Self.suffixes.contains(bytes[(dot + 1)...].text) else {
      throw ValueError(message: "'\(text)' does not end in a unit type such as '.service'")
    }
    let stem = bytes[..<dot]
    if let bad = stem.firstIndex(where: { !Self.isAllowed($0) && $0 != ASCII.at }) {
      throw ValueError(
        message: "'\(text)' holds a character that unit names cannot have; escape it with systemd-escape",
        offset: bytes.scalarOffset(bad))
    }
    let at = stem.firstIndex(of: ASCII.at)
    let prefix = stem[..<(at ?? dot)]
    guard !prefix.isEmpty else { throw ValueError(message: "'\(text)' has nothing before its '@' or suffix") }
    self.text = text
    self.prefix = prefix.text
    suffix = bytes[(dot + 1)...].text
    isTemplate = at.map { $0 + 1 == dot } ?? false
    instance = isTemplate ? nil : at.map { stem[($0 + 1)...].text }
  }

  /// The whole name.
  public var description: String { text }

  /// The template that an instance comes from, `prefix@.suffix`; a template's own name; nil for a plain unit.
  public var template: UnitName? {
    guard instance != nil else { return isTemplate ? self : nil }
    return try? UnitName("\(prefix)@.\(suffix)")
  }

  /// The instance of this unit's template that has this name, which is already escaped.
  ///
  /// A plain unit, and a name that is empty or not valid, are errors.
  public func instantiated(_ instance: String) throws(ValueError) -> UnitName {
    guard let template, !instance.isEmpty else {
      throw ValueError(message: "'\(text)' with the instance '\(instance)' is no unit name")
    }
    return try UnitName("\(template.prefix)@\(instance).\(suffix)")
  }

  /// The name with its prefix cut behind the last dash that is not at its end: `foo-bar-baz.service` to
  /// `foo-bar-.service`.
  ///
  /// An instance stays, a template becomes a plain name, as in systemd's search for drop-ins. Nil when there is no
  /// dash to cut behind.
  public var shortened: UnitName? {
    var prefix = self.prefix.utf8[...]
    while prefix.last == ASCII.dash { prefix.removeLast() }
    guard let dash = prefix.lastIndex(of: ASCII.dash) else { return nil }
    let rest = instance.map { "@\($0)" } ?? ""
    return try? UnitName("\(String(self.prefix[...dash]))\(rest).\(suffix)")
  }

  /// Whether a byte may stand in a name without being escaped or having a meaning.
  static func isAllowed(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == ASCII.colon || byte == ASCII.dash || byte == ASCII.underscore
      || byte == ASCII.dot || byte == ASCII.backslash
  }
}
