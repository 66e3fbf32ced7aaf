import Glibc
import Testing
import UnitFiles

@testable import Inspection

@Suite("ProcessLimits")
struct ProcessLimitsTests {
  private static let table = """
    Limit                     Soft Limit           Hard Limit           Units     
    Max cpu time              unlimited            unlimited            seconds   
    Max core file size        0                    unlimited            bytes     
    Max open files            1024                 524288               files     
    Max realtime timeout      unlimited            200000               us        
    """

  @Test("the kernel's table of limits is read")
  func limits() {
    let limits = ProcessLimits.limits(in: Self.table)
    #expect(
      limits == [
        ResourceLimit(resource: .cpu, soft: nil, hard: nil),
        ResourceLimit(resource: .core, soft: 0, hard: nil),
        ResourceLimit(resource: .nofile, soft: 1024, hard: 524_288),
        ResourceLimit(resource: .rttime, soft: nil, hard: 200_000),
      ])
  }

  @Test("what a process uses is read, whatever its name holds")
  func use() {
    let stat =
      "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 -5 1 0 100 1 1 1 1 1 1 1 1 0 0 0 0 0 0 0 17 3 7 0"
    let use = ProcessLimits.use(in: stat, ticks: 100)
    #expect(use == [.cpu: 4, .nice: 25, .rtprio: 7])
    let status = ProcessLimits.status(
      in:
        "Name:\tx\nUid:\t1000\t0\t0\t0\nVmSize:\t    2048 kB\nVmLck:\t       0 kB\nThreads:\t3\nSigQ:\t5/7000\n"
    )
    #expect(status.user == 1000 && status.threads == 3)
    #expect(status.use == [.as: 2 << 20, .memlock: 0, .sigpending: 5])
    let locks =
      "1: POSIX  ADVISORY  WRITE 42 08:01:1 0 EOF\n1: -> POSIX  ADVISORY  WRITE 42 08:01:1 0 EOF\n2: FLOCK  ADVISORY  WRITE 7 08:01:2 0 EOF\n"
    #expect(ProcessLimits.locks(of: 42, in: locks) == 1)
    for broken in ["", "x", "1 (a", ") 1 2", "Uid:\n:\n"] {
      #expect(ProcessLimits.use(in: broken, ticks: 100).isEmpty)
      #expect(ProcessLimits.status(in: broken).use.isEmpty && ProcessLimits.limits(in: broken).isEmpty)
    }
  }

  @Test("a process has sixteen limits, and what it opens counts")
  func own() throws {
    let before = try ProcessLimits.read(getpid())
    #expect(before.limits.map(\.resource) == Resource.allCases)
    let file = unsafe open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    #expect(
      (before.use[.nofile] ?? 0) > 0 && (before.use[.nproc] ?? 0) > 0 && (before.use[.as] ?? 0) > 1 << 20)
    #expect(throws: (any Error).self) { try ProcessLimits.read(Int32.max) }
  }
}
