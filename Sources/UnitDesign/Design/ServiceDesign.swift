import UnitFiles

/// The decisions about a service: what the options leave open, settled by what is known of the program.
struct ServiceDesign {
  /// A unit that stands already, for which a drop-in is made.
  let existing: Unit?
  let request: ServiceRequest
  let facts: ProgramFacts?
  let known: KnownProgram?

  /// The unit's name without its type.
  var name = ""
  var role = KnownProgram.Role.plain
  var profile = SandboxProfile.strict
  var isRoot = false
  var isDynamic = false
  var usesWrapper = false
  var type = ServiceRequest.ServiceType.exec
  var network = ServiceRequest.Network.any
  var policy: [ServiceRequest.PolicySetting] = []
  var relaxations: [Relaxation] = []
  var sandbox: Sandbox
  /// The lines of the profile that the target's systemd lacks.
  var missing: [SandboxSetting] = []
  /// The exposure in tenths.
  var exposure = 0
  var remarks: [String] = []
  /// What the sandbox follows from; nil when there is none.
  var sandboxKey: SandboxKey?

  /// Decides.
  ///
  /// - Throws: options that contradict each other, or the program.
  init(
    _ request: ServiceRequest, facts: ProgramFacts?, existing: Unit?, costs: inout RelaxationCosts
  ) throws(RequestError) {
    self.request = request
    self.facts = facts
    self.existing = existing
    let words = request.command?.words ?? existing.map { ExistingService.command(of: $0) } ?? []
    self.words = (facts.map { [$0.executed] } ?? Array(words.prefix(1))) + words.dropFirst()
    known = facts.flatMap { KnownProgram.named($0.names) }
    sandbox = Sandbox(.off, isRoot: false, version: request.version)
    try decideName()
    try checkProgram()
    decideIdentity()
    try decideWrapper()
    try decideType()
    try decideNetwork()
    try buildSandbox(&costs)
    let points = sandboxKey.flatMap { costs.made[$0]?.points } ?? costs.points(of: sandbox, self)
    exposure = (points.points * 100 + points.weight - 1) / max(points.weight, 1)
    remark()
  }

  /// The words of the command as text, the program first and with its folder.
  let words: [String]

  /// What the program is made with.
  var kinds: [ProgramKind] { request.kinds ?? facts.map { [$0.kind] } ?? [] }

  /// What a message calls the program.
  var subject: String { facts.map { ProgramFacts.lastPart(of: $0.script ?? $0.path) } ?? name }

  // MARK: Name and program

  private mutating func decideName() throws(RequestError) {
    if let dropIn = request.dropIn {
      name = String(dropIn.dropLast(".service".utf8.count))
      guard request.name.isEmpty else {
        throw RequestError("--name", "does not go with --drop-in, which names the unit; leave it out")
      }
      return
    }
    guard request.name.isEmpty else {
      name = request.name
      return
    }
    guard let facts else { throw RequestError("", "no command: write upkeep generate --exec COMMAND") }
    let last = ProgramFacts.lastPart(of: facts.script ?? facts.path)
    let stem = last.split(separator: ".").first.map(String.init) ?? last
    name = UnitName.escape(stem)
  }

  private func checkProgram() throws(RequestError) {
    guard request.command != nil, let program = words.first else {
      guard request.dropIn != nil else {
        throw RequestError("", "no command: write upkeep generate --exec COMMAND")
      }
      return
    }
    guard program.hasPrefix("/") || program.hasPrefix("%") else {
      throw RequestError(
        "--exec",
        program.contains("/")
          ? "the program '\(program)' is not absolute; systemd starts nothing relative to a folder"
          : "the program '\(program)' is in none of \(ProgramFacts.folders.joined(separator: ", ")); "
            + "write its absolute path")
    }
    if let fix = known?.backgroundFix(words), request.type == nil {
      throw RequestError(
        "--exec",
        "\(subject) puts itself into the background, where systemd takes it for ended; \(fix), or say --type")
    }
    let hidden = [program, facts?.script].compactMap { $0 }.first { path in
      ["/tmp/", "/var/tmp/"].contains { path.hasPrefix($0) }
    }
    if let hidden, request.profile != .off, !request.needs.contains(Need(.sharedTmp)) {
      throw RequestError(
        "--exec", "'\(hidden)' is out of sight for a service with a /tmp of its own; install it elsewhere")
    }
  }

  // MARK: Identity

  private mutating func decideIdentity() {
    role = request.role ?? known?.role ?? .plain
    profile = request.profile ?? (role == .host ? .off : .strict)
    let user = request.user ?? existing?.value("User", in: "Service")?.value
    if request.scope == .user { return }
    if let user {
      isRoot = user == "root"
    } else if request.dropIn != nil {
      isRoot =
        (existing?.value("DynamicUser", in: "Service")?.value).flatMap { try? Boolean.parse($0) } != true
    } else {
      isRoot = role == .rootMaster || role == .host || profile == .off
      isDynamic = !isRoot
      if role == .rootMaster {
        remarks.append("\(subject) starts as root and its workers as another user, so no user is made for it")
      } else if role == .host {
        remarks.append("\(subject) starts programs for anybody, which no sandbox fits: it has none")
      } else if isRoot {
        remarks.append("without a profile and without --user the service runs as root")
      }
    }
    if role == .rootMaster, !isRoot { role = .plain }
  }

  // MARK: Wrapper and type

  private mutating func decideWrapper() throws(RequestError) {
    policy = request.policy
    let isTask = request.isScheduled || request.type == .oneshot
    let first =
      policy.first?.option ?? (request.watchdog != nil && request.type != .notify ? "--watchdog" : nil)
    let growing = request.restartDelayMaximum != nil && request.version < 254 ? "--restart-max" : nil
    let asks = first ?? growing
    switch request.wrapper {
    case .yes: usesWrapper = true
    case .auto: usesWrapper = asks != nil && (request.command != nil || existing != nil)
    case .no:
      if let first = policy.first {
        throw RequestError(
          first.option, "is upkeep-run's work, and --wrapper no leaves it out; drop one of them")
      }
    }
    if isTask, usesWrapper {
      throw RequestError(
        asks ?? "--wrapper yes",
        "does not go with a task, which ends by itself; leave it out or drop the timer")
    }
    guard usesWrapper else { return }
    if request.command == nil, request.dropIn == nil || existing == nil {
      throw RequestError(asks ?? "--wrapper yes", "needs the command; say it with --exec")
    }
    if case .raw(let command)? = request.command, command.hasPrefixes {
      throw RequestError(
        "--exec-raw",
        "a prefix such as '-' or '+' cannot stand behind upkeep-run; leave it out or say --wrapper no")
    }
    completePolicy()
  }

  /// Says in `[X-Upkeep]` what follows from other options.
  private mutating func completePolicy() {
    func values(_ key: String) -> [String] { policy.filter { $0.key == key }.map(\.value) }
    if values("ReadinessProbe").isEmpty, known?.notifies(words) == true, request.type == nil {
      add("ReadinessProbe", "notify", "--type")
      remarks.append(
        "\(subject) tells systemd itself when it is ready, so ReadinessProbe=notify is asked for")
    }
    // A watchdog that nothing is asked for would only watch upkeep-run itself.
    if request.watchdog != nil, values("LivenessProbe").isEmpty {
      for probe in values("ReadinessProbe") where probe != "notify" {
        add("LivenessProbe", probe, "--watchdog")
      }
      if values("LivenessProbe").isEmpty {
        remarks.append("nothing says when \(subject) hangs: add --alive, or let it send WATCHDOG=1 itself")
      }
    }
    if let delay = request.restartDelay {
      if values("RestartFirstDelaySec").isEmpty { add("RestartFirstDelaySec", delay, "--restart-sec") }
      if values("RestartDelaySec").isEmpty { add("RestartDelaySec", delay, "--restart-sec") }
    }
    if let longest = request.restartDelayMaximum, values("RestartDelayMaxSec").isEmpty {
      add("RestartDelayMaxSec", longest, "--restart-max")
    }
    if let signal = request.reloadSignal, values("ReloadSignal").isEmpty {
      add("ReloadSignal", signal, "--reload-signal")
    }
  }

  private mutating func add(_ key: String, _ value: String, _ option: String) {
    policy.append(ServiceRequest.PolicySetting(option: option, key: key, value: value))
  }

  private mutating func decideType() throws(RequestError) {
    if usesWrapper {
      if let type = request.type, type != .notify {
        throw RequestError(
          "--type \(type.rawValue)", "does not go with upkeep-run, which is Type=notify; leave it out")
      }
      type = .notify
      return
    }
    if request.isScheduled {
      if let type = request.type, type != .oneshot {
        throw RequestError(
          "--type \(type.rawValue)", "does not go with a timer, whose task is oneshot; leave it out")
      }
      type = .oneshot
    } else if let wanted = request.type {
      type = wanted
    } else if known?.notifies(words) == true {
      type = .notify
    } else {
      type = request.version >= 240 ? .exec : .simple
    }
    if type == .oneshot, let restart = request.restart, restart == "always" || restart == "on-success" {
      throw RequestError(
        "--restart \(restart)", "does not go with a task, which ends well by ending; write on-failure or no")
    }
    if type == .notifyReload, request.version < 253 {
      type = .notify
      remarks.append("systemd \(request.version) has no Type=notify-reload (253 has): it is notify")
    }
  }
}

extension ExecCommand {
  /// Whether anything stands before the program.
  var hasPrefixes: Bool { ignoresFailure || overridesArgv0 || noVariables || privileges != .unit }
}
