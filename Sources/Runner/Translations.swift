import Glibc
import Processes
import Supervision
import Systemd
import UnitFiles

// Values that two layers know under names of their own.

extension ExitCause {
  /// What the kernel said of a child, in the words of the service's life.
  init(_ exit: ChildExit) {
    self =
      switch exit {
      case .exited(let code): .exited(code)
      case .signaled(let number, let coreDumped):
        .signaled(number: number, name: SignalName.name(of: number), coreDumped: coreDumped)
      }
  }
}

extension SpawnError {
  /// Whether the same attempt may succeed later without anybody's doing: no process or memory to be had.
  var isTransient: Bool {
    errno == EAGAIN || errno == ENOMEM || errno == EMFILE || errno == ENFILE || errno == ETXTBSY
  }
}

extension RawLimit {
  /// A limit in systemd's spelling as the kernel takes it.
  init(_ limit: ResourceLimit) {
    self.init(
      resource: limit.resource.number, soft: limit.soft ?? Self.infinity, hard: limit.hard ?? Self.infinity,
      name: limit.resource.directive)
  }
}

extension Resource {
  /// The kernel's number, `RLIMIT_...` of `getrlimit(2)`; the same on every architecture that systemd and Swift share.
  fileprivate var number: Int32 {
    switch self {
    case .cpu: 0
    case .fsize: 1
    case .data: 2
    case .stack: 3
    case .core: 4
    case .rss: 5
    case .nproc: 6
    case .nofile: 7
    case .memlock: 8
    case .as: 9
    case .locks: 10
    case .sigpending: 11
    case .msgqueue: 12
    case .nice: 13
    case .rtprio: 14
    case .rttime: 15
    }
  }
}
