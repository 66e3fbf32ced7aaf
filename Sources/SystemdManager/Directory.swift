import Glibc
package import Systemd

/// The few questions about folders and links that a search for units asks.
package enum Directory {
  /// More entries in one folder than this are an error, not a search that takes for ever.
  package static let entryLimit = 100_000

  /// What can stand at a path.
  package enum Kind: Hashable, Sendable {
    /// A file with content, one without, a link, a folder, a device node, or a socket or FIFO.
    case file, empty, link, folder, device, other
  }

  /// The names in a folder, sorted byte by byte; none if it is not there.
  package static func entries(of path: String) throws(SystemError) -> [String] {
    try contents(of: path).map(\.name).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  /// The names in a folder as the file system gives them, and whether each may be a link; none if it is not there.
  package static func contents(
    of path: String
  ) throws(SystemError) -> [(name: String, mayBeLink: Bool)] {
    guard let directory = unsafe opendir(path) else {
      guard errno != ENOENT, errno != ENOTDIR else { return [] }
      throw SystemError(errno: errno, operation: "opendir", subject: path)
    }
    defer { unsafe closedir(directory) }
    var found: [(name: String, mayBeLink: Bool)] = []
    while true {
      errno = 0
      guard let entry = unsafe readdir(directory) else {
        guard errno == 0 else { throw SystemError(errno: errno, operation: "readdir", subject: path) }
        break
      }
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      let type = Int(unsafe entry.pointee.d_type)
      found.append((name, type == Int(DT_LNK) || type == Int(DT_UNKNOWN)))
      guard found.count <= entryLimit else {
        throw SystemError(errno: E2BIG, operation: "readdir", subject: path)
      }
    }
    return found
  }

  /// What stands at `path`; nil if nothing does.
  package static func kind(of path: String, following: Bool) throws(SystemError) -> Kind? {
    var status = stat()
    let result = unsafe following ? stat(path, &status) : lstat(path, &status)
    guard result == 0 else {
      guard errno != ENOENT, errno != ENOTDIR, errno != ELOOP else { return nil }
      throw SystemError(errno: errno, operation: "stat", subject: path)
    }
    return switch status.st_mode & S_IFMT {
    case S_IFREG: status.st_size == 0 ? .empty : .file
    case S_IFLNK: .link
    case S_IFDIR: .folder
    case S_IFCHR, S_IFBLK: .device
    default: .other
    }
  }

  /// The text of a link.
  package static func target(of path: String) throws(SystemError) -> String {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = unsafe readlink(path, &bytes, bytes.count)
    guard count >= 0 else { throw SystemError(errno: errno, operation: "readlink", subject: path) }
    return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The path without links; nil if it is not there.
  package static func realPath(of path: String) throws(SystemError) -> String? {
    guard let real = unsafe realpath(path, nil) else {
      guard errno != ENOENT, errno != ENOTDIR, errno != ELOOP else { return nil }
      throw SystemError(errno: errno, operation: "realpath", subject: path)
    }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
  }

  /// `path` seen from `folder`, without `.`, `..` and double slashes.
  package static func absolute(_ path: String, in folder: String) -> String {
    var parts: [Substring] = []
    for part in (path.hasPrefix("/") ? path : "\(folder)/\(path)").split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Everything before the last component.
  package static func parent(of path: String) -> String {
    let parts = path.split(separator: "/").dropLast()
    return "/" + parts.joined(separator: "/")
  }

  /// What stands behind the last slash.
  package static func lastComponent(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? ""
  }
}
