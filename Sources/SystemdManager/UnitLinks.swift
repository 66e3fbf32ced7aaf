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
    let name: UnitName
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

  /// Follows aliases to the unit file; an instance without a file of its own takes its template's.
  func fragment(of unit: UnitName) throws(SystemError) -> Fragment {
    var name = unit
    for _ in 0..<UnitSearch.aliasLimit {
      guard let entry = entries[name.text] ?? name.template.flatMap({ entries[$0.text] }) else {
        return Fragment(name: name, path: nil, isMasked: false)
      }
      switch entry {
      case .file(let path): return Fragment(name: name, path: path, isMasked: false)
      case .nothing: return Fragment(name: name, path: nil, isMasked: false)
      case .mask(let path): return Fragment(name: name, path: path, isMasked: true)
      case .alias(let target):
        guard let next = Self.target(target, of: name) else {
          return Fragment(name: name, path: nil, isMasked: false)
        }
        if next == name {
          // foo@bar.service linked to its own template: the template's file serves it.
          return try template(of: name)
        }
        name = next
      }
    }
    throw SystemError(errno: ELOOP, operation: "follow the aliases of", subject: unit.text)
  }

  /// The primary name, then every other name of the same unit in a fixed order.
  func names(leadingTo primary: UnitName, from asked: UnitName) -> [UnitName] {
    var names = [primary]
    if asked != primary { names.append(asked) }
    for (text, entry) in entries.sorted(by: { $0.key < $1.key }) {
      guard case .alias = entry, var name = try? UnitName(text) else { continue }
      if name.isTemplate, let instance = primary.instance, let one = try? name.instantiated(instance) {
        name = one
      }
      guard !names.contains(name), (try? fragment(of: name))?.name == primary else { continue }
      names.append(name)
    }
    return names
  }

  // MARK: Steps

  private func template(of name: UnitName) throws(SystemError) -> Fragment {
    guard let template = name.template, template != name else {
      return Fragment(name: name, path: nil, isMasked: false)
    }
    let found = try fragment(of: template)
    return Fragment(name: name, path: found.path, isMasked: found.isMasked)
  }

  /// The name that an alias gives `name`: a template's target gets the instance. Nil if the two do not fit.
  private static func target(_ target: String, of name: UnitName) -> UnitName? {
    guard let target = try? UnitName(target), target.suffix == name.suffix else { return nil }
    guard target.isTemplate, let instance = name.instance else { return target }
    return try? target.instantiated(instance)
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
    let target = Directory.absolute(try Directory.target(of: path), in: folder)
    let kind = try Directory.kind(of: target, following: true)
    if kind == .device { return .mask(path) }
    let parent = Directory.parent(of: target)
    let realParent = try Directory.realPath(of: parent) ?? parent
    let last = Directory.lastComponent(of: target)
    if folders.contains(realParent) {
      // A link to the file of the same name elsewhere in the path says nothing new: systemd leaves it out.
      guard last != name else { return nil }
      if (try? UnitName(last)) != nil { return .alias(last) }
    }
    switch kind {
    // A linked unit keeps the link's path.
    case .file: return .file(path)
    case .empty: return .mask(path)
    case .device, .folder, .other, .link, nil: return .nothing
    }
  }
}
