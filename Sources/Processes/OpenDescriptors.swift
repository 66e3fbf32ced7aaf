import UnitFiles

/// The open descriptors of a process.
package enum OpenDescriptors {
  /// How many `process` has open; nil if this process may not know.
  package static func count(of process: Int32) -> UInt64? {
    let names = KernelFile.names(in: "/proc/\(process)/fd")
    return names.isEmpty ? nil : UInt64(names.count)
  }

  /// How many `process` may have open; nil if there is no limit or this process may not know it.
  package static func limit(of process: Int32) -> UInt64? {
    RunningLimit.soft(of: process, .nofile)
  }
}
