import Glibc

/// Who descends from whom, as `proc(5)` tells it at the moment of the question.
struct ProcessTable {
  /// What is known about one process.
  struct Entry {
    let pid: Int32
    let parent: Int32
    let session: Int32
    /// Whether it has ended and only waits to be collected.
    let isEnded: Bool
    let name: String
  }

  /// Whether there is no `/proc` to read.
  static let isBlind = KernelFile.read("/proc/self/stat") == nil

  /// Children by parent, where the kernel offers no list for each process (CONFIG_PROC_CHILDREN).
  private let byParent: [Int32: [Int32]]?

  init() {
    let own = getpid()
    guard KernelFile.read("/proc/self/task/\(own)/children") == nil else {
      byParent = nil
      return
    }
    var byParent: [Int32: [Int32]] = [:]
    for name in KernelFile.names(in: "/proc") {
      guard let pid = Int32(name), let entry = Self.entry(of: pid) else { continue }
      byParent[entry.parent, default: []].append(pid)
    }
    self.byParent = byParent
  }

  /// The children of `pid`, those of all its threads.
  func children(of pid: Int32) -> [Int32] {
    if let byParent { return byParent[pid] ?? [] }
    return KernelFile.names(in: "/proc/\(pid)/task").flatMap { thread in
      KernelFile.read("/proc/\(pid)/task/\(thread)/children").map(KernelFile.numbers) ?? []
    }
  }

  /// What one walk over the table has seen.
  struct Walk {
    /// The processes that run, parents first.
    var running: [Int32] = []
    /// Those that ended before or during the walk: their children may have moved to where the walk had been.
    var ended: Set<Int32> = []
  }

  /// The processes of `roots` and everything below them.
  func trees(of roots: [Int32]) -> Walk {
    var walk = Walk()
    var seen: Set<Int32> = []
    var open = roots
    while let pid = open.popLast() {
      guard seen.insert(pid).inserted else { continue }
      // In this order: one that runs after its children were read had them all at that time.
      open += children(of: pid)
      if Self.isRunning(pid) { walk.running.append(pid) } else { walk.ended.insert(pid) }
    }
    return walk
  }

  private static func isRunning(_ pid: Int32) -> Bool {
    if let entry = entry(of: pid) { return !entry.isEnded }
    // Gone, or another user's and hidden (ProtectProc=invisible, hidepid).
    return kill(pid, 0) == 0 || errno != ESRCH
  }

  /// Reads `/proc/PID/stat`; nil if the process is gone or hidden.
  static func entry(of pid: Int32) -> Entry? {
    guard let line = KernelFile.read("/proc/\(pid)/stat") else { return nil }
    // The name in parentheses may itself hold blanks and parentheses; the last one ends it.
    guard let start = line.firstIndex(of: UInt8(ascii: "(")), let end = line.lastIndex(of: UInt8(ascii: ")"))
    else {
      return nil
    }
    let fields = line[(end + 1)...].split(separator: UInt8(ascii: " ")).prefix(4)
      .map { String(decoding: $0, as: UTF8.self) }
    guard fields.count == 4, let parent = Int32(fields[1]), let session = Int32(fields[3]) else { return nil }
    return Entry(
      pid: pid, parent: parent, session: session, isEnded: fields[0] == "Z" || fields[0] == "X",
      name: String(decoding: line[(start + 1)..<end], as: UTF8.self))
  }
}
