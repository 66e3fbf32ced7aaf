public import Systemd
import SystemdManager
public import UnitFiles

/// Reads units with their drop-ins from disk, by file or by name, as systemd would; nothing asks the bus.
public struct UnitLoader: Sendable {
  /// Why a unit could not be read.
  public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
    /// What the caller named.
    public let argument: String
    /// The reason and, where there is one, the fix.
    public let reason: String
    /// Whether there is nothing to read because the unit is masked.
    public let isMasked: Bool

    /// Describes a failure.
    public init(argument: String, reason: String, isMasked: Bool = false) {
      self.argument = argument
      self.reason = reason
      self.isMasked = isMasked
    }

    /// `ARGUMENT: reason`.
    public var description: String { "\(argument): \(reason)" }
  }

  /// The folders in which units are looked up by name, the one that counts most first.
  public let searchPath: [String]

  /// Looks units up where the manager of `scope` does, in a tree at `root` if one is given.
  public init(_ scope: ProcessUnit.Scope = .system, root: String? = nil) {
    let folders = UnitSearch(scope).searchPath
    searchPath = root.map { root in folders.map { (root == "/" ? "" : root) + $0 } } ?? folders
  }

  /// Reads one unit.
  ///
  /// - Parameter argument: a path if there is a slash in it (`-` is standard input, read as `stdin.service`), with
  ///   the drop-ins that stand beside it; else a unit's name, where `.service` may be left out.
  /// - Returns: the unit, its file first.
  /// - Throws: why it cannot be read. A unit that is masked has no content, which is said too.
  public func load(_ argument: String) throws(Failure) -> Unit {
    if argument == "-" {
      return Unit(name: "stdin.service", files: [try file("-", shownAs: "stdin.service", for: argument)])
    }
    return argument.contains("/") ? try load(path: argument) : try load(name: argument)
  }

  /// The names of all units that have a file and match one of the patterns, sorted.
  ///
  /// Masked units and templates are among them. A pattern is one of a shell: `*`, `?`, `[...]`.
  public func names(matching patterns: [String]) throws(SystemError) -> [String] {
    var names: Set<String> = []
    for folder in searchPath {
      for entry in try Directory.entries(of: folder) where (try? UnitName(entry)) != nil {
        if patterns.contains(where: { Glob.matches(entry, $0) }) { names.insert(entry) }
      }
    }
    return names.sorted()
  }

  // MARK: Steps

  private func load(path: String) throws(Failure) -> Unit {
    let last = path.split(separator: "/").last.map(String.init) ?? path
    switch try? Directory.kind(of: path, following: true) {
    case .empty, .device: throw Self.masked(path, last)
    case .file, .folder, .link, .other, nil: break
    }
    var files = [try file(path, shownAs: path, for: path)]
    // A file that is no unit by its name, such as a draft, has no drop-ins.
    if let name = try? UnitName(last) {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
      let folder = parts.isEmpty || parts == [""] ? "/" : parts.joined(separator: "/")
      // A unit that systemd has is read with the drop-ins that systemd applies, a draft with those beside it.
      let isInstalled = isSearched(folder)
      let own = UnitSearchPath.dropInFolders(for: name, in: isInstalled ? searchPath : [folder])
      files += try dropIns(own, for: path)
    }
    return Unit(name: last, files: files)
  }

  private func load(name argument: String) throws(Failure) -> Unit {
    let name: UnitName
    do {
      name = try Self.unitName(argument)
    } catch {
      throw Failure(argument: argument, reason: error.message)
    }
    let location: UnitLocation
    do {
      location = try UnitSearch(searchPath: searchPath).locate(name)
    } catch {
      throw Failure(argument: argument, reason: error.description)
    }
    guard !location.isMasked else {
      throw Self.masked(argument, name.text)
    }
    guard location.fragmentPath != nil else {
      let hint = argument.contains(".") ? "; for a file write its path, such as './\(argument)'" : ""
      throw Failure(argument: argument, reason: "there is no unit '\(name)'\(hint)")
    }
    var files: [UnitFile] = []
    for path in location.paths { files.append(try file(path, shownAs: path, for: argument)) }
    return Unit(name: location.name, files: files)
  }

  /// The name that a person means: `nginx` is `nginx.service`.
  public static func unitName(_ argument: String) throws(ValueError) -> UnitName {
    if let name = try? UnitName(argument) { return name }
    return try UnitName(argument + ".service")
  }

  private static func masked(_ argument: String, _ name: String) -> Failure {
    Failure(
      argument: argument, reason: "the unit is masked; 'systemctl unmask \(name)' undoes it", isMasked: true)
  }

  /// Whether systemd looks for units in a folder, by whatever way it is named.
  private func isSearched(_ folder: String) -> Bool {
    if searchPath.contains(folder) { return true }
    guard let real = try? Directory.realPath(of: folder) else { return false }
    return searchPath.contains(real)
  }

  private func dropIns(_ folders: [String], for argument: String) throws(Failure) -> [UnitFile] {
    do {
      var paths: [String] = []
      for folder in folders {
        for entry in try Directory.entries(of: folder) {
          let path = "\(folder)/\(entry)"
          switch try Directory.kind(of: path, following: true) {
          case .file, .empty, .device: paths.append(path)
          case .folder, .link, .other, nil: break
          }
        }
      }
      var files: [UnitFile] = []
      for path in UnitSearchPath.appliedDropIns(paths) {
        files.append(UnitFile(parsing: try TextFile.read(path), path: path))
      }
      return files
    } catch {
      throw Failure(argument: argument, reason: "\(error)")
    }
  }

  private func file(
    _ path: String, shownAs name: String, for argument: String
  ) throws(Failure) -> UnitFile {
    do {
      return UnitFile(parsing: try TextFile.read(path), path: name)
    } catch {
      throw Failure(argument: argument, reason: error.description)
    }
  }
}
