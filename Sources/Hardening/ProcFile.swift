import Glibc
import Inspection
import SystemdManager

/// Files of the kernel about processes, which may go away at any moment: what cannot be read is empty.
enum ProcFile {
  /// The lines of a file.
  static func lines(_ path: String) -> [Substring] {
    guard let bytes = try? TextFile.read(path) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
  }

  /// The text of a link.
  static func link(_ path: String) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &buffer, buffer.count)
    guard count > 0 else { return nil }
    return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The names in a folder.
  static func entries(_ path: String) -> [String] { (try? Directory.entries(of: path)) ?? [] }
}
