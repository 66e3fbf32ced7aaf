/// A unit as systemd sees it: its file merged with its drop-ins.
public struct Unit: Sendable {
  /// The unit's name, for example `web@1.service`.
  public let name: String
  /// The unit file first, then the drop-ins in the order in which they apply.
  public let files: [UnitFile]

  private let sections: [String: [Assignment]]
  private let orderedSectionNames: [String]

  /// Merges files that stand in systemd's order: the unit file, then its drop-ins sorted by file name.
  ///
  /// `UnitSearchPath.appliedDropIns(_:)` gives that order.
  public init(name: String, files: [UnitFile]) {
    self.name = name
    self.files = files
    var sections: [String: [Assignment]] = [:]
    var names: [String] = []
    for file in files {
      for section in file.sectionNames where sections[section] == nil {
        sections[section] = []
        names.append(section)
      }
      for assignment in file.assignments { sections[assignment.section, default: []].append(assignment) }
    }
    self.sections = sections
    orderedSectionNames = names
  }

  /// Everything a section assigns, over all files and in their order, the resets too.
  public func assignments(in section: String) -> [Assignment] { sections[section] ?? [] }

  /// The values of a list setting: all assignments of the key since the last one that is empty.
  public func values(_ key: String, in section: String) -> [Assignment] {
    var values: [Assignment] = []
    for assignment in assignments(in: section) where assignment.key == key {
      if assignment.value.isEmpty { values.removeAll() } else { values.append(assignment) }
    }
    return values
  }

  /// The value of a single setting: its last assignment, or nil when there is none or the last one is empty.
  public func value(_ key: String, in section: String) -> Assignment? {
    guard let last = assignments(in: section).last(where: { $0.key == key }), !last.value.isEmpty else {
      return nil
    }
    return last
  }

  /// The sections whose name begins so, in the order of their first headers; all of them for the empty prefix.
  public func sectionNames(withPrefix prefix: String) -> [String] {
    orderedSectionNames.filter { $0.hasPrefix(prefix) }
  }

  /// What is wrong in the files, file after file.
  public var problems: [UnitDiagnostic] { files.flatMap(\.problems) }
}
