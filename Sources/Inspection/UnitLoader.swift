public import Systemd
public import SystemdManager
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
    /// Whether there is no unit of that name.
    public let isAbsent: Bool

    /// Describes a failure.
    public init(argument: String, reason: String, isMasked: Bool = false, isAbsent: Bool = false) {
      self.argument = argument
      self.reason = reason
      self.isMasked = isMasked
      self.isAbsent = isAbsent
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

  /// The same folders, for a caller that loads many units.
  public var index: UnitIndex { UnitIndex(searchPath: searchPath) }

  /// Reads one unit.
  ///
  /// - Parameters:
  ///   - argument: a path if there is a slash in it (`-` is standard input, read as `stdin.service`), with the
  ///     drop-ins that stand beside it; else a unit's name, where `.service` may be left out.
  ///   - index: the folders where the caller has read them already.
  /// - Returns: the unit, its file first.
  /// - Throws: why it cannot be read. A unit that is masked has no content, which is said too.
  public func load(_ argument: String, in index: UnitIndex? = nil) throws(Failure) -> Unit {
    if argument == "-" {
      return Unit(name: "stdin.service", files: [try file("-", shownAs: "stdin.service", for: argument)])
    }
    let index = index ?? self.index
    return argument.utf8.contains(UInt8(ascii: "/"))
      ? try load(path: argument, index) : try load(name: argument, index)
  }

  /// The names of all units that have a file and match one of the patterns, sorted.
  ///
  /// Masked units and templates are among them. A pattern is one of a shell: `*`, `?`, `[...]`.
  public func names(
    matching patterns: [String], in index: UnitIndex? = nil
  ) throws(SystemError) -> [String] {
    try (index ?? self.index).names().filter { name in patterns.contains { Glob.matches(name, $0) } }
  }

  // MARK: Steps

  private func load(path: String, _ index: UnitIndex) throws(Failure) -> Unit {
    let last = path.utf8.split(separator: UInt8(ascii: "/")).last.map { String($0) ?? path } ?? path
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
      let own = try Self.read(for: path) { () throws(SystemError) in
        try index.isSearched(folder)
          ? try index.dropIns(in: UnitSearchPath.dropInFolders(for: name, in: searchPath))
          : try index.dropIns(of: name, beside: folder)
      }
      files += try read(own, for: path)
    }
    return Unit(name: last, files: files)
  }

  private func load(name argument: String, _ index: UnitIndex) throws(Failure) -> Unit {
    guard !Self.isPattern(argument) else {
      throw Failure(argument: argument, reason: "no unit matches", isAbsent: true)
    }
    let name: UnitName
    do {
      name = try Self.unitName(argument)
    } catch {
      throw Failure(argument: argument, reason: error.message)
    }
    let location = try Self.read(for: argument) { () throws(SystemError) in try index.locate(name) }
    guard !location.isMasked else {
      throw Self.masked(argument, name.text)
    }
    guard location.fragmentPath != nil else {
      let hint = argument.contains(".") ? "; for a file write its path, such as './\(argument)'" : ""
      throw Failure(argument: argument, reason: "there is no unit '\(name)'\(hint)", isAbsent: true)
    }
    return Unit(name: location.name, files: try read(location.paths, for: argument))
  }

  /// Whether an argument stands for all units that match it.
  public static func isPattern(_ argument: String) -> Bool {
    !argument.contains("/") && Glob.isPattern(argument)
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

  private static func read<Found>(
    for argument: String, _ read: () throws(SystemError) -> Found
  ) throws(Failure) -> Found {
    do {
      return try read()
    } catch {
      throw Failure(argument: argument, reason: error.description)
    }
  }

  private func read(_ paths: [String], for argument: String) throws(Failure) -> [UnitFile] {
    var files: [UnitFile] = []
    for path in paths { files.append(try file(path, shownAs: path, for: argument)) }
    return files
  }

  private func file(
    _ path: String, shownAs name: String, for argument: String
  ) throws(Failure) -> UnitFile {
    let text = try Self.read(for: argument) { () throws(SystemError) in try TextFile.read(path) }
    return UnitFile(parsing: text, path: name)
  }
}
