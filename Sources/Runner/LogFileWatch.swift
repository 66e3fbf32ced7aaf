import Glibc
import Processes
import Systemd

/// Follows files of logs that a pattern of paths names: what is added to them, through rotation and cutting.
@LoopActor @safe
final class LogFileWatch {
  /// How many files one pattern may follow at once; further ones are left alone.
  static let mostFiles = 64
  /// How often the pattern is looked at for files that nobody told of.
  static let interval: Duration = .seconds(5)
  /// How much is read in one turn of the loop, so that a flood does not hold it up.
  private static let turnLimit = 256 << 10

  private final class File {
    let path: String
    let descriptor: Int32
    let identity: (dev_t, ino_t)
    var position: Int
    var part: [UInt8] = []
    var watch: Int32 = -1

    init(_ path: String, _ descriptor: Int32, _ status: stat, position: Int) {
      self.path = path
      self.descriptor = descriptor
      identity = (status.st_dev, status.st_ino)
      self.position = position
    }

    deinit { close(descriptor) }
  }

  private let pattern: String
  private let onLines: OutputRelay.Lines
  private let onTrouble: @LoopActor (String) -> Void
  // Files that cannot be read, told once each.
  private var unreadable: Set<String> = []
  private var files: [String: File] = [:]
  private var notifier: Int32 = -1
  private var source: DescriptorSource?
  private var timer: TimerSource?
  private var folders: [String: Int32] = [:]

  /// Begins at the end of the files that there are.
  ///
  /// - Parameters:
  ///   - pattern: an absolute path, with `*` and `?` in names.
  ///   - onLines: called with whole lines of one file.
  ///   - onTrouble: called once with the reason for a file that cannot be read.
  init(
    _ pattern: String, onLines: @escaping OutputRelay.Lines,
    onTrouble: @escaping @LoopActor (String) -> Void
  ) {
    self.pattern = pattern
    self.onTrouble = onTrouble
    unsafe self.onLines = unsafe onLines
    notifier = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
    if notifier >= 0 {
      source = try? DescriptorSource(notifier, for: .readable) { [unowned self] _ in takeNews() }
    }
    timer = TimerSource(accuracy: Self.interval / 10) { [unowned self] in
      look(isFirst: false)
      timer?.arm(after: Self.interval)
    }
    look(isFirst: true)
    timer?.arm(after: Self.interval)
  }

  isolated deinit {
    source?.cancel()
    if notifier >= 0 { close(notifier) }
  }

  // MARK: Which files

  /// Looks for files that are new, or new behind an old path, and reads all of them.
  private func look(isFirst: Bool) {
    let paths = Self.paths(of: pattern)
    for path in paths {
      var status = stat()
      guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      if let file = files[path] {
        if file.identity == (status.st_dev, status.st_ino) { continue }
        // Rotated: its last lines first.
        read(file)
        finish(file)
        files[path] = nil
      }
      guard files.count < Self.mostFiles else { continue }
      open(path, fromEnd: isFirst)
    }
    for file in Array(files.values) { read(file) }
    for (path, file) in files where !paths.contains(path) {
      finish(file)
      files[path] = nil
    }
  }

  private func open(_ path: String, fromEnd: Bool) {
    let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    guard descriptor >= 0 else {
      let reason = unsafe String(cString: strerror(errno))
      if unreadable.count < Self.mostFiles, unreadable.insert(path).inserted {
        onTrouble("The log file \(path) cannot be read: \(reason)")
      }
      return
    }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return
    }
    let file = File(path, descriptor, status, position: fromEnd ? Int(status.st_size) : 0)
    files[path] = file
    guard notifier >= 0 else { return }
    file.watch = unsafe inotify_add_watch(notifier, path, UInt32(IN_MODIFY | IN_MOVE_SELF | IN_ATTRIB))
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    if folders[folder] == nil, folders.count < Self.mostFiles {
      folders[folder] = unsafe inotify_add_watch(notifier, folder, UInt32(IN_CREATE | IN_MOVED_TO))
    }
  }

  private func finish(_ file: File) {
    if !file.part.isEmpty { show(file.part) }
    file.part = []
    if file.watch >= 0 { inotify_rm_watch(notifier, file.watch) }
  }

  private static func paths(of pattern: String) -> [String] {
    var result = unsafe glob_t()
    defer { unsafe globfree(&result) }
    guard unsafe glob(pattern, GLOB_NOSORT, nil, &result) == 0 else { return [] }
    return unsafe (0..<min(Int(result.gl_pathc), mostFiles * 4)).compactMap { index in
      unsafe result.gl_pathv[index].map { unsafe String(cString: $0) }
    }
  }

  // MARK: Reading

  private func takeNews() {
    var hasStructureNews = false
    var changed: Set<Int32> = []
    unsafe withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 8) { buffer in
      while true {
        let count = unsafe Glibc.read(notifier, buffer.baseAddress, buffer.count)
        guard count > 0 else { break }
        var offset = 0
        while offset + MemoryLayout<inotify_event>.size <= count {
          let event = unsafe buffer.loadUnaligned(fromByteOffset: offset, as: inotify_event.self)
          if event.mask & UInt32(IN_MODIFY) != 0 { changed.insert(event.wd) } else { hasStructureNews = true }
          offset += MemoryLayout<inotify_event>.size + Int(event.len)
        }
      }
    }
    if hasStructureNews { return look(isFirst: false) }
    for file in Array(files.values) where changed.contains(file.watch) { read(file) }
  }

  private func read(_ file: File) {
    var status = stat()
    if unsafe fstat(file.descriptor, &status) == 0, Int(status.st_size) < file.position {
      // Cut: what there is now is new.
      file.position = 0
      file.part = []
    }
    var left = Self.turnLimit
    unsafe withUnsafeTemporaryAllocation(byteCount: 64 << 10, alignment: 1) { buffer in
      while left > 0 {
        let count = unsafe pread(file.descriptor, buffer.baseAddress, buffer.count, file.position)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return }
        file.position += count
        left -= count
        unsafe take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), of: file)
      }
    }
    // More than a turn's worth: the rest in the next one.
    if left <= 0 { EventLoop.main.spawn(name: "log file") { [weak self] in self?.read(file) } }
  }

  private func take(_ bytes: UnsafeRawBufferPointer, of file: File) {
    unsafe file.part.append(contentsOf: bytes)
    let newline = UInt8(ascii: "\n")
    if let end = file.part.lastIndex(of: newline) {
      show(Array(file.part[...end]))
      file.part.removeFirst(end + 1)
    }
    while file.part.count >= OutputRelay.longestLine {
      show(Array(file.part.prefix(OutputRelay.longestLine)))
      file.part.removeFirst(OutputRelay.longestLine)
    }
  }

  private func show(_ lines: [UInt8]) { unsafe lines.withUnsafeBytes { unsafe onLines($0) } }
}
