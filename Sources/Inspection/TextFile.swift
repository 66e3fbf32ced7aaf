import Glibc
public import Systemd

/// Files that are read whole and replaced whole.
public enum TextFile {
  /// No file that is read here is larger; what is, is refused and not cut.
  public static let largest = 16 << 20

  /// The whole content of a file; a device or a FIFO in its place is an error and never waited for.
  ///
  /// - Parameter path: the file; `-` is standard input.
  /// - Returns: its bytes.
  /// - Throws: the reason, with `EFBIG` for more than ``largest`` bytes.
  public static func read(_ path: String) throws(SystemError) -> [UInt8] {
    let file = unsafe path == "-" ? 0 : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
    guard file >= 0 else { throw SystemError(errno: errno, operation: "read", subject: path) }
    defer { if file > 0 { close(file) } }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else {
      throw SystemError(errno: errno, operation: "read", subject: path)
    }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFDIR else {
      throw SystemError(errno: EISDIR, operation: "read", subject: path)
    }
    guard path == "-" || kind == S_IFREG || isNull(status) else {
      throw SystemError(errno: EINVAL, operation: "read (it is no ordinary file)", subject: path)
    }
    var content: [UInt8] = []
    // A byte more than the file has: the end shows in the same round, and small files cost little memory. Files of the
    // kernel's have no size, and some of them tell their text in the first read only.
    let size = min(max(Int(status.st_size), 0), 65535)
    var chunk = [UInt8](repeating: 0, count: kind == S_IFREG && size > 0 ? size + 1 : 16384)
    while true {
      let count = unsafe Glibc.read(file, &chunk, chunk.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemError(errno: errno, operation: "read", subject: path) }
      if count == 0 { return content }
      content += chunk[..<count]
      guard content.count <= largest else {
        throw SystemError(errno: EFBIG, operation: "read", subject: path)
      }
    }
  }

  /// Replaces a file atomically: after this call, or a crash in the middle of it, it is all old or all new.
  ///
  /// The content and the folder's entry are on the disk when this returns. Missing folders are made with mode 0755.
  /// A link in the file's place is replaced, not followed. A file that is there keeps its owner and group, if the caller
  /// may give them.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - content: all of its bytes.
  ///   - mode: its permission bits.
  /// - Throws: the reason; nothing has changed then.
  public static func replace(_ path: String, with content: [UInt8], mode: UInt32 = 0o644) throws(SystemError)
  {
    let folder = parent(of: path)
    try makeFolders(folder)
    let draft = "\(folder)/.\(path.split(separator: "/").last.map(String.init) ?? "").\(getpid()).new"
    let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw SystemError(errno: errno, operation: "write", subject: path) }
    do throws(SystemError) {
      try write(content, to: file, path)
      keepOwner(of: path, file)
      try checkErrno(fchmod(file, mode), "chmod", path)
      try checkErrno(fsync(file), "fsync", path)
      try checkErrno(unsafe rename(draft, path), "rename", path)
    } catch {
      close(file)
      _ = unsafe unlink(draft)
      throw error
    }
    close(file)
    let entry = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if entry >= 0 {
      // Some file systems cannot; the file itself is safe then.
      _ = fsync(entry)
      close(entry)
    }
  }

  /// Whether it is `/dev/null` (device 1:3), to which masked units and drop-ins are links: it reads as empty.
  private static func isNull(_ status: stat) -> Bool {
    status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == 0x103
  }

  /// Makes a folder and those above it, with mode 0755; one that is there is left as it is.
  public static func makeFolders(_ path: String) throws(SystemError) {
    guard !path.isEmpty, path != "/", path != "." else { return }
    if unsafe mkdir(path, 0o755) == 0 || errno == EEXIST { return }
    guard errno == ENOENT else { throw SystemError(errno: errno, operation: "mkdir", subject: path) }
    try makeFolders(parent(of: path))
    guard unsafe mkdir(path, 0o755) == 0 || errno == EEXIST else {
      throw SystemError(errno: errno, operation: "mkdir", subject: path)
    }
  }

  // MARK: Steps

  /// Only root may give a file away; for others the old file's content is worth more than its owner.
  private static func keepOwner(of path: String, _ file: Int32) {
    var old = stat()
    guard unsafe lstat(path, &old) == 0, old.st_mode & S_IFMT == S_IFREG else { return }
    _ = fchown(file, old.st_uid, old.st_gid)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func write(_ content: [UInt8], to file: Int32, _ path: String) throws(SystemError) {
    var rest = content[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw SystemError(errno: count < 0 ? errno : EIO, operation: "write", subject: path)
      }
      rest = rest.dropFirst(count)
    }
  }
}
