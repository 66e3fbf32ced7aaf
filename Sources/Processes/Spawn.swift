import CSpawn
import Glibc

/// Starts a program and returns once it executes; any thread may call this.
///
/// - Parameter request: what to start and in which state.
/// - Returns: the new child, whose descriptor belongs to the caller, and which the caller must wait for.
/// - Throws: the first step that failed; then no process is left.
package func spawn(_ request: SpawnRequest) throws(SpawnError) -> SpawnedProcess {
  for limit in request.limits { try limit.check() }
  let block = try ArgumentBlock(request)
  var descriptors = request.descriptors.map { cspawn_descriptor(source: $0.source, target: $0.target) }
  let limits = request.limits.map { cspawn_limit(resource: $0.resource, soft: $0.soft, hard: $0.hard) }
  // Setting what is there already would take privileges that an unprivileged parent does not have.
  let identity = request.identity.flatMap { $0.isOwn ? nil : $0 }
  let groups = identity?.groups ?? []

  var result = cspawn_result()
  let failed = unsafe descriptors.withUnsafeMutableBufferPointer { descriptors in
    unsafe limits.withUnsafeBufferPointer { limits in
      unsafe groups.withUnsafeBufferPointer { groups in
        unsafe withOptionalCString(request.workingDirectory) { directory in
          unsafe request.program.withCString { program in
            var raw = unsafe cspawn_request()
            unsafe raw.program = unsafe program
            unsafe raw.argv = unsafe UnsafePointer(block.arguments)
            unsafe raw.envp = unsafe UnsafePointer(block.environment)
            unsafe raw.pid_slots = unsafe UnsafePointer(block.ownPIDSlots)
            unsafe raw.pid_slot_count = block.ownPIDSlotCount
            unsafe raw.working_directory = unsafe directory
            unsafe raw.limits = limits.baseAddress
            unsafe raw.limit_count = limits.count
            unsafe raw.descriptors = descriptors.baseAddress
            unsafe raw.descriptor_count = descriptors.count
            unsafe raw.groups = groups.baseAddress
            unsafe raw.group_count = groups.count
            unsafe raw.sets_groups = identity == nil ? 0 : 1
            unsafe raw.sets_identity = identity == nil ? 0 : 1
            unsafe raw.uid = identity?.uid ?? 0
            unsafe raw.gid = identity?.gid ?? 0
            unsafe raw.umask = request.umask.map { Int32($0 & 0o777) } ?? -1
            unsafe raw.no_new_privileges = request.noNewPrivileges ? 1 : 0
            unsafe raw.parent_death_signal = request.parentDeathSignal
            unsafe raw.grouping = request.grouping.number
            unsafe raw.cgroup = request.cgroup ?? -1
            return unsafe cspawn_start(&raw, &result)
          }
        }
      }
    }
  }
  // The pointers taken from it above do not keep it alive.
  extendLifetime(block)
  guard failed == 0 else { throw SpawnError(result, of: request) }
  return SpawnedProcess(pid: result.pid, pidfd: result.pidfd)
}

private func withOptionalCString<T>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> T) -> T {
  guard let text else { return body(nil) }
  return unsafe text.withCString { unsafe body($0) }
}

extension SpawnRequest.Grouping {
  fileprivate var number: Int32 {
    switch self {
    case .inherit: 0
    case .processGroup: 1
    case .session: 2
    }
  }
}

extension SpawnError {
  /// Gives names to the numbers that came back from the child.
  fileprivate init(_ result: cspawn_result, of request: SpawnRequest) {
    let step = SpawnStep(rawValue: result.step) ?? .start
    let number = String(result.value)
    let (value, advice): (String, String) =
      switch step {
      case .start:
        ("", "a limit on processes (LimitNPROC=, TasksMax=, pid_max), memory or open files is used up")
      case .signals, .grouping: ("", "")
      case .cgroup: (number, "the cgroup must be delegated to this process")
      case .descriptors:
        ("descriptor \(number)", "its source must be open, and the number below the limit on open files")
      case .limits: Self.refusedLimit(result, of: request)
      case .group: (number, "only a privileged process may change its groups")
      case .user:
        (
          number,
          result.error == EAGAIN
            ? "the user has as many processes as LimitNPROC= allows"
            : "only a privileged process may become another"
        )
      case .parentDeath: (number, "")
      case .workingDirectory:
        (request.workingDirectory ?? "", "create it, grant the user the right to enter it, or name another")
      case .noNewPrivileges: ("", "")
      case .program: (request.program, Self.reason(for: result.error, program: request.program))
      }
    self.init(step: step, errno: result.error, value: value, advice: advice)
  }

  private static func refusedLimit(_ result: cspawn_result, of request: SpawnRequest) -> (String, String) {
    guard let limit = request.limits.last(where: { Int64($0.resource) == result.value }) else {
      return ("", "")
    }
    return (limit.asked, limit.refusal)
  }

  /// The kernel says ENOENT for a missing interpreter as well, which sends people looking in the wrong place.
  private static func reason(for errno: Int32, program: String) -> String {
    switch errno {
    case ENOENT where exists(program):
      guard let interpreter = Interpreter.named(by: program) else {
        return "the file is there, but its dynamic loader is not; install the libraries it was built for"
      }
      return
        "the file is there, but its interpreter \(interpreter) is not; install it or correct the first line"
    case ENOENT: return "install it or correct the path"
    case ENOEXEC: return "it is no program for this machine; a script must begin with #! and its interpreter"
    case EACCES:
      return
        "it must be a regular file with execute permission, in directories that the user may enter, on a file "
        + "system not mounted noexec"
    case E2BIG: return "the arguments and the environment are too large together"
    case EAGAIN: return "the user has as many processes as LimitNPROC= allows"
    default: return ""
    }
  }

  private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
}
