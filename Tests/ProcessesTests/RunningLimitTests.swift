import Glibc
import Systemd
import Testing
import UnitFiles

@testable import Processes

@Suite("RunningLimit")
struct RunningLimitTests {
  /// This process's own limit of core dumps, which no test needs.
  private var present: (soft: UInt64?, hard: UInt64?) {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(4), &limit)
    let bound = { (value: rlim_t) in value == .max ? nil : UInt64(value) }
    return (bound(limit.rlim_cur), bound(limit.rlim_max))
  }

  @Test("a soft limit is changed alone, with what held before told")
  func soft() throws {
    let before = present
    let zero = ResourceLimit(resource: .core, soft: 0, hard: 0)
    let old = try RunningLimit.set(of: getpid(), to: zero, keepsHard: true)
    #expect(old == ResourceLimit(resource: .core, soft: before.soft, hard: before.hard))
    #expect(present.soft == 0 && present.hard == before.hard)
    try RunningLimit.set(of: getpid(), to: old, keepsHard: false)
    #expect(present.soft == before.soft && present.hard == before.hard)
  }

  @Test("a soft limit above the hard one and a process that is not there are errors")
  func errors() {
    let wrong = #expect(throws: SystemError.self) {
      try RunningLimit.set(
        of: getpid(), to: ResourceLimit(resource: .core, soft: nil, hard: 0), keepsHard: false)
    }
    #expect(wrong?.errno == EINVAL)
    let gone = #expect(throws: SystemError.self) {
      try RunningLimit.set(
        of: .max, to: ResourceLimit(resource: .core, soft: 0, hard: 0), keepsHard: true)
    }
    #expect(gone?.errno == ESRCH)
  }
}
