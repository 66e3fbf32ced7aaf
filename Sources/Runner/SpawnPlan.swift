import Glibc
import Processes
import Supervision
import Systemd
import UnitFiles

/// Turns a policy and a command into the exact description of the process to start.
struct SpawnPlan {
  /// Variables that describe this program's own place under systemd and must not reach the service as they are.
  private static let ownVariables: Set<String> = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    "SYSTEMD_EXEC_PID", "FDSTORE",
  ]

  /// The command and its arguments, byte for byte; never empty.
  let command: ServiceCommand
  /// The environment that this program was started with.
  let environment: [[UInt8]]
  /// Where the service notifies this program; nil if it cannot.
  let notifyAddress: String?
  /// The watchdog time that the service is told; nil for none.
  let watchdog: Duration?
  /// Whether the service shares this program's terminal, and so its process group.
  let sharesTerminal: Bool

  /// The process to start, with `descriptors` from 3 on.
  ///
  /// - Throws: a program, user, group or limit that cannot be had.
  func request(
    policy: Policy, descriptors: [PassedDescriptor], identities: inout IdentityCache
  ) throws(SpawnError) -> SpawnRequest {
    let identity = try identities.identity(of: policy)
    var entries = entries(policy, identity)
    let path = entries["PATH"]
    let program = try ProgramSearch.resolve(
      command.program, path: path.map { String(decoding: $0, as: UTF8.self) })
    var ownPID: [String] = []
    if ProcessEnvironment.value("SYSTEMD_EXEC_PID") != nil { ownPID.append("SYSTEMD_EXEC_PID") }
    if let notifyAddress { entries["NOTIFY_SOCKET"] = Array(notifyAddress.utf8) }
    if let watchdog, notifyAddress != nil {
      entries["WATCHDOG_USEC"] = Array("\(watchdog.microseconds)".utf8)
      ownPID.append("WATCHDOG_PID")
    }
    if !descriptors.isEmpty {
      entries["LISTEN_FDS"] = Array("\(descriptors.count)".utf8)
      entries["LISTEN_FDNAMES"] = Array(descriptors.map(\.name).joined(separator: ":").utf8)
      ownPID.append("LISTEN_PID")
    }
    var request = SpawnRequest(
      program: program, arguments: command.arguments,
      environment: entries.map { Array("\($0.key)=".utf8) + $0.value })
    request.ownPIDVariables = ownPID
    request.workingDirectory = policy.workingDirectory
    request.umask = policy.umask
    request.limits = policy.limits.map(RawLimit.init)
    request.identity = identity
    request.noNewPrivileges = policy.noNewPrivileges
    request.grouping = sharesTerminal ? .inherit : .processGroup
    request.descriptors = descriptors.enumerated().map { index, passed in
      (source: passed.descriptor, target: SocketActivation.firstDescriptor + Int32(index))
    }
    for limit in request.limits { try limit.check() }
    return request
  }

  /// What an exec probe is started like: as the service's user, in its folder, without its sockets.
  func probeTemplate(policy: Policy, identities: inout IdentityCache) -> SpawnRequest {
    let identity = try? identities.identity(of: policy)
    var request = SpawnRequest(
      program: "", arguments: [],
      environment: entries(policy, identity).map { Array("\($0.key)=".utf8) + $0.value })
    request.workingDirectory = policy.workingDirectory
    request.umask = policy.umask
    request.identity = identity
    request.noNewPrivileges = true
    return request
  }

  private func entries(_ policy: Policy, _ identity: Identity?) -> [String: [UInt8]] {
    var entries: [String: [UInt8]] = [:]
    let own = environment + command.environment + policy.environment.map { Array($0.utf8) }
    for (index, entry) in own.enumerated() {
      guard let mark = entry.firstIndex(of: UInt8(ascii: "=")), mark > 0 else { continue }
      let name = String(decoding: entry[..<mark], as: UTF8.self)
      // What a unit or a flag sets on purpose counts, whatever its name.
      guard index >= environment.count || !Self.ownVariables.contains(name) else { continue }
      entries[name] = Array(entry[(mark + 1)...])
    }
    if let identity {
      if let name = identity.name {
        entries["USER"] = Array(name.utf8)
        entries["LOGNAME"] = Array(name.utf8)
      }
      if let home = identity.home { entries["HOME"] = Array(home.utf8) }
      if let shell = identity.shell { entries["SHELL"] = Array(shell.utf8) }
    }
    return entries
  }
}

/// Looks a policy's user and groups up once: the databases may be slow, and a restart must not be.
struct IdentityCache {
  private var key: [String?] = []
  private var found: Identity?

  /// A cache that knows nobody yet.
  init() {}

  mutating func identity(of policy: Policy) throws(SpawnError) -> Identity? {
    guard policy.user != nil || policy.group != nil || !policy.supplementaryGroups.isEmpty else { return nil }
    let wanted = [policy.user, policy.group] + policy.supplementaryGroups
    if wanted == key, let found { return found }
    let identity = try Identity.look(
      up: policy.user, group: policy.group, supplementary: policy.supplementaryGroups)
    key = wanted
    found = identity
    return identity
  }
}
