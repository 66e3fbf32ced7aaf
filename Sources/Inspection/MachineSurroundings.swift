import Glibc
public import Systemd
import SystemdManager
public import UnitDesign
import UnitFiles

/// The facts of the running machine, or of a tree below `root`.
public final class MachineSurroundings: Surroundings {
  private let root: String
  private let units: UnitIndex

  /// Answers for the machine itself, or for the tree at `root`; units are those of the manager of `scope`.
  public init(_ scope: ProcessUnit.Scope = .system, root: String? = nil) {
    self.root = root == "/" ? "" : root ?? ""
    units = UnitLoader(scope, root: root).index
  }

  /// What stands at a path.
  public func file(at path: String) -> FileFacts? { path.hasPrefix("/") ? facts(root + path) : nil }

  /// What stands at the path of a unit file, which has the root in it already.
  public func unitFile(at path: String) -> FileFacts? { facts(path) }

  private func facts(_ path: String) -> FileFacts? {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    let kind: FileFacts.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .file
      case S_IFDIR: .folder
      default: .special
      }
    return FileFacts(
      kind: kind, mode: status.st_mode & 0o7777, owner: status.st_uid, size: UInt64(max(status.st_size, 0)))
  }

  /// The first bytes of an ordinary file.
  public func beginning(of path: String, count: Int) -> [UInt8]? {
    guard file(at: path)?.kind == .file else { return nil }
    let descriptor = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe pread(descriptor, &bytes, count, 0)
    return got < 0 ? nil : Array(bytes[..<got])
  }

  /// Whether a user is in the database, or will be made by sysusers.d.
  public func hasUser(_ name: String) -> Bool? {
    // The file first: the library opens others for the same answer.
    if isListed(name, in: "/etc/passwd") { return true }
    if root.isEmpty, unsafe getpwnam(name) != nil { return true }
    return isMade(name, kinds: "u")
  }

  /// Whether a group is in the database, or will be made by sysusers.d.
  public func hasGroup(_ name: String) -> Bool? {
    if isListed(name, in: "/etc/group") { return true }
    if root.isEmpty, unsafe getgrnam(name) != nil { return true }
    return isMade(name, kinds: "ug")
  }

  /// Whether there is a file for the unit, for its template, or an alias.
  public func hasUnit(_ name: String) -> Bool? {
    guard let unit = try? UnitName(name) else { return nil }
    return try? units.contains(unit)
  }

  /// The version that the library beside systemd names; nil where there is no systemd.
  public var systemdVersion: Int? {
    // Debian has it below the folder of the architecture, such as x86_64-linux-gnu.
    let libraries = (try? Directory.entries(of: root + "/usr/lib")) ?? []
    let folders =
      ["/usr/lib/systemd", "/lib/systemd", "/usr/lib64/systemd"]
      + libraries.filter { $0.contains("-linux-") }.sorted().map { "/usr/lib/\($0)/systemd" }
    for folder in folders {
      for name in (try? Directory.entries(of: root + folder)) ?? [] {
        if let version = Self.version(inLibrary: name) { return version }
      }
    }
    return nil
  }

  // MARK: Steps

  /// `libsystemd-shared-252.so` is version 252; an overlaid `-252.39-1.so` is as well.
  static func version(inLibrary name: String) -> Int? {
    let prefix = "libsystemd-shared-"
    guard name.hasPrefix(prefix), name.hasSuffix(".so") else { return nil }
    return Int(name.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber })
  }

  private func isListed(_ name: String, in path: String) -> Bool {
    guard let content = try? TextFile.read(root + path) else { return false }
    return content.split(separator: UInt8(ascii: "\n")).contains { line in
      line.starts(with: Array(name.utf8) + [UInt8(ascii: ":")])
    }
  }

  private func isMade(_ name: String, kinds: String) -> Bool {
    kinds.contains { made.contains("\($0) \(name)") }
  }

  /// What the entries of sysusers.d make, each as its kind's letter, a blank and a name.
  private lazy var made: Set<String> = {
    var made: Set<String> = []
    for folder in ["/etc/sysusers.d", "/run/sysusers.d", "/usr/local/lib/sysusers.d", "/usr/lib/sysusers.d"] {
      for entry in (try? Directory.entries(of: root + folder)) ?? [] where entry.hasSuffix(".conf") {
        guard let content = try? TextFile.read("\(root)\(folder)/\(entry)") else { continue }
        for line in String(decoding: content, as: UTF8.self).split(separator: "\n") {
          let words = line.split { $0 == " " || $0 == "\t" }
          guard words.count > 1, let kind = words.first?.prefix(1) else { continue }
          made.insert("\(kind) \(words[1])")
        }
      }
    }
    return made
  }()
}
