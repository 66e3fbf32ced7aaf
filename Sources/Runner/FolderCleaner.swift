import Glibc
import Supervision
import Systemd
import UnitFiles

/// Deletes files that a repair rule names, below the folders that belong to the unit and nowhere else.
///
/// It follows no symbolic link, does not leave a folder's file system, and deletes regular files alone.
struct FolderCleaner {
  /// How many files one cleaning looks at.
  static let mostFiles = 100_000
  /// How many folders one cleaning goes into.
  static let mostFolders = 256
  /// The variables in which systemd tells a unit its folders, see systemd.exec(5).
  static let variables = ["RUNTIME_DIRECTORY", "STATE_DIRECTORY", "CACHE_DIRECTORY", "LOGS_DIRECTORY"]

  /// Why nothing was deleted.
  struct Failure: Error, Sendable, CustomStringConvertible {
    let description: String
  }

  /// What was deleted.
  struct Freed: Sendable, Hashable {
    var files = 0
    var bytes: UInt64 = 0
    /// Files that could not be deleted.
    var refused = 0

    /// The event that tells it.
    func event(_ request: CleanRequest) -> ServiceEvent {
      let kept = refused > 0 ? ", \(refused) could not be deleted" : ""
      return ServiceEvent(
        .cleaned,
        "Deleted \(files) \(files == 1 ? "file" : "files") of \(request.pattern), \(bytes) bytes\(kept)",
        fields: [.cleanedFiles: "\(files)", .cleanedBytes: "\(bytes)"])
    }
  }

  private struct File {
    var folder: Int32
    var name: String
    var changed: Int
    var bytes: UInt64
  }

  private let folders: [String]

  /// Knows the unit's folders from the environment of its main process.
  init(environment: (String) -> String?) {
    folders = Self.variables.flatMap { (environment($0) ?? "").split(separator: ":").map(String.init) }
      .filter { $0.hasPrefix("/") && $0.utf8.count > 1 }
  }

  /// Deletes what is asked for.
  ///
  /// - Parameters:
  ///   - request: which files.
  ///   - now: the present as seconds of the wall clock, which files' times are told in.
  /// - Returns: what was deleted; at least one file.
  /// - Throws: a pattern outside of the unit's folders, and that there was nothing to delete.
  func clean(_ request: CleanRequest, now: Int) throws(Failure) -> Freed {
    guard let folder = folders.first(where: { request.pattern.hasPrefix($0 + "/") }) else {
      throw Failure(
        description: "\(request.pattern) is below no folder of the unit; name its StateDirectory=, "
          + "CacheDirectory=, LogsDirectory= or RuntimeDirectory=")
    }
    let components = request.pattern.dropFirst(folder.utf8.count).split(separator: "/").map(String.init)
    var walk = Walk()
    defer { walk.close() }
    try walk.enter(folder, components)
    return try delete(walk.files, request, now)
  }

  private func delete(_ found: [File], _ request: CleanRequest, _ now: Int) throws(Failure) -> Freed {
    var freed = Freed()
    for file in request.chosen(from: found, now: now, changed: \.changed) {
      guard unsafe unlinkat(file.folder, file.name, 0) == 0 else {
        freed.refused += 1
        continue
      }
      freed.files += 1
      freed.bytes += file.bytes
    }
    guard freed.files > 0 else {
      throw Failure(
        description: freed.refused > 0
          ? "none of \(freed.refused) files could be deleted"
          : "there was nothing to delete (\(found.count) files, of which \(min(request.keep, found.count)) stay)"
      )
    }
    return freed
  }

  /// The open folders and the files that were found in them.
  private struct Walk {
    private(set) var files: [File] = []
    private var folders: [Int32] = []
    private var device: dev_t = 0

    mutating func enter(_ root: String, _ components: [String]) throws(Failure) {
      let descriptor = unsafe open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard descriptor >= 0 else {
        throw Failure(description: "cannot open \(root): \(unsafe String(cString: strerror(errno)))")
      }
      folders.append(descriptor)
      var status = stat()
      _ = unsafe fstat(descriptor, &status)
      device = status.st_dev
      look(in: descriptor, components[...])
    }

    func close() { for folder in folders { Glibc.close(folder) } }

    private mutating func look(in folder: Int32, _ components: ArraySlice<String>) {
      guard let pattern = components.first else { return }
      for name in Self.names(in: folder) where files.count < mostFiles {
        // A leading dot has to be named, as in a shell.
        guard unsafe fnmatch(pattern, name, FNM_PERIOD) == 0 else { continue }
        var status = stat()
        // Files of an overlay have devices of its layers; one that is a mount cannot be deleted anyway.
        guard unsafe fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
        if components.count == 1 {
          guard status.st_mode & S_IFMT == S_IFREG else { continue }
          let bytes = status.st_nlink == 1 ? UInt64(status.st_blocks) * 512 : 0
          files.append(File(folder: folder, name: name, changed: status.st_mtim.tv_sec, bytes: bytes))
        } else if status.st_mode & S_IFMT == S_IFDIR, folders.count < mostFolders {
          let inner = unsafe openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
          guard inner >= 0 else { continue }
          folders.append(inner)
          var opened = stat()
          guard unsafe fstat(inner, &opened) == 0, opened.st_dev == device else { continue }
          look(in: inner, components.dropFirst())
        }
      }
    }

    private static func names(in folder: Int32) -> [String] {
      let copy = fcntl(folder, F_DUPFD_CLOEXEC, 0)
      guard copy >= 0, let stream = unsafe fdopendir(copy) else { return [] }
      defer { unsafe closedir(stream) }
      var names: [String] = []
      while names.count < mostFiles, let entry = unsafe readdir(stream) {
        let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
          unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
      }
      return names
    }
  }
}
