import Glibc
public import UnitDesign

/// Reads programs of the running machine, or of a tree below `root`.
public struct ProgramReader: ProgramFiles {
  private let root: String

  /// Reads on the machine itself, or in the tree at `root`.
  public init(root: String? = nil) { self.root = root == "/" ? "" : root ?? "" }

  /// The path with all links followed; in a tree, absolute links are followed inside of it.
  public func realPath(of path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    guard root.isEmpty else { return Self.follow(path, in: root) }
    guard let resolved = unsafe realpath(path, nil) else { return nil }
    defer { unsafe free(resolved) }
    return unsafe String(validatingCString: resolved)
  }

  /// Bytes of an ordinary file; a device or a FIFO is never waited for.
  public func bytes(of path: String, at offset: UInt64, count: Int) -> [UInt8]? {
    guard count > 0, let start = off_t(exactly: offset) else { return nil }
    let file = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    let got = unsafe pread(file, &bytes, count, start)
    return got < 0 ? nil : Array(bytes[..<got])
  }

  // MARK: Steps

  /// How many links are followed before a loop is assumed; the kernel's own number.
  private static let mostLinks = 40

  private static func follow(_ path: String, in root: String) -> String? {
    var done: [String] = []
    var rest = path.split(separator: "/").map(String.init)[...]
    var links = 0
    while let part = rest.popFirst() {
      if part == "." { continue }
      if part == ".." {
        _ = done.popLast()
        continue
      }
      let current = "/" + (done + [part]).joined(separator: "/")
      var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = unsafe readlink(root + current, &buffer, buffer.count)
      guard count >= 0 else {
        guard errno == EINVAL else { return nil }
        done.append(part)
        continue
      }
      links += 1
      guard links <= mostLinks else { return nil }
      let target = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      if target.hasPrefix("/") { done = [] }
      rest = target.split(separator: "/").map(String.init)[...] + rest
    }
    return "/" + done.joined(separator: "/")
  }
}
