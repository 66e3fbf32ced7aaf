import Synchronization
import UnitFiles

/// Every setting of every section that systemd knows, with the version each came in.
///
/// The table covers systemd up to 262. What a section named `X-...` holds is nobody's business but its owner's.
public enum Catalogue {
  /// The sections of unit files, in the order of the manual.
  public static let sections = [
    "Unit", "Install", "Service", "Socket", "Mount", "Automount", "Swap", "Timer", "Path", "Slice", "Scope",
  ]
  /// The newest version of systemd that the table knows.
  public static let newestVersion = 262

  /// The setting of this name in a section; nil when systemd knows none.
  public static func directive(_ name: String, in section: String) -> Directive? {
    directives(name).first { $0.sections.contains(section) }
  }

  /// The sections in which a setting of this name may stand, in the order of the manual.
  public static func sections(of name: String) -> [String] {
    let found = Set(directives(name).flatMap(\.sections))
    return sections.filter(found.contains)
  }

  /// The names of all settings of a section, sorted.
  public static func names(in section: String) -> [String] { namesBySection[section] ?? [] }

  /// The section that a unit of this type has beside `[Unit]` and `[Install]`; nil for targets and devices.
  public static func section(ofType suffix: String) -> String? { sectionsByType[suffix] }

  private static let sectionsByType = Dictionary(
    uniqueKeysWithValues: sections.dropFirst(2).map { ($0.lowercased(), $0) })

  /// What a name that is none in this section was meant to be.
  ///
  /// A name that differs in the case of its letters comes first, in this section and then in others.
  public static func suggestion(for name: String, in section: String) -> String? {
    let own = names(in: section)
    let folded = name.lowercased()
    if let same = own.first(where: { $0.lowercased() == folded }) { return same }
    for other in sections where other != section {
      if let same = names(in: other).first(where: { $0.lowercased() == folded }) { return same }
    }
    return Suggestion.nearest(to: name, among: own)
  }

  /// Whether a version of systemd takes this assignment as it is meant.
  ///
  /// False for a setting or a named value that came later, that was taken away before, or that there never was. Of a
  /// list every word is looked at. Values of other kinds than names, such as paths, count as known.
  public static func isKnown(
    _ name: String, value: String, in section: String, version: Int
  ) -> Bool {
    guard let directive = directive(name, in: section), directive.since <= version else { return false }
    if let removed = directive.removed, removed > 0, removed <= version { return false }
    return (directive.versionNeeded(by: value) ?? .max) <= version
  }

  // MARK: The table

  private static let lines: [ArraySlice<UInt8>] = Array(CatalogueTable.text.utf8)
    .split(separator: UInt8(ascii: "\n"))

  private static let namesBySection: [String: [String]] = {
    var names: [String: [String]] = [:]
    for line in lines {
      let fields = line.split(separator: CatalogueTable.separator, maxSplits: 2)
      guard fields.count > 2 else { continue }
      let name = String(decoding: fields[0], as: UTF8.self)
      for section in sections(ofLetters: fields[1]) { names[section, default: []].append(name) }
    }
    return names
  }()

  /// The lines that were read already: many units, and many rules, ask for the same settings.
  private static let known = Mutex<[String: [Directive]]>([:])

  /// All settings of this name: one, but where sections differ.
  private static func directives(_ name: String) -> [Directive] {
    if let directives = known.withLock({ $0[name] }) { return directives }
    let directives = read(name)
    // Names that are none could be without end.
    if !directives.isEmpty { known.withLock { $0[name] = directives } }
    return directives
  }

  private static func read(_ name: String) -> [Directive] {
    let key = Array(name.utf8) + [CatalogueTable.separator]
    var low = 0
    var high = lines.count
    while low < high {
      let middle = (low + high) / 2
      if lines[middle].lexicographicallyPrecedes(key) { low = middle + 1 } else { high = middle }
    }
    return lines[low...].prefix { $0.starts(with: key) }.map(Self.directive(ofLine:))
  }

  private static func sections(ofLetters letters: ArraySlice<UInt8>) -> [String] {
    letters.compactMap { letter in
      CatalogueTable.letters.firstIndex(of: letter).map { sections[$0] }
    }
  }

  private static func directive(ofLine line: ArraySlice<UInt8>) -> Directive {
    let fields = line.split(separator: CatalogueTable.separator)
    let words = fields.dropFirst(4).map { String(decoding: $0, as: UTF8.self) }
    let kind = String(decoding: fields[2], as: UTF8.self)
    let isList = kind.hasSuffix("*")
    return Directive(
      name: String(decoding: fields[0], as: UTF8.self), sections: sections(ofLetters: fields[1]),
      kind: ValueKind(rawValue: isList ? String(kind.dropLast()) : kind) ?? .other, isList: isList,
      since: Int(String(decoding: fields[3], as: UTF8.self)) ?? 0,
      removed: words.first { $0.hasPrefix("-") }.flatMap { Int($0.dropFirst()) },
      replacement: words.first { $0.hasPrefix(">") }.map { replacement($0.dropFirst()) },
      values: words.filter { !$0.hasPrefix("-") && !$0.hasPrefix(">") }.map(value))
  }

  private static func replacement(_ text: Substring) -> Directive.Replacement {
    let keepsValue = !text.hasPrefix(":")
    let parts = text.split(separator: ":").joined().split(separator: ".").map(String.init)
    return Directive.Replacement(
      name: parts.last ?? "", section: parts.count > 1 ? parts[0] : nil, keepsValue: keepsValue)
  }

  private static func value(_ word: String) -> Directive.Value {
    let parts = word.split(separator: "!", maxSplits: 1).map(String.init)
    // Groups of system calls begin with an at sign themselves.
    let marks = parts[0].indices.dropFirst().filter { parts[0][$0] == "@" }
    guard let mark = marks.last, let since = Int(parts[0][mark...].dropFirst()) else {
      return Directive.Value(text: parts[0], since: 0, replacement: parts.count > 1 ? parts[1] : nil)
    }
    return Directive.Value(
      text: String(parts[0][..<mark]), since: since, replacement: parts.count > 1 ? parts[1] : nil)
  }
}
