/// Where systemd looks for units and their drop-ins, see `systemd.unit(5)`, "Unit File Load Path".
///
/// This is pure: it names folders and puts paths in order, the caller reads them.
public enum UnitSearchPath {
  /// The system manager's folders, the one that counts most first.
  ///
  /// Where `/lib` is not merged into `/usr/lib`, both count; elsewhere they are the same folder.
  public static let system = [
    "/etc/systemd/system.control", "/run/systemd/system.control", "/run/systemd/transient",
    "/run/systemd/generator.early", "/etc/systemd/system", "/etc/systemd/system.attached",
    "/run/systemd/system", "/run/systemd/system.attached", "/run/systemd/generator",
    "/usr/local/lib/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system",
    "/run/systemd/generator.late",
  ]

  /// A user manager's folders, the one that counts most first.
  ///
  /// The arguments are absolute paths: the home folder, `XDG_RUNTIME_DIR`, and the XDG folders where they are set.
  public static func user(
    home: String, runtimeDirectory: String?, configHome: String? = nil, dataHome: String? = nil,
    configDirectories: [String]? = nil, dataDirectories: [String]? = nil
  ) -> [String] {
    let config = "\(configHome ?? "\(home)/.config")/systemd"
    let data = dataHome ?? "\(home)/.local/share"
    let atRuntime = { (name: String) in runtimeDirectory.map { ["\($0)/systemd/\(name)"] } ?? [] }
    let shared = (dataDirectories ?? ["/usr/local/share", "/usr/share"]).map { "\($0)/systemd/user" }
    var paths = ["\(config)/user.control"]
    paths += ["user.control", "transient", "generator.early"].flatMap(atRuntime)
    paths.append("\(config)/user")
    paths += (configDirectories ?? ["/etc/xdg"]).map { "\($0)/systemd/user" }
    paths.append("/etc/systemd/user")
    paths += atRuntime("user")
    paths.append("/run/systemd/user")
    paths += atRuntime("generator")
    paths.append("\(data)/systemd/user")
    paths += shared
    let fixed = ["/usr/local/lib", "/usr/local/share", "/usr/lib", "/usr/share"].map { "\($0)/systemd/user" }
    paths += fixed.filter { !shared.contains($0) }
    return paths + atRuntime("generator.late")
  }

  /// The names of a unit's drop-in folders, the one that counts most first.
  ///
  /// `foo-bar@x.service` has `foo-bar@x.service.d`, `foo-bar@.service.d`, `foo-.service.d`, `foo-@x.service.d`,
  /// `foo-@.service.d` and, last of all, `service.d`.
  public static func dropInFolders(for name: UnitName) -> [String] {
    specificFolders(for: name) + [typeFolder(for: name)]
  }

  /// The paths of a unit's drop-in folders in a search path, the one that counts most first.
  ///
  /// The search path's order counts before the folder's name, except for `service.d` and the like, which come last.
  public static func dropInFolders(for name: UnitName, in searchPath: [String]) -> [String] {
    let specific = specificFolders(for: name)
    return searchPath.flatMap { root in specific.map { "\(root)/\($0)" } }
      + searchPath.map { "\($0)/\(typeFolder(for: name))" }
  }

  /// The drop-ins that count, in the order in which they apply, out of all files that were found.
  ///
  /// The files come in the order of their folders, as `dropInFolders(for:in:)` gives it. Of several with one file
  /// name the first one hides the others, wherever it stands; an empty file or a link to `/dev/null` thus masks
  /// them. They apply sorted by file name, byte by byte. Names that do not end in `.conf` or begin with a dot do not
  /// count.
  public static func appliedDropIns(_ paths: [String]) -> [String] {
    var chosen: [[UInt8]: String] = [:]
    for path in paths {
      let name = path.utf8.split(separator: ASCII.slash).last.map(Array.init) ?? []
      guard name.first != ASCII.dot, name.reversed().starts(with: ".conf".utf8.reversed()) else { continue }
      if chosen[name] == nil { chosen[name] = path }
    }
    return chosen.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  // MARK: Steps

  private static func specificFolders(for name: UnitName) -> [String] {
    var folders: [String] = []
    func add(_ name: UnitName) {
      let folder = "\(name).d"
      guard !folders.contains(folder) else { return }
      folders.append(folder)
      // A template stands nearer to its instance than what the prefixes give.
      if name.instance != nil, let template = name.template { add(template) }
      if let shortened = name.shortened { add(shortened) }
    }
    add(name)
    return folders
  }

  private static func typeFolder(for name: UnitName) -> String { "\(name.suffix).d" }
}
