import Glibc

/// What the cgroup of this process uses, from the kernel's files; see the kernel's `cgroup-v2`.
package struct CgroupUsage: Sendable {
  private let path: String

  /// The cgroup v2 of this process; nil if there is none in sight.
  package init?() {
    guard let location = CgroupLocation.own() else { return nil }
    path = location.path
  }

  init(path: String) { self.path = path }

  /// How many processes the kernel has killed for want of memory, over the cgroup's life; nil if it does not say.
  package var outOfMemoryKills: UInt64? { field("oom_kill", of: "memory.events") }

  /// The memory in use, in bytes.
  package var memory: UInt64? { number(in: "memory.current") }

  /// The lowest limit of memory on the way to the root, or the machine's memory if there is none.
  package var memoryLimit: UInt64? { lowest("memory.max") ?? Self.machineMemory }

  /// The tasks that there are.
  package var tasks: UInt64? { number(in: "pids.current") }

  /// The lowest limit of tasks on the way to the root; nil if there is none.
  package var taskLimit: UInt64? { lowest("pids.max") }

  /// The processor time used so far, in microseconds.
  package var processorTime: UInt64? { field("usage_usec", of: "cpu.stat") }

  /// The part of the last ten seconds, from 0 to 1, in which some task waited for `resource`: cpu, io or memory.
  package func pressure(of resource: String) -> Double? {
    guard let text = text(of: "\(resource).pressure"),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("some ") }),
      let value = line.split(separator: " ").first(where: { $0.hasPrefix("avg10=") })
    else { return nil }
    return Double(value.dropFirst("avg10=".count)).map { $0 / 100 }
  }

  // MARK: Files

  private func text(of name: String, in folder: String? = nil) -> String? {
    KernelFile.read("\(folder ?? path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
  }

  private func number(in name: String, of folder: String? = nil) -> UInt64? {
    text(of: name, in: folder).flatMap { UInt64($0.prefix { $0 != "\n" }) }
  }

  private func field(_ name: String, of file: String) -> UInt64? {
    text(of: file)?.split(separator: "\n").first { $0.hasPrefix(name + " ") }
      .flatMap { UInt64($0.dropFirst(name.utf8.count + 1)) }
  }

  private func lowest(_ name: String) -> UInt64? {
    var folder = path
    var lowest: UInt64?
    while folder.utf8.count > 1 {
      // "max" is no number, and neither is the file that the root does not have.
      if let limit = number(in: name, of: folder) { lowest = min(limit, lowest ?? limit) }
      guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { break }
      folder = String(folder[..<slash])
    }
    return lowest
  }

  private static var machineMemory: UInt64? {
    let pages = sysconf(Int32(_SC_PHYS_PAGES))
    let size = sysconf(Int32(_SC_PAGESIZE))
    return pages > 0 && size > 0 ? UInt64(pages) * UInt64(size) : nil
  }
}
