import Supervision
import UnitFiles

extension ServiceDesign {
  // MARK: Network

  mutating func decideNetwork() throws(RequestError) {
    let asksForNetwork = request.needs.contains { $0.kind == .networkIn || $0.kind == .networkOut }
    if asksForNetwork, let network = request.network, network != .any {
      throw RequestError(
        "--network \(network.rawValue)", "contradicts --allow network; leave one of them out")
    }
    network = request.network ?? (request.listen.isEmpty || request.dropIn != nil ? .any : .none)
  }

  /// What the probes of `upkeep-run` have to reach.
  private var probed: ServiceRequest.Network {
    var reach = ServiceRequest.Network.none
    for setting in policy where ["StartupProbe", "ReadinessProbe", "LivenessProbe"].contains(setting.key) {
      guard let target = try? ProbeTarget.parse(setting.value) else { continue }
      switch target {
      case .http(let url):
        let rest = url.drop { $0 != "/" }.dropFirst(2)
        let host =
          rest.hasPrefix("[") ? rest.prefix { $0 != "]" }.dropFirst() : rest.prefix { !":/?#".contains($0) }
        reach = Self.isLocal(String(host)) && reach != .any ? .localhost : .any
      case .tcp(let host, _): reach = Self.isLocal(host) && reach != .any ? .localhost : .any
      case .grpc(let endpoint): reach = Self.isLocal(endpoint.host) && reach != .any ? .localhost : .any
      case .unix, .httpSocket, .dbus, .exec, .heartbeat, .notify: continue
      }
    }
    return reach
  }

  private static func isLocal(_ host: String) -> Bool {
    host == "localhost" || host == "::1" || host.hasPrefix("127.")
  }

  // MARK: Sandbox

  mutating func buildSandbox(_ costs: inout RelaxationCosts) throws(RequestError) {
    sandbox = Sandbox(profile, isRoot: isRoot, version: request.version)
    missing = profile.settings.filter { $0.since > request.version }
    if !missing.isEmpty {
      let names = missing.map { "\($0.directive)= (\($0.since) has)" }.joined(separator: ", ")
      remarks.append("systemd \(request.version) lacks parts of the sandbox: \(names)")
    }
    guard profile != .off else {
      if let need = request.needs.first {
        throw RequestError("--allow \(need)", "has nothing to open with --profile off; leave one of them out")
      }
      return
    }
    if request.scope == .user { sandbox.keepOnly(Sandbox.unprivileged) }
    for setting in SandboxSetting.network(network) where setting.since <= request.version {
      sandbox.begin(with: setting)
    }
    collectRelaxations()
    let wanted = request.needs.map { Relaxation($0, of: subject) } + pathRelaxations
    for relaxation in wanted { add(relaxation) }
    for need in request.needs {
      if isDynamic, let conflict = need.kind.dynamicUserConflict {
        throw RequestError("--allow \(need)", "cannot be had without a user: \(conflict); add --user NAME")
      }
    }
    let key = SandboxKey(self)
    sandboxKey = key
    let made = costs.made[key] ?? weigh(&costs)
    costs.made[key] = made
    sandbox = made.sandbox
    relaxations = made.relaxations
    remarks += made.remarks
  }

  /// Applies one relaxation after the other, and sees what each is worth.
  private func weigh(_ costs: inout RelaxationCosts) -> RelaxationCosts.Made {
    var sandbox = sandbox
    var remarks: [String] = []
    var kept: [Relaxation] = []
    var points = costs.points(of: sandbox, self)
    for var relaxation in relaxations {
      let before = sandbox
      for change in relaxation.changes { sandbox.apply(change) }
      // What is open already, by the profile or by another relaxation, is no exception.
      guard sandbox != before else {
        if request.needs.contains(where: { $0.description == relaxation.cause }) {
          remarks.append("--allow \(relaxation.cause): open already")
        }
        continue
      }
      let after = costs.points(of: sandbox, self)
      relaxation.cost =
        Double(after.points) * 10 / Double(after.weight)
        - Double(points.points) * 10 / Double(points.weight)
      points = after
      kept.append(relaxation)
    }
    return RelaxationCosts.Made(sandbox: sandbox, relaxations: kept, remarks: remarks, points: points)
  }

  private mutating func add(_ relaxation: Relaxation) {
    if !relaxations.contains(where: { $0.cause == relaxation.cause }) { relaxations.append(relaxation) }
  }

  /// What follows from the program itself.
  private mutating func collectRelaxations() {
    for kind in kinds where kind.makesCode {
      let without = kind.interpretingArguments ?? []
      guard !without.contains(where: { (words.joined(separator: " ") + " ").contains(" \($0) ") }) else {
        continue
      }
      let evidence = request.kinds == nil ? facts.map { "it \($0.evidence)" } : nil
      add(
        Relaxation(
          cause: kind.rawValue,
          reason: "\(kind == .jit ? subject : kind.title) makes code while it runs"
            + (evidence.map { " (\($0))" } ?? ""),
          changes: Need(.jit).changes))
    }
    if kinds.contains(.php), words.contains(where: { $0.contains("opcache.jit") }) {
      add(Relaxation(cause: "opcache.jit", reason: "PHP compiles while it runs", changes: Need(.jit).changes))
    }
    if kinds.contains(.ruby), words.contains(where: { ["--jit", "--yjit", "--rjit", "--mjit"].contains($0) })
    {
      add(Relaxation(cause: "jit", reason: "Ruby compiles while it runs", changes: Need(.jit).changes))
    }
    if let known, let off = known.interpreting, !words.dropFirst().contains(where: { $0.contains(off) }) {
      add(
        Relaxation(
          cause: "jit", reason: "\(subject) makes code while it runs, unless '\(off)' is said",
          changes: Need(.jit).changes))
    }
    for need in known?.needs ?? [] { add(.guessed(need, of: subject)) }
    switch role {
    case .plain, .host: break
    case .rootMaster:
      add(
        Relaxation(
          cause: "root-master",
          reason: "\(subject) starts workers as another user and binds its ports as root",
          changes: Need(.users).changes + Need(.lowPorts).changes))
      for need in known?.rootNeeds ?? [] { add(.guessed(need, of: subject)) }
    case .supervisor:
      add(
        Relaxation(
          cause: "supervisor", reason: "\(subject) sets priorities and limits of what it starts",
          changes: Need(.resources).changes))
      if isRoot {
        for need in [Need(.users), Need(.signals)] { add(Relaxation(need, of: subject)) }
      }
    }
    let reach = probed
    guard usesWrapper, reach != .none, network != .any, reach != network else { return }
    let host = reach == .localhost ? "on this machine" : "on another machine"
    var changes: [SandboxChange] = [.drop("PrivateNetwork"), .family("AF_INET"), .family("AF_INET6")]
    changes +=
      reach == .localhost
      ? [.add("IPAddressAllow", "localhost")] : [.drop("IPAddressDeny"), .drop("IPAddressAllow")]
    add(
      Relaxation(
        cause: "probe", reason: "upkeep-run asks a probe \(host); unix:, exec: and notify need no network",
        changes: changes))
  }

  /// What follows from where things lie.
  private var pathRelaxations: [Relaxation] {
    let folder = request.values["working-directory"]?.last
    var found: [Relaxation] = []
    let paths = [facts?.path, facts?.realPath, facts?.interpreter, facts?.script, folder].compactMap { $0 }
    if request.scope == .system, let path = paths.first(where: HomeFolders.hold) {
      found.append(
        Relaxation(
          cause: "home-read", reason: "\(path) lies in a home, which is hidden otherwise",
          changes: Need(.homeRead).changes))
    }
    for folder in request.sharedFolders {
      found.append(Relaxation(Need(.write, folder.path), of: subject))
    }
    return found
  }
}
