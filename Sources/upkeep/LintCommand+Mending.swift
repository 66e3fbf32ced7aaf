import Glibc
import Inspection
import Systemd
import UnitDesign

/// Writes mended files, where they are for the administrator to change.
enum LintMending {
  /// Folders whose files belong to packages: the next update writes them anew.
  private static let packaged = ["/usr/lib/", "/lib/", "/usr/share/", "/run/systemd/generator"]

  /// Replaces the files, each atomically; with `isDry` only looks whether it could.
  static func write(_ mendings: [Lint.Mending], isDry: Bool) throws(ExitError) {
    for mending in mendings {
      guard mending.path.contains("/") else {
        if isDry { continue }
        throw ExitError(
          "--fix cannot write standard input; give a file, or --dry-run", code: ExitError.unusable)
      }
      let path = Self.target(of: mending.path)
      if packaged.contains(where: path.hasPrefix) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        throw ExitError(
          "\(path) belongs to a package, and its next update would undo the change; "
            + "write a drop-in instead: 'systemctl edit \(name)'", code: ExitError.unusable)
      }
      if isDry { continue }
      do {
        try TextFile.replace(path, with: mending.new, mode: mode(of: path))
      } catch {
        throw ExitError("\(path): \(error)", code: ExitError.unusable)
      }
    }
  }

  /// The file behind links: it is replaced, and not the link.
  private static func target(of path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  private static func mode(of path: String) -> UInt32 {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
  }
}
