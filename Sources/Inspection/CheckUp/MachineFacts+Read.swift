import Glibc
import Supervision
public import Systemd
import SystemdManager
import UnitDesign

extension MachineFacts {
  /// Looks at this machine; nothing is asked over a bus.
  ///
  /// - Parameter scope: whose units matter.
  /// - Returns: what was found. The bus, the programs of Upkeep and libcurl are for the caller to look at.
  public static func read(_ scope: ProcessUnit.Scope) -> MachineFacts {
    var facts = MachineFacts()
    facts.isBooted = ProcessUnit.isBooted
    facts.installed = MachineSurroundings().systemdVersion
    facts.isUser = scope == .user
    facts.isRoot = geteuid() == 0
    facts.readJournal()
    facts.readGroups(scope)
    facts.missingCompressors = missingLibraries()
    facts.hasSSH = finds("ssh")
    let folders = ["/usr/local/lib/systemd/catalog", "/usr/lib/systemd/catalog"]
    facts.catalogFile = folders.map { "\($0)/upkeep.catalog" }.first { Self.can(R_OK, $0) }
    facts.hasCatalog =
      MessageID(ServiceEvent.Kind.ready.rawValue).map { JournalCatalog.text(of: $0) != nil } ?? false
    facts.isSynchronised = SystemClock.isSynchronised
    facts.readRooms()
    facts.readCores()
    facts.readTasks()
    return facts
  }

  // MARK: Steps

  private mutating func readJournal() {
    // A folder of the machine's ID is made when journald begins to write there.
    func isUsed(_ folder: String) -> Bool {
      ((try? Directory.entries(of: folder)) ?? []).contains { name in
        Self.can(F_OK, "\(folder)/\(name)/system.journal")
      }
    }
    if isUsed("/var/log/journal") {
      journal = .persistent
    } else if isUsed("/run/log/journal") {
      journal = .volatile
    } else if isBooted {
      journal = Journal.none
    }
  }

  private mutating func readGroups(_ scope: ProcessUnit.Scope) {
    if Self.can(F_OK, "/sys/fs/cgroup/cgroup.controllers") {
      groups = .unified
    } else if Self.can(F_OK, "/sys/fs/cgroup/systemd") || Self.can(F_OK, "/sys/fs/cgroup/unified") {
      groups = .legacy
    }
    guard groups == .unified, isBooted, let tree = ControlGroups(scope) else { return }
    controllers = ControlGroups.controllers(of: tree.root)
    groupTasks = ControlGroups.number("pids.current", of: tree.root)
    groupTaskLimit = ControlGroups.number("pids.max", of: tree.root)
  }

  /// libsystemd opens what it decompresses with when it needs it, from systemd 255 on; before, it was linked to it.
  private static func missingLibraries() -> [String] {
    ["libzstd.so.1", "liblz4.so.1", "liblzma.so.5"].filter { name in
      guard let handle = unsafe dlopen(name, RTLD_LAZY | RTLD_LOCAL) else { return true }
      unsafe dlclose(handle)
      return false
    }
  }

  /// Whether a folder of `PATH` has a program of this name.
  package static func finds(_ program: String) -> Bool {
    let path = ProcessEnvironment.value("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
    return path.split(separator: ":").contains { can(X_OK, "\($0)/\(program)") }
  }

  private mutating func readRooms() {
    var folders = [("/var/lib", "the state of services"), ("/run", "what runs"), ("/tmp", "temporary files")]
    if journal == .persistent { folders.insert(("/var/log/journal", "the journal"), at: 0) }
    var seen: Set<UInt> = []
    for (path, purpose) in folders {
      var (status, room) = (stat(), statvfs())
      // Folders of one file system are one place.
      guard unsafe stat(path, &status) == 0, seen.insert(UInt(status.st_dev)).inserted,
        unsafe statvfs(path, &room) == 0
      else { continue }
      let block = UInt64(room.f_frsize)
      rooms.append(
        Room(
          path: path, purpose: purpose, free: UInt64(room.f_bavail) &* block,
          size: UInt64(room.f_blocks) &* block, freeFiles: UInt64(room.f_favail), files: UInt64(room.f_files))
      )
    }
  }

  private mutating func readCores() {
    corePattern = Self.line("/proc/sys/kernel/core_pattern")
    guard let corePattern, corePattern.hasPrefix("|"),
      let program = corePattern.dropFirst().split(separator: " ").first
    else { return }
    hasCoreProgram = Self.can(X_OK, String(program))
  }

  private mutating func readTasks() {
    // `0.00 0.01 0.05 1/123 4567`: those that run, and all.
    threads = Self.line("/proc/loadavg")?.split(separator: " ").dropFirst(3).first?.split(separator: "/").last
      .flatMap { UInt64($0) }
    let limits = ["threads-max", "pid_max"].compactMap {
      Self.line("/proc/sys/kernel/\($0)").flatMap { UInt64($0) }
    }
    threadLimit = limits.min()
  }

  /// Whether the caller has a file (`F_OK`), or may read or execute it (`R_OK`, `X_OK`).
  private static func can(_ mode: Int32, _ path: String) -> Bool { unsafe access(path, mode) == 0 }

  private static func line(_ path: String) -> String? {
    guard let content = try? TextFile.read(path) else { return nil }
    return String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}
