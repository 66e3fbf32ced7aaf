import Glibc
public import Systemd
import SystemdManager
public import UnitFiles

/// The resource limits of a process, and what it uses of them, as the kernel tells it; see `proc(5)`.
public struct ProcessLimits: Sendable, Hashable {
  /// The process.
  public let process: Int32
  /// Its name. Foreign text: escape it before it is shown.
  public let name: String
  /// Its limits, in the kernel's order.
  public let limits: [ResourceLimit]
  /// What it, or its user, uses, in the units of the limits; what the kernel does not tell is missing.
  public let use: [Resource: UInt64]

  /// Reads a process's limits; its use of some is missing without the right to see it.
  ///
  /// - Parameters:
  ///   - process: its PID.
  ///   - withUse: whether it is looked up what is used, which takes a look at all processes.
  /// - Returns: the limits.
  /// - Throws: `ESRCH` for a process that is not there.
  public static func read(_ process: Int32, withUse: Bool = true) throws(SystemError) -> ProcessLimits {
    let folder = "/proc/\(process)"
    guard let table = text("\(folder)/limits"), let stat = text("\(folder)/stat") else {
      throw SystemError(errno: ESRCH, operation: "read the limits of", subject: "process \(process)")
    }
    let (name, limits) = (name(in: stat), limits(in: table))
    guard withUse else { return ProcessLimits(process: process, name: name, limits: limits, use: [:]) }
    let status = Self.status(in: text("\(folder)/status") ?? "")
    var use = status.use
    use.merge(Self.use(in: stat, ticks: UInt64(max(sysconf(Int32(_SC_CLK_TCK)), 1)))) { $1 }
    // Without the right to look into the folder it reads as one that is empty, and no process has no files at all.
    if let files = try? Directory.entries(of: "\(folder)/fd"), !files.isEmpty {
      use[.nofile] = UInt64(files.count)
    }
    if let user = status.user { use[.nproc] = threads(of: user) }
    if let locks = text("/proc/locks") { use[.locks] = Self.locks(of: process, in: locks) }
    return ProcessLimits(process: process, name: name, limits: limits, use: use)
  }

  // MARK: Files

  private static func text(_ path: String) -> String? {
    ControlGroups.content(path, isList: true).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The threads of all processes of a user.
  private static func threads(of user: UInt32) -> UInt64? {
    guard let entries = try? Directory.entries(of: "/proc") else { return nil }
    return entries.reduce(0) { sum, entry in
      guard entry.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }), let content = text("/proc/\(entry)/status")
      else {
        return sum
      }
      let status = status(in: content)
      return status.user == user ? sum + status.threads : sum
    }
  }

  // MARK: Texts

  private static let names: [(String, Resource)] = [
    ("Max cpu time", .cpu), ("Max file size", .fsize), ("Max data size", .data), ("Max stack size", .stack),
    ("Max core file size", .core), ("Max resident set", .rss), ("Max processes", .nproc),
    ("Max open files", .nofile), ("Max locked memory", .memlock), ("Max address space", .as),
    ("Max file locks", .locks), ("Max pending signals", .sigpending), ("Max msgqueue size", .msgqueue),
    ("Max nice priority", .nice), ("Max realtime priority", .rtprio), ("Max realtime timeout", .rttime),
  ]

  /// The limits in the text of `/proc/PID/limits`.
  static func limits(in text: String) -> [ResourceLimit] {
    let lines = text.split(separator: "\n")
    return names.compactMap { name, resource in
      guard let line = lines.first(where: { $0.hasPrefix(name + " ") }) else { return nil }
      let fields = line.dropFirst(name.count).split(separator: " ")
      guard fields.count >= 2 else { return nil }
      return ResourceLimit(resource: resource, soft: UInt64(fields[0]), hard: UInt64(fields[1]))
    }
  }

  /// What the text of `/proc/PID/status` tells.
  static func status(in text: String) -> (user: UInt32?, threads: UInt64, use: [Resource: UInt64]) {
    var (user, threads, use) = (UInt32?.none, UInt64(0), [Resource: UInt64]())
    let sizes: [Substring: Resource] = [
      "VmSize": .as, "VmLck": .memlock, "VmStk": .stack, "VmData": .data, "VmRSS": .rss,
    ]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, let value = parts[1].split(whereSeparator: { $0 == "\t" || $0 == " " }).first
      else {
        continue
      }
      switch parts[0] {
      case "Uid": user = UInt32(value)
      case "Threads": threads = UInt64(value) ?? 0
      case "SigQ": use[.sigpending] = value.split(separator: "/").first.flatMap { UInt64($0) }
      default: if let resource = sizes[parts[0]] { use[resource] = UInt64(value).map { $0 * 1024 } }
      }
    }
    return (user, threads, use)
  }

  /// What the text of `/proc/PID/stat` tells: processor time in seconds, the nice level as its limit counts it, and the
  /// real-time priority.
  static func use(in stat: String, ticks: UInt64) -> [Resource: UInt64] {
    // The name before may hold anything, brackets too.
    let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ").dropFirst()
    let values = fields.map { Int64($0) ?? 0 }
    guard values.count > 37 else { return [:] }
    return [
      .cpu: UInt64(max(values[11] + values[12], 0)) / ticks, .nice: UInt64(min(max(20 - values[16], 0), 40)),
      .rtprio: UInt64(max(values[37], 0)),
    ]
  }

  private static func name(in stat: String) -> String {
    guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")"), open < close else {
      return "?"
    }
    return String(stat[stat.index(after: open)..<close])
  }

  /// The locks of a process in the text of `/proc/locks`; those that it waits for do not count.
  static func locks(of process: Int32, in text: String) -> UInt64 {
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    return UInt64(lines.filter { $0.count > 4 && $0[1] != "->" && $0[4] == "\(process)" }.count)
  }
}
