import CSpawn
import Glibc
package import Systemd
package import UnitFiles

/// Limits of processes that run; see `prlimit(2)`.
package enum RunningLimit {
  /// Changes a limit of a process.
  ///
  /// - Parameters:
  ///   - process: its PID.
  ///   - limit: the limit.
  ///   - keepsHard: whether the hard limit stays as it is.
  /// - Returns: the limit that held before.
  /// - Throws: `EPERM` without the right, or above a bound that binds root too, such as `fs.nr_open`; `EINVAL` for a soft
  ///   limit above the hard one; `ESRCH`.
  @discardableResult
  package static func set(
    of process: Int32, to limit: ResourceLimit, keepsHard: Bool
  ) throws(SystemError) -> ResourceLimit {
    var old: [UInt64] = [0, 0]
    // The hard limit that is kept has to be known first.
    if keepsHard {
      try check(unsafe cspawn_set_limit(process, limit.resource.number, nil, &old), limit, process)
    }
    let new = [limit.soft ?? RawLimit.infinity, keepsHard ? old[1] : limit.hard ?? RawLimit.infinity]
    try check(unsafe cspawn_set_limit(process, limit.resource.number, new, &old), limit, process)
    let bound = { (value: UInt64) in value == RawLimit.infinity ? nil : value }
    return ResourceLimit(resource: limit.resource, soft: bound(old[0]), hard: bound(old[1]))
  }

  /// The soft limit of a process; nil if there is none, the process is gone or this one may not know.
  package static func soft(of process: Int32, _ resource: Resource) -> UInt64? {
    var old: [UInt64] = [0, 0]
    let result = unsafe cspawn_set_limit(process, resource.number, nil, &old)
    return result < 0 || old[0] == RawLimit.infinity ? nil : old[0]
  }

  private static func check(_ result: Int32, _ limit: ResourceLimit, _ process: Int32) throws(SystemError) {
    guard result < 0 else { return }
    throw SystemError(errno: -result, operation: "set \(limit.resource) of", subject: "process \(process)")
  }
}
