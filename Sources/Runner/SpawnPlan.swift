import Glibc
import Processes
import Supervision
import Systemd
import UnitFiles

/// Turns a policy and a command into the exact description of the process to start.
struct SpawnPlan {
  /// Variables that describe this program's own place under systemd and must not reach the service as they are.
  private static let ownVariables: [[UInt8]] = [
    "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES",
    "SYSTEMD_EXEC_PID", "FDSTORE",
  ].map { Array($0.utf8) }

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
  /// The signal that the service gets if this program dies; 0 under systemd, which looks after what is left.
  let parentDeathSignal: Int32

  /// The process to start, with `descriptors` from 3 on.
  ///
  /// - Throws: a program, user, group or limit that cannot be had.
  func request(
    policy: Policy, descriptors: [PassedDescriptor], identities: inout IdentityCache
  ) throws(SpawnError) -> SpawnRequest {
    let identity = try identities.identity(of: policy)
    var entries = entries(policy, identity)
    let path = entries[Array("PATH".utf8)].map { String(decoding: $0, as: UTF8.self) }
    let program = try ProgramSearch.resolve(command.program, path: path)
    var ownPID: [String] = []
    func set(_ name: String, _ value: String) { entries[Array(name.utf8)] = Array(value.utf8) }
    if ProcessEnvironment.value("SYSTEMD_EXEC_PID") != nil { ownPID.append("SYSTEMD_EXEC_PID") }
    if let notifyAddress { set("NOTIFY_SOCKET", notifyAddress) }
    if let watchdog = policy.ownHeartbeat ?? watchdog, notifyAddress != nil {
      set("WATCHDOG_USEC", "\(watchdog.microseconds)")
      ownPID.append("WATCHDOG_PID")
    }
    if !descriptors.isEmpty {
      set("LISTEN_FDS", "\(descriptors.count)")
      set("LISTEN_FDNAMES", descriptors.map(\.name).joined(separator: ":"))
      ownPID.append("LISTEN_PID")
    }
    var request = SpawnRequest(
      program: program, arguments: command.arguments, environment: Self.block(entries))
    request.ownPIDVariables = ownPID
    request.workingDirectory = folder(policy, identity)
    request.umask = policy.umask
    request.limits = policy.limits.map(RawLimit.init)
    request.identity = identity
    request.noNewPrivileges = policy.noNewPrivileges
    request.grouping = sharesTerminal ? .inherit : .processGroup
    request.parentDeathSignal = parentDeathSignal
    request.descriptors = descriptors.enumerated().map { index, passed in
      (source: passed.descriptor, target: SocketActivation.firstDescriptor + Int32(index))
    }
    for limit in request.limits { try limit.check() }
    return request
  }

  /// What an exec probe is started like: as the service's user, in its folder, without its sockets.
  ///
  /// - Throws: a user or group that cannot be had; a probe must never run as somebody else instead.
  func probeTemplate(policy: Policy, identities: inout IdentityCache) throws(SpawnError) -> SpawnRequest {
    let identity = try identities.identity(of: policy)
    var request = SpawnRequest(
      program: "", arguments: [], environment: Self.block(entries(policy, identity)))
    request.workingDirectory = folder(policy, identity)
    request.umask = policy.umask
    request.identity = identity
    request.noNewPrivileges = true
    return request
  }

  // MARK: Private steps

  /// The environment by name, both byte for byte: what comes later replaces what came before.
  private func entries(_ policy: Policy, _ identity: Identity?) -> [[UInt8]: [UInt8]] {
    var entries: [[UInt8]: [UInt8]] = [:]
    func add(_ entry: [UInt8]) {
      guard let mark = entry.firstIndex(of: UInt8(ascii: "=")), mark > 0 else { return }
      entries[Array(entry[..<mark])] = Array(entry[(mark + 1)...])
    }
    for entry in environment { add(entry) }
    for name in Self.ownVariables { entries[name] = nil }
    if let identity {
      for name in ["USER", "LOGNAME"] { if let user = identity.name { add(Array("\(name)=\(user)".utf8)) } }
      if let home = identity.home { add(Array("HOME=\(home)".utf8)) }
      if let shell = identity.shell { add(Array("SHELL=\(shell)".utf8)) }
    }
    // What a unit file or a flag sets on purpose counts, whatever its name.
    for entry in command.environment { add(entry) }
    for entry in policy.environment { add(Array(entry.utf8)) }
    return entries
  }

  private static func block(_ entries: [[UInt8]: [UInt8]]) -> [[UInt8]] {
    entries.map { $0.key + [UInt8(ascii: "=")] + $0.value }
  }

  private func folder(_ policy: Policy, _ identity: Identity?) -> String? {
    guard var path = policy.workingDirectory else { return nil }
    let mayBeMissing = path.hasPrefix("-")
    if mayBeMissing { path.removeFirst() }
    if path == "~" { path = identity?.home ?? ProcessEnvironment.value("HOME") ?? "/" }
    if mayBeMissing, unsafe access(path, F_OK) != 0 { return nil }
    return path
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

extension SpawnRequest {
  /// Tells the program facts in its environment, in place of what it had by these names.
  mutating func set(_ facts: [String: String]) {
    environment.removeAll { entry in
      facts[String(decoding: entry.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)] != nil
    }
    environment += facts.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
  }
}
