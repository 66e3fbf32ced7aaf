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
    try index.locate(unit)
  }

  /// The same folders, for a caller that looks for many units.
  public var index: UnitIndex { UnitIndex(searchPath: searchPath) }
}
