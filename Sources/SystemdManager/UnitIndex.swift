import Glibc
public import Systemd
public import UnitFiles

/// The unit files and links of a search path, for many questions: the folders are read once.
///
/// They are read at the first question that needs them; what an entry means is found out when it is first asked for,
/// and remembered. Drop-ins are read at each question, in the folders that were there. Not for two threads at once.
public final class UnitIndex {
  /// What one folder's entry says about a unit.
  private enum Entry: Hashable {
    /// Another name for the unit of this name.
    case alias(String)
    /// The unit file, or a link to one outside the search path.
    case file(String)
    /// A link to `/dev/null` or an empty file.
    case mask(String)
    /// A link to nowhere, which hides what folders that count less have under this name.
    case nothing
  }

  /// What was found for a unit, the primary one of its names first.
  private typealias Fragment = (names: [UnitName], path: String?, isMasked: Bool)

  /// The folders, the one that counts most first.
  public let searchPath: [String]
  private var isRead = false
  /// By name: the numbers of the folders that have an entry of this name, the one that counts most first.
  private var places: [String: [Int]] = [:]
  /// The names of which an entry may be a link.
  private var links: [String] = []
  /// The paths of all drop-in folders.
  private var dropInFolders: Set<String> = []
  /// Folders beside the search path of which a unit was asked for, and what stands in them.
  private var asked: Set<String> = []
  private var neighbours: [String: Set<String>] = [:]
  /// What is known by now; nil for a name that no folder says anything of.
  private var entries: [String: Entry?] = [:]
  /// The same folder may be named in several ways (/lib is a link); links into any of them are aliases.
  private var folders: Set<String>?
  /// By a unit's own name: all others that lead to it.
  private var aliases: [String: [String]]?

  /// Prepares to read the folders of a search path.
  public init(searchPath: [String]) { self.searchPath = searchPath }

  /// Reads the folders, unless that was done. One that is not there is no error.
  private func read() throws(SystemError) {
    guard !isRead else { return }
    isRead = true
    for (number, folder) in searchPath.enumerated() {
      for entry in try Directory.contents(of: folder) {
        if entry.name.utf8.suffix(2).elementsEqual(".d".utf8) {
          dropInFolders.insert("\(folder)/\(entry.name)")
          continue
        }
        places[entry.name, default: []].append(number)
        if entry.mayBeLink { links.append(entry.name) }
      }
    }
  }

  /// The names of all units that have an entry, sorted; masked ones and templates are among them.
  ///
  /// - Throws: the reason why a folder could not be read.
  public func names() throws(SystemError) -> [String] {
    try read()
    return places.keys.filter { (try? UnitName($0)) != nil }.sorted {
      $0.utf8.lexicographicallyPrecedes($1.utf8)
    }
  }

  /// Whether systemd finds something of this name: a file, a template's file for an instance, an alias or a mask.
  ///
  /// - Throws: the reason why a link could not be followed.
  public func contains(_ unit: UnitName) throws(SystemError) -> Bool {
    switch try end(of: unit).end?.entry {
    case .file, .mask: true
    case .alias, .nothing, nil: false
    }
  }

  /// Finds the unit file and the drop-ins of `unit`.
  ///
  /// - Parameter unit: a unit's name, an instance's or an alias.
  /// - Returns: the files; drop-ins are found even for a unit that has no file of its own.
  /// - Throws: the reason why a folder or a link could not be read. What is not there is no error.
  public func locate(_ unit: UnitName) throws(SystemError) -> UnitLocation {
    let found = try fragment(of: unit)
    return UnitLocation(
      name: (found.names.first ?? unit).text, fragmentPath: found.path,
      dropInPaths: try dropIns(of: found.names), isMasked: found.isMasked)
  }

  /// Whether a name leads to a mask; false where nobody can tell.
  public func isMasked(_ name: String) -> Bool {
    guard let unit = try? UnitName(name), let end = try? end(of: unit).end else { return false }
    return if case .mask = end.entry { true } else { false }
  }

  // MARK: Names

  /// Finds the file of `unit` and all names that it goes by.
  ///
  /// An instance without an entry of its own takes its template's file. The template's aliases are then
  /// aliases of the instance too, unless such a name has a file of its own.
  private func fragment(of unit: UnitName) throws(SystemError) -> Fragment {
    let (asked, end) = try end(of: unit)
    guard let end else { return ([unit], nil, false) }
    var names = [unit]
    for other in try group(of: end.name, asked: asked) {
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
    case .file(let path): (names, path, false)
    case .mask(let path): (names, path, true)
    case .alias, .nothing: (names, nil, false)
    }
  }

  /// Where a unit's name leads, or that of its template.
  private func end(
    of unit: UnitName
  ) throws(SystemError) -> (asked: UnitName, end: (name: String, entry: Entry)?) {
    if let end = try follow(unit.text) { return (unit, end) }
    guard unit.instance != nil, let template = unit.template else { return (unit, nil) }
    return (template, try follow(template.text))
  }

  /// Follows aliases to the last name; nil if that has no entry.
  private func follow(_ name: String) throws(SystemError) -> (name: String, entry: Entry)? {
    var current = name
    for _ in 0..<UnitSearch.aliasLimit {
      guard let entry = try entry(current) else { return nil }
      guard case .alias(let next) = entry else { return (current, entry) }
      current = next
    }
    throw SystemError(errno: ELOOP, operation: "follow the aliases of", subject: name)
  }

  /// All names that lead to `last`, sorted. An instance is no other name of its template.
  private func group(of last: String, asked: UnitName) throws(SystemError) -> [UnitName] {
    var others: [String]
    if let aliases {
      others = aliases[last] ?? []
    } else {
      var all: [String: Set<String>] = [:]
      for link in links {
        // A circle elsewhere is not this unit's affair.
        guard let end = try? follow(link), end.name != link else { continue }
        all[end.name, default: []].insert(link)
      }
      aliases = all.mapValues(Array.init)
      others = aliases?[last] ?? []
    }
    if try entry(last) != nil { others.append(last) }
    return others.sorted().compactMap { text in
      guard let name = try? UnitName(text) else { return nil }
      return name.isTemplate == asked.isTemplate || name == asked ? name : nil
    }
  }

  /// A template's instance for a unit that is one, else the name itself.
  private func instance(_ name: UnitName, like unit: UnitName) -> UnitName {
    guard name.isTemplate, let instance = unit.instance else { return name }
    return (try? name.instantiated(instance)) ?? name
  }

  // MARK: Entries

  /// What the folder that counts most says of a name.
  private func entry(_ name: String) throws(SystemError) -> Entry? {
    if let known = entries[name] { return known }
    try read()
    var found: Entry?
    if let numbers = places[name], (try? UnitName(name)) != nil {
      for number in numbers where found == nil { found = try entry(name, in: searchPath[number]) }
    }
    entries[name] = .some(found)
    return found
  }

  private func entry(_ name: String, in folder: String) throws(SystemError) -> Entry? {
    let path = "\(folder)/\(name)"
    switch try Directory.kind(of: path, following: false) {
    case .file: return .file(path)
    case .empty, .device: return .mask(path)
    case .link: break
    case .folder, .other, nil: return nil
    }
    // Only this one link counts: where its target leads is the target's own affair.
    let target = Directory.absolute(try Directory.target(of: path), in: folder)
    let last = Directory.lastComponent(of: target)
    if try isSearched(Directory.parent(of: target)) {
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

  /// Whether a folder is in the search path, by whatever way it is named.
  package func isSearched(_ folder: String) throws(SystemError) -> Bool {
    if searchPath.contains(folder) { return true }
    let all: Set<String>
    if let folders {
      all = folders
    } else {
      var found = Set(searchPath)
      for folder in searchPath {
        if let real = try Directory.realPath(of: folder) { found.insert(real) }
      }
      folders = found
      all = found
    }
    return all.contains(try Directory.realPath(of: folder) ?? folder)
  }

  // MARK: Drop-ins

  /// `names` begins with the primary one.
  private func dropIns(of names: [UnitName]) throws(SystemError) -> [String] {
    guard let primary = names.first else { return [] }
    var folders: [String] = []
    for name in names {
      // service.d and the like stand at the end and once.
      folders += UnitSearchPath.dropInFolders(for: name, in: searchPath).dropLast(searchPath.count)
    }
    folders += UnitSearchPath.dropInFolders(for: primary, in: searchPath).suffix(searchPath.count)
    return try dropIns(in: folders)
  }

  /// The drop-ins that apply, of the folders that were there when they were read.
  ///
  /// - Parameter folders: paths, in the order in which they count.
  /// - Returns: the paths of the drop-ins, in the order in which they apply.
  /// - Throws: the reason why a folder could not be read.
  package func dropIns(in folders: [String]) throws(SystemError) -> [String] {
    try read()
    return try Self.dropIns(in: folders.filter(dropInFolders.contains))
  }

  /// The drop-ins of a unit file in a folder that is not searched: those that stand beside it.
  ///
  /// - Returns: the paths of the drop-ins, in the order in which they apply.
  /// - Throws: the reason why a folder could not be read.
  package func dropIns(of unit: UnitName, beside folder: String) throws(SystemError) -> [String] {
    let folders = UnitSearchPath.dropInFolders(for: unit, in: [folder])
    // From the second unit of a folder on its list of names is read, instead of asking for each name.
    if asked.insert(folder).inserted { return try Self.dropIns(in: folders) }
    if neighbours[folder] == nil {
      neighbours[folder] = Set(try Directory.contents(of: folder).map { "\(folder)/\($0.name)" })
    }
    return try Self.dropIns(in: folders.filter { neighbours[folder]?.contains($0) ?? true })
  }

  /// The drop-ins that apply, of folders that may be there or not.
  package static func dropIns(in folders: [String]) throws(SystemError) -> [String] {
    var seen: Set<String> = []
    var files: [String] = []
    for folder in folders where seen.insert(folder).inserted {
      for entry in try Directory.entries(of: folder) {
        let path = "\(folder)/\(entry)"
        // An empty one or a link to /dev/null stays: it hides those of the same name and says nothing itself.
        switch try Directory.kind(of: path, following: true) {
        case .file, .empty, .device: files.append(path)
        case .folder, .link, .other, nil: break
        }
      }
    }
    return UnitSearchPath.appliedDropIns(files)
  }
}
