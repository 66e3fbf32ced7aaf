import Glibc
public import Systemd
import SystemdManager
public import UnitFiles

/// Unit files that Upkeep has installed in the administrator's folder, or in a user's own.
///
/// A copy of each is kept as a record, below `/var/lib/upkeep/installed` or, for a user,
/// `$XDG_STATE_HOME/upkeep/installed`: so it is known later which files came from here, and whether somebody has
/// changed them since.
public struct InstalledUnits: Sendable {
  /// What stands at the place of a unit's file.
  public enum Standing: Sendable, Hashable {
    /// Nothing.
    case absent
    /// What was installed.
    case installed
    /// A file that was installed and that somebody has changed since.
    case changed
    /// A file that was not installed here.
    case foreign
    /// A link, such as that of a masked unit, or no file at all.
    case noFile
  }

  /// Where the files are: `/etc/systemd/system`, or the user's `systemd/user`.
  public let folder: String
  private let records: String
  private let searchPath: [String]

  /// Finds the folders of the system's manager or of the caller's own.
  ///
  /// - Parameters:
  ///   - scope: whose units.
  ///   - environment: gives a variable's value.
  public init(_ scope: ProcessUnit.Scope, _ environment: (String) -> String? = ProcessEnvironment.value) {
    let home = environment("HOME") ?? "/root"
    searchPath = UnitSearch(scope, environment).searchPath
    switch scope {
    case .system:
      folder = "/etc/systemd/system"
      records = "/var/lib/upkeep/installed"
    case .user:
      folder = "\(environment("XDG_CONFIG_HOME") ?? "\(home)/.config")/systemd/user"
      records = "\(environment("XDG_STATE_HOME") ?? "\(home)/.local/state")/upkeep/installed"
    }
  }

  /// The file of a unit.
  public func path(of unit: UnitName) -> String { "\(folder)/\(unit)" }

  /// A unit's file that came with a package, below `/usr` or `/lib`; nil if there is none.
  public func packagedPath(of unit: UnitName) -> String? {
    searchPath.lazy.filter { $0.hasPrefix("/usr/") || $0.hasPrefix("/lib/") }.map { "\($0)/\(unit)" }
      .first { unsafe access($0, F_OK) == 0 }
  }

  /// The folder with a unit's drop-ins beside its file; nil if there is none.
  public func dropIns(of unit: UnitName) -> String? {
    let path = "\(path(of: unit)).d"
    return unsafe access(path, F_OK) == 0 ? path : nil
  }

  /// What stands at the place of a unit's file.
  ///
  /// - Throws: why it cannot be read.
  public func standing(of unit: UnitName) throws(SystemError) -> Standing {
    switch try Directory.kind(of: path(of: unit), following: false) {
    case nil: return .absent
    case .file, .empty: break
    case .link, .folder, .device, .other: return .noFile
    }
    do {
      let record = try TextFile.read("\(records)/\(unit)")
      return try TextFile.read(path(of: unit)) == record ? .installed : .changed
    } catch  where error.errno == ENOENT {
      return .foreign
    }
  }

  /// Remembers that files were installed.
  ///
  /// - Parameter items: the files, of which those of other folders are left out.
  /// - Throws: why a record cannot be written.
  public func record(_ items: [InstallFolder.Item]) throws(SystemError) {
    let own = items.filter {
      $0.path.hasPrefix("\(folder)/") && !$0.path.dropFirst(folder.utf8.count + 1).contains("/")
    }
    try InstallFolder.write(
      own.map { .init(path: "\(records)\($0.path.dropFirst(folder.utf8.count))", content: $0.content) })
  }

  /// Deletes a unit's file and forgets it.
  ///
  /// - Throws: why it cannot be deleted.
  public func delete(_ unit: UnitName) throws(SystemError) {
    try checkErrno(unsafe unlink(path(of: unit)), "delete", path(of: unit))
    // A record without a file does no harm: the next install replaces it.
    _ = unsafe unlink("\(records)/\(unit)")
  }
}
