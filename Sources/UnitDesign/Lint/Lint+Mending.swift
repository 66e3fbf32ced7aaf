public import UnitFiles

extension Lint {
  /// A file that was mended.
  public struct Mending: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Its bytes before.
    public let old: [UInt8]
    /// Its bytes now.
    public let new: [UInt8]
    /// What was mended, as it was found.
    public let findings: [Finding]
  }

  /// How often a unit is looked at again: one edit may bring the next to light.
  private static let rounds = 5

  /// The unit with everything mended that is safe to mend, and the files that changed.
  ///
  /// Only the lines that an edit concerns change. An edit that the file cannot take changes nothing.
  public static func mended(_ unit: Unit, context: LintContext) -> (unit: Unit, mendings: [Mending]) {
    var current = unit
    var mended: [String: [Finding]] = [:]
    for _ in 0..<rounds {
      let findings = findings(in: current, context: context).filter { $0.edit != nil }
      var files: [UnitFile] = []
      var hasChanged = false
      for file in current.files {
        let (new, done) = apply(findings, to: file)
        hasChanged = hasChanged || !done.isEmpty
        if !done.isEmpty { mended[file.path, default: []] += done }
        files.append(new)
      }
      guard hasChanged else { break }
      current = Unit(name: unit.name, files: files)
    }
    let mendings = zip(unit.files, current.files).compactMap { old, new -> Mending? in
      let bytes = (old: old.bytes, new: new.bytes)
      guard bytes.old != bytes.new else { return nil }
      return Mending(path: old.path, old: bytes.old, new: bytes.new, findings: mended[old.path] ?? [])
    }
    return (current, mendings)
  }

  /// The file with one finding mended; nil when it cannot be, or stands in another file.
  public static func mended(_ file: UnitFile, _ finding: Finding) -> UnitFile? {
    let (new, done) = apply([finding], to: file)
    return done.isEmpty ? nil : new
  }

  // MARK: Steps

  private static func apply(_ findings: [Finding], to file: UnitFile) -> (UnitFile, [Finding]) {
    var editor = UnitFileEditor(file)
    var done: [Finding] = []
    var touched: Set<Assignment> = []
    for finding in findings where finding.position.path == file.path {
      guard let edit = finding.edit, touched.insert(edit.assignment).inserted else { continue }
      // An edit that cannot be written, such as a value that no line can hold, is left to a person.
      if (try? apply(edit, &editor)) == true { done.append(finding) }
    }
    return done.isEmpty ? (file, []) : (editor.edited, done)
  }

  private static func apply(_ edit: Finding.Edit, _ editor: inout UnitFileEditor) throws(ValueError) -> Bool {
    switch edit {
    case .replaceValue(let assignment, let value): return try editor.replaceValue(of: assignment, with: value)
    case .rename(let assignment, let key): return try editor.rename(assignment, to: key)
    case .move(let assignment, let section, let key):
      guard try editor.rename(assignment, to: key) else { return false }
      return try editor.move(assignment, to: section)
    case .remove(let assignment): return editor.remove(assignment)
    case .splitComment(let assignment, let value, let comment):
      guard try editor.replaceValue(of: assignment, with: value) else { return false }
      return editor.addComment(comment, above: assignment)
    case .add(let key, let value, let assignment): return try editor.add(key, value, after: assignment)
    }
  }
}
