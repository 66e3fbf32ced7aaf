public import Systemd
public import UnitFiles

/// Finds a unit's files without the bus, in the way that systemd does when it loads the unit.
///
/// See `systemd.unit(5)`. What the manager has in memory may be older: it is as of its last reload.
public struct UnitSearch: Sendable {
  /// How many links of aliases are followed.
  static let aliasLimit = 16

  /// The folders, the one that counts most first.
  public let searchPath: [String]

  /// Searches the given folders.
  public init(searchPath: [String]) { self.searchPath = searchPath }

  /// Searches the folders of the system's manager or of the caller's own.
  ///
  /// - Parameters:
  ///   - scope: whose units; for a user's, `HOME` and the XDG variables say where they are.
  ///   - environment: gives a variable's value.
  public init(_ scope: ProcessUnit.Scope, _ environment: (String) -> String? = ProcessEnvironment.value) {
    func folders(_ name: String) -> [String]? {
      environment(name)?.split(separator: ":").map(String.init)
    }
    switch scope {
    case .system: searchPath = UnitSearchPath.system
    case .user:
      searchPath = UnitSearchPath.user(
        home: environment("HOME") ?? "/root", runtimeDirectory: environment("XDG_RUNTIME_DIR"),
        configHome: environment("XDG_CONFIG_HOME"), dataHome: environment("XDG_DATA_HOME"),
        configDirectories: folders("XDG_CONFIG_DIRS"), dataDirectories: folders("XDG_DATA_DIRS"))
    }
  }

  /// Finds the unit file and the drop-ins of `unit`.
  ///
  /// - Parameter unit: a unit's name, an instance's or an alias.
  /// - Returns: the files; drop-ins are found even for a unit that has no file of its own.
  /// - Throws: the reason why a folder or a link could not be read. What is not there is no error.
  public func locate(_ unit: UnitName) throws(SystemError) -> UnitLocation {
    let found = try UnitLinks(searchPath).fragment(of: unit)
    return UnitLocation(
      name: (found.names.first ?? unit).text, fragmentPath: found.path,
      dropInPaths: try dropIns(of: found.names), isMasked: found.isMasked)
  }

  // MARK: Steps

  /// `names` begins with the primary one.
  private func dropIns(of names: [UnitName]) throws(SystemError) -> [String] {
    guard let primary = names.first else { return [] }
    var folders: [String] = []
    for name in names {
      // service.d and the like stand at the end and once.
      folders += UnitSearchPath.dropInFolders(for: name, in: searchPath).dropLast(searchPath.count)
    }
    folders += UnitSearchPath.dropInFolders(for: primary, in: searchPath).suffix(searchPath.count)
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
