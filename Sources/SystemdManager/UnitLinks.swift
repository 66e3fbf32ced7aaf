import Glibc
import Systemd
import UnitFiles

/// The unit files and links of a search path as they stand on disk, and what they mean.
struct UnitLinks {
  /// What one folder's entry says about a unit.
  enum Entry: Hashable {
    /// Another name for the unit of this name.
    case alias(String)
    /// The unit file, or a link to one outside the search path.
    case file(String)
    /// A link to `/dev/null` or an empty file.
    case mask(String)
    /// A link to nowhere, which hides what folders that count less have under this name.
    case nothing
  }

  struct Fragment {
    /// The primary name first.
    let names: [UnitName]
    let path: String?
    let isMasked: Bool
  }

  /// By name; of several the one in the folder that counts most.
  let entries: [String: Entry]

  init(_ searchPath: [String]) throws(SystemError) {
    var entries: [String: Entry] = [:]
    // The same folder may be named in several ways (/lib is a link); links into any of them are aliases.
    var folders = Set(searchPath)
    for folder in searchPath {
      if let real = try Directory.realPath(of: folder) { folders.insert(real) }
    }
    for folder in searchPath {
      for name in try Directory.entries(of: folder) where entries[name] == nil {
        guard (try? UnitName(name)) != nil else { continue }
        entries[name] = try Self.entry(name, in: folder, folders)
      }
    }
    self.entries = entries
  }

  /// Finds the file of `unit` and all names that it goes by.
  ///
  /// An instance without an entry of its own takes its template's file. The template's aliases are then
  /// aliases of the instance too, unless such a name has a file of its own.
  func fragment(of unit: UnitName) throws(SystemError) -> Fragment {
    var asked = unit
    var end = try follow(unit.text)
    if end == nil, unit.instance != nil, let template = unit.template {
      asked = template
      end = try follow(template.text)
    }
    guard let end else { return Fragment(names: [unit], path: nil, isMasked: false) }
    var names = [unit]
    for other in group(of: end.name, asked: asked) {
      let name = instance(other, like: unit)
      if name != other, !names.contains(name) {
        let own = try follow(name.text)
        if own.map({ $0.name == end.name }) ?? true { names.append(name) }
      }
      // systemd counts the template among the names, so its drop-ins apply in any case.
      if !names.contains(other) { names.append(other) }
    }
    // The file's own name is the primary one, if it is among them.
    if let file = try? UnitName(end.name), let index = names.firstIndex(of: instance(file, like: unit)) {
      names.swapAt(0, index)
    }
    return switch end.entry {
    case .file(let path): Fragment(names: names, path: path, isMasked: false)
    case .mask(let path): Fragment(names: names, path: path, isMasked: true)
    case .alias, .nothing: Fragment(names: names, path: nil, isMasked: false)
    }
  }

  // MARK: Steps

  /// Follows aliases to the last name; nil if that has no entry.
  private func follow(_ name: String) throws(SystemError) -> (name: String, entry: Entry)? {
    var current = name
    for _ in 0..<UnitSearch.aliasLimit {
      guard let entry = entries[current] else { return nil }
      guard case .alias(let next) = entry else { return (current, entry) }
      current = next
    }
    throw SystemError(errno: ELOOP, operation: "follow the aliases of", subject: name)
  }

  /// All names that lead to `last`, sorted. An instance is no other name of its template.
  private func group(of last: String, asked: UnitName) -> [UnitName] {
    var names: [UnitName] = []
    for text in entries.keys.sorted() {
      // A circle elsewhere is not this unit's affair.
      guard let name = try? UnitName(text), let end = try? follow(text), end.name == last else { continue }
      if name.isTemplate == asked.isTemplate || name == asked { names.append(name) }
    }
    return names
  }

  /// A template's instance for a unit that is one, else the name itself.
  private func instance(_ name: UnitName, like unit: UnitName) -> UnitName {
    guard name.isTemplate, let instance = unit.instance else { return name }
    return (try? name.instantiated(instance)) ?? name
  }

  private static func entry(
    _ name: String, in folder: String, _ folders: Set<String>
  ) throws(SystemError) -> Entry? {
    let path = "\(folder)/\(name)"
    switch try Directory.kind(of: path, following: false) {
    case .file: return .file(path)
    case .empty, .device: return .mask(path)
    case .link: break
    case .folder, .other, nil: return nil
    }
    // Only this one link counts: where its target leads is the target's own affair.
    let target = Directory.absolute(try Directory.target(of: path), in: folder)
    let parent = Directory.parent(of: target)
    let last = Directory.lastComponent(of: target)
    if folders.contains(try Directory.realPath(of: parent) ?? parent) {
      // A link to the file of the same name elsewhere in the path says nothing new: systemd leaves it out.
      guard last != name else { return nil }
      if (try? UnitName(last)) != nil { return .alias(last) }
    }
    return switch try Directory.kind(of: target, following: true) {
    // A linked unit keeps the link's path.
    case .file: .file(path)
    case .empty, .device: .mask(path)
    case .folder, .other, .link, nil: .nothing
    }
  }
}
