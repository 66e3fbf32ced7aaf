import Glibc
import UnitDesign

/// What can be seen of a running service from outside, at one moment.
struct ServiceSight: Sendable, Hashable {
  /// More open files than this are not looked at.
  private static let fileLimit = 8192

  /// What the search may use.
  var facts = TrialFacts()
  /// Where it listens, in words: `tcp 0.0.0.0:80`, `unix /run/a.sock`.
  var listeners: Set<String> = []
  /// Its processes.
  var processes: [Int32] = []

  /// Looks at the processes of a group; `main` is the main one.
  init(group: String, main: Int32) {
    processes = ServiceProcesses.list(group)
    guard !processes.isEmpty else { return }
    let users = processes.map { ($0, Self.user(of: $0)) }
    let own = users.first { $0.0 == main }?.1 ?? users[0].1
    facts.isRoot = own == 0
    facts.hasOtherUsers = users.contains { $0.1 != nil && $0.1 != own }
    var sockets: Set<String> = []
    var folders: Set<String> = []
    var seen = 0
    for process in processes {
      for entry in ProcFile.entries("/proc/\(process)/fd") where seen < Self.fileLimit {
        seen += 1
        guard let target = ProcFile.link("/proc/\(process)/fd/\(entry)") else { continue }
        if target.hasPrefix("socket:[") {
          sockets.insert(String(target.dropFirst(8).dropLast()))
        } else if let folder = Self.writtenFolder(target, process, entry) {
          folders.insert(folder)
        }
      }
    }
    for process in processes {
      // Where it works, it writes, if it may.
      guard let folder = ProcFile.link("/proc/\(process)/cwd"),
        folder.hasPrefix("/var/") || folder.hasPrefix("/srv/")
      else { continue }
      if let folder = Folder.writable(folder) { folders.insert(folder) }
    }
    facts.hasWritableCode = processes.contains { process in
      ProcFile.lines("/proc/\(process)/maps").contains { line in
        line.split(separator: " ").dropFirst().first?.hasPrefix("rwx") == true
      }
    }
    // All processes of a service are in one network namespace, but for very special ones.
    let first = processes.contains(main) ? main : processes[0]
    for table in ["netlink", "packet"] {
      let isUsed = ProcFile.lines("/proc/\(first)/net/\(table)").contains { line in
        line.split(separator: " ").last.map { sockets.contains(String($0)) } ?? false
      }
      if table == "netlink" { facts.hasNetlink = isUsed } else { facts.hasPacket = isUsed }
    }
    let tcp = SocketTable.listeners(of: first, among: sockets)
    listeners = Set(tcp.map { "tcp \($0.address):\($0.port)" })
    facts.hasLowPort = tcp.contains { $0.port < 1024 }
    for path in SocketTable.unixListeners(of: first, among: sockets) where Self.isReachable(path, first) {
      listeners.insert("unix \(path)")
      // It makes its socket anew at each start.
      if !Self.passedOver.contains(where: { path.hasPrefix($0) && $0 != "/run/" }),
        let folder = Folder.writable((path.split(separator: "/").dropLast()).reduce("") { "\($0)/\($1)" }),
        folder != "/run"
      {
        folders.insert(folder)
      }
    }
    facts.writtenFolders = folders.sorted()
  }

  // MARK: Steps

  private static func user(of process: Int32) -> UInt32? {
    let line = ProcFile.lines("/proc/\(process)/status").first { $0.hasPrefix("Uid:") }
    // Real, effective, saved, file system.
    return line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).dropFirst(2).first.flatMap { UInt32($0) }
  }

  private static let passedOver = ["/dev/", "/proc/", "/run/", "/sys/", "/tmp/", "/var/tmp/", "/memfd:"]

  private static func writtenFolder(_ path: String, _ process: Int32, _ entry: String) -> String? {
    guard path.hasPrefix("/"), !path.hasSuffix(" (deleted)"),
      !passedOver.contains(where: { path.hasPrefix($0) })
    else { return nil }
    let line = ProcFile.lines("/proc/\(process)/fdinfo/\(entry)").first { $0.hasPrefix("flags:") }
    guard let flags = line.flatMap({ Int32($0.dropFirst(6).drop { $0 == "\t" || $0 == " " }, radix: 8) }),
      flags & O_ACCMODE != O_RDONLY
    else { return nil }
    return Folder.writable(path)
  }

  /// Whether others find this socket at its path: not if it lies in a private /tmp.
  private static func isReachable(_ path: String, _ process: Int32) -> Bool {
    guard path.hasPrefix("/") else { return true }
    var (here, there) = (stat(), stat())
    guard unsafe stat(path, &here) == 0, unsafe stat("/proc/\(process)/root\(path)", &there) == 0 else {
      return false
    }
    return here.st_dev == there.st_dev && here.st_ino == there.st_ino
  }
}

/// Folders that a service may be let write to.
enum Folder {
  /// The folder of `path`, or it itself if it is one; nil if there is none, or if to open it would be to open too much.
  static func writable(_ path: String) -> String? {
    var parts = path.split(separator: "/")
    guard !parts.contains(".."), !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7f }) else { return nil }
    var status = stat()
    if unsafe stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR {
      guard !parts.isEmpty else { return nil }
      parts.removeLast()
    }
    // All of a service's own state, cache or log, for what it writes there later.
    if parts.count > 3, parts[0] == "var", ["lib", "cache", "log", "spool"].contains(parts[1]) {
      parts = Array(parts.prefix(parts[2] == "private" ? 4 : 3))
    }
    let folder = "/" + parts.joined(separator: "/")
    guard let top = parts.first,
      !["usr", "boot", "efi", "proc", "sys", "dev", "lib", "bin", "sbin"].contains(top),
      parts.count > 1 || top == "run" || top == "srv",
      unsafe stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR
    else { return nil }
    return folder
  }
}
