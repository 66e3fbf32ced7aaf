import Glibc
import Inspection
import Systemd
import UnitFiles

/// The drop-in in /etc that holds the result of a hardening.
struct LastingFile: Sendable, Hashable {
  /// The file.
  let path: String

  /// That of a unit, by its primary name.
  init(unit: String) { path = "/etc/systemd/system/\(unit).d/50-upkeep-harden.conf" }

  /// What is there now; nil if nothing is.
  func content() throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try TextFile.read(path)
    } catch  where error.errno == ENOENT {
      return nil
    }
  }

  /// The lines of `[Service]` that are there now.
  func lines() throws(SystemError) -> [String] {
    guard let content = try content() else { return [] }
    return UnitFile(parsing: content, path: path).assignments.filter { $0.section == "Service" }.map {
      "\($0.key)=\($0.value)"
    }
  }

  /// Puts `content` there, or nothing.
  func put(_ content: [UInt8]?) throws(SystemError) {
    if let content { return try TextFile.replace(path, with: content) }
    guard unsafe unlink(path) == 0 || errno == ENOENT else {
      throw SystemError(errno: errno, operation: "remove", subject: path)
    }
    // A folder with other drop-ins stays.
    _ = unsafe rmdir(String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex)))
  }
}
