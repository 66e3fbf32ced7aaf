import Glibc
public import Systemd

/// Writes a set of files where others may stand already: looked at first, written together.
///
/// All new contents stand as drafts before the first of them takes its place. Signals that would end the process wait
/// meanwhile, so no draft is left behind.
public struct InstallFolder: Sendable {
  /// A file that is to be written.
  public struct Item: Sendable, Hashable {
    /// Its path.
    public var path: String
    /// Its content.
    public var content: [UInt8]
    /// Its permission bits.
    public var mode: UInt32

    /// Describes a file.
    public init(path: String, content: [UInt8], mode: UInt32 = 0o644) {
      self.path = path
      self.content = content
      self.mode = mode
    }
  }

  /// What stands in a file's place.
  public enum State: Sendable, Hashable {
    /// Nothing.
    case absent
    /// The same bytes.
    case same
    /// Something else.
    case different([UInt8])
  }

  /// What stands in the place of a file.
  ///
  /// - Throws: why that cannot be told, such as a folder in its place.
  public static func state(of item: Item) throws(SystemError) -> State {
    do {
      let old = try TextFile.read(item.path)
      return old == item.content ? .same : .different(old)
    } catch  where error.errno == ENOENT {
      return .absent
    }
  }

  /// Writes all files, or, when one of them cannot be written, none of them but those that already took their place.
  ///
  /// - Parameters:
  ///   - items: the files.
  ///   - isDurable: whether contents and names are on the disk when this returns; it costs a wait for each file.
  /// - Throws: the first reason; no draft is left then.
  public static func write(_ items: [Item], isDurable: Bool = true) throws(SystemError) {
    let mask = blockSignals()
    defer { restoreSignals(mask) }
    var drafts: [(draft: String, path: String)] = []
    var folders: Set<String> = []
    do throws(SystemError) {
      for item in items {
        let folder = parent(of: item.path)
        if folders.insert(folder).inserted { try TextFile.makeFolders(folder) }
        let name = item.path.split(separator: "/").last.map(String.init) ?? ""
        let draft = "\(folder)/.\(name).\(getpid()).new"
        try write(item, to: draft, isDurable)
        drafts.append((draft, item.path))
      }
      while let next = drafts.last {
        try checkErrno(unsafe rename(next.draft, next.path), "rename", next.path)
        drafts.removeLast()
      }
    } catch {
      for (draft, _) in drafts { _ = unsafe unlink(draft) }
      throw error
    }
    if isDurable { folders.forEach(sync) }
  }

  // MARK: Steps

  private static func write(_ item: Item, to draft: String, _ isDurable: Bool) throws(SystemError) {
    let file = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard file >= 0 else { throw SystemError(errno: errno, operation: "write", subject: item.path) }
    defer { close(file) }
    var rest = item.content[...]
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        let reason = count < 0 ? errno : EIO
        _ = unsafe unlink(draft)
        throw SystemError(errno: reason, operation: "write", subject: item.path)
      }
      rest = rest.dropFirst(count)
    }
    guard fchmod(file, item.mode) == 0, !isDurable || fsync(file) == 0 else {
      let reason = errno
      _ = unsafe unlink(draft)
      throw SystemError(errno: reason, operation: "write", subject: item.path)
    }
  }

  /// The folder's entries; some file systems cannot, and the files themselves are safe then.
  private static func sync(_ folder: String) {
    let descriptor = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func blockSignals() -> sigset_t {
    var signals = sigset_t()
    var old = sigset_t()
    unsafe sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { unsafe sigaddset(&signals, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &signals, &old)
    return old
  }

  private static func restoreSignals(_ mask: sigset_t) {
    var mask = mask
    unsafe pthread_sigmask(SIG_SETMASK, &mask, nil)
  }
}
