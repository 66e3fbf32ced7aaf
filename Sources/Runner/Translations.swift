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
