import Glibc
package import Systemd

/// A cgroup of our own below the one that the service manager has delegated to this process.
///
/// See `cgroups(7)` and systemd's "Control Group APIs and Delegation". No other cgroup is ever touched.
@LoopActor
package final class DelegatedCgroup {
  /// How deep the cgroups are that a service may have made inside its own.
  private static let depthLimit = 16

  /// An open descriptor of its directory, for ``SpawnRequest/cgroup``.
  package let descriptor: Int32
  /// Where its directory is.
  package let path: String
  /// Called on the loop each time the cgroup becomes empty or ceases to be so.
  package var onChange: (@LoopActor () -> Void)?

  /// `EPOLLPRI`.
  private static let changed = DescriptorEvents(rawValue: 0x002)

  private let events: Int32
  private var source: DescriptorSource?

  /// Makes the cgroup `name` below our own, or takes an empty one over.
  ///
  /// - Parameters:
  ///   - name: a single path component, such as `main`.
  ///   - loop: the loop that calls back.
  /// - Returns: nil if our own cgroup is not delegated to us, which is the rule without `Delegate=yes`.
  /// - Throws: the reason why it is delegated but cannot be used; `EBUSY` if there are processes in it already.
  package static func make(_ name: String, on loop: EventLoop = .main) throws(SystemError) -> DelegatedCgroup?
  {
    guard let parent = CgroupLocation.own(), parent.isDelegated() else { return nil }
    return try DelegatedCgroup(path: "\(parent.path)/\(name)", on: loop)
  }

  init(path: String, on loop: EventLoop) throws(SystemError) {
    self.path = path
    let made = unsafe mkdir(path, 0o755)
    if made < 0 && errno != EEXIST { throw SystemError(errno: errno, operation: "mkdir", subject: path) }
    descriptor = try checkErrno(unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "open", path)
    events = unsafe openat(descriptor, "cgroup.events", O_RDONLY | O_CLOEXEC)
    guard events >= 0 else {
      let number = errno
      close(descriptor)
      throw SystemError(errno: number, operation: "open", subject: "\(path)/cgroup.events")
    }
    guard !isPopulated else {
      throw SystemError(errno: EBUSY, operation: "take over cgroup", subject: path)
    }
    // kernfs tells of a change by EPOLLPRI, until the file is read again from its beginning.
    source = try DescriptorSource(events, for: Self.changed, on: loop) {
      [unowned self] _ in
      _ = isPopulated
      onChange?()
    }
  }

  isolated deinit {
    source?.cancel()
    close(events)
    close(descriptor)
  }

  /// Whether there is a process in it or below it.
  package var isPopulated: Bool {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = unsafe pread(events, &buffer, buffer.count, 0)
    // Removed (ENODEV): then nothing is in it.
    guard count > 0 else { return false }
    return buffer[..<count].split(separator: UInt8(ascii: "\n")).contains {
      $0.elementsEqual("populated 1".utf8)
    }
  }

  /// The PIDs of the processes in it and below it.
  package func members() -> [Int32] {
    guard isPopulated else { return [] }
    return folders().flatMap { KernelFile.read("\($0)/cgroup.procs").map(KernelFile.numbers) ?? [] }
      .filter { $0 > 0 }
  }

  /// Kills all its processes in one step, against which a fork bomb can do nothing; returns false before Linux 5.14.
  @discardableResult
  package func kill() -> Bool { KernelFile.write("1", to: "cgroup.kill", in: descriptor) == 0 }

  /// Removes it, with what the service may have made below it; it must be empty.
  package func remove() throws(SystemError) {
    source?.cancel()
    source = nil
    for folder in folders().reversed() {
      let result = unsafe rmdir(folder)
      if result < 0 && errno != ENOENT {
        throw SystemError(errno: errno, operation: "rmdir", subject: folder)
      }
    }
  }

  /// Its directory and all below it, parents first.
  private func folders() -> [String] {
    var found = [path]
    var level = [path]
    for _ in 0..<Self.depthLimit where !level.isEmpty {
      level = level.flatMap { folder in
        KernelFile.names(in: folder).map { "\(folder)/\($0)" }.filter(Self.isFolder)
      }
      found += level
    }
    return found
  }

  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
