import Glibc
import LogMatching
import Processes
import Supervision
import Systemd
import UnitFiles

/// Puts a unit, the command line and the environment together into what a ``ServiceRunner`` needs.
struct SetupReader: Sendable {
  let options: RunnerOptions
  let source: ServiceSource

  /// A reader for `options`.
  init(_ options: RunnerOptions) {
    self.options = options
    source = ServiceSource(options)
  }

  /// Reads everything once, at the start.
  ///
  /// - Throws: the first thing that is wrong with command line, policy, command or environment.
  @LoopActor
  func setup() async throws(SetupError) -> RunnerSetup {
    let found = try await source.load()
    let unit = found.unit
    var inner: RunnerOptions?
    let command: ServiceCommand
    if !options.command.isEmpty {
      command = ServiceCommand(options.command)
    } else if source.isStandalone, let unit {
      (command, inner) = try self.command(of: unit)
    } else {
      throw SetupError(
        exitCode: SetupError.usage, "no command: write upkeep-run [OPTIONS] -- COMMAND ARGUMENTS")
    }
    let policy = try policy(of: unit, inner)
    var setup = RunnerSetup(command: command, policy: policy)
    setup.isQuiet = options.isQuiet
    setup.warning = found.warning
    if case .unit(let own) = source.place {
      setup.unit = own
      (setup.stopSignals, setup.stopsWholeGroup) = Self.stopSignals(of: unit)
    }
    setup.managerAddress = Notification.managerAddress
    do throws(EnvironmentError) {
      setup.watchdog = try WatchdogSettings.fromEnvironment()?.timeout
      setup.descriptors = try SocketActivation.take()
    } catch {
      throw SetupError(exitCode: SetupError.configuration, error.description)
    }
    setup.environment = Self.ownEnvironment
    return setup
  }

  /// Reads the policy anew, for a reload.
  ///
  /// - Throws: everything that is wrong with it.
  @LoopActor
  func policy() async throws(SetupError) -> Policy {
    let found = try await source.load()
    if let warning = found.warning { throw SetupError(exitCode: SetupError.configuration, warning) }
    let unit = found.unit
    var inner: RunnerOptions?
    if options.command.isEmpty, source.isStandalone, let unit { inner = try command(of: unit).1 }
    return try policy(of: unit, inner)
  }

  // MARK: Private steps

  private func policy(of unit: Unit?, _ inner: RunnerOptions?) throws(SetupError) -> Policy {
    var policy = Policy()
    if let unit {
      let specifiers = specifiers(of: unit)
      do throws(PolicyReader.Failure) {
        policy = try PolicyReader.policy(
          of: unit, isStandalone: source.isStandalone, specifiers: specifiers)
      } catch {
        throw SetupError(exitCode: SetupError.configuration, error.description)
      }
    }
    do throws(RunnerOptions.UsageError) {
      // A unit file's own ExecStart= may be upkeep-run with flags; the command line wins over those.
      if let inner { policy = try inner.applied(to: policy) }
      policy = try options.applied(to: policy)
    } catch {
      throw SetupError(exitCode: error.exitCode, error.description)
    }
    do throws(PatternFailure) {
      try LogWatch.check(policy.repairs)
    } catch {
      throw SetupError(exitCode: SetupError.configuration, error.description)
    }
    return policy
  }

  /// The signals by which systemd stops a unit, and whether all its processes get them; see systemd.kill(5).
  private static func stopSignals(of unit: Unit?) -> (Set<Int32>, Bool) {
    func signal(_ key: String) -> Int32? {
      (unit?.value(key, in: "Service")?.value).flatMap { try? SignalName.number(of: $0) }
    }
    let killSignal = signal("KillSignal") ?? SIGTERM
    let mode = unit?.value("KillMode", in: "Service")?.value ?? "control-group"
    return ([killSignal, signal("RestartKillSignal") ?? killSignal], mode == "control-group")
  }

  /// The command of a unit file's ExecStart=, and the flags of the upkeep-run that may stand in front of it.
  private func command(of unit: Unit) throws(SetupError) -> (ServiceCommand, RunnerOptions?) {
    guard let line = unit.values("ExecStart", in: "Service").last else {
      throw SetupError(exitCode: SetupError.configuration, "\(unit.name): no ExecStart= in [Service]")
    }
    var position = line.valuePosition
    do throws(ValueError) {
      let specifiers = specifiers(of: unit)
      let variables = try Self.environment(of: unit, specifiers)
      let commands = try ExecCommand.parse(line.value)
      guard let first = commands.first else { throw ValueError(message: "ExecStart= has no command") }
      let lookup = Self.ownEnvironment.compactMap(Self.split) + variables
      let expanded = try first.expanded(specifiers: specifiers, environment: lookup)
      var command = ServiceCommand(
        program: expanded.program, arguments: expanded.arguments,
        environment: variables.map { Array("\($0.name)=\($0.value)".utf8) })
      guard
        expanded.program.split(separator: UInt8(ascii: "/")).last.map(Array.init) == Array("upkeep-run".utf8)
      else { return (command, nil) }
      let inner = try Self.innerOptions(expanded.arguments)
      guard let program = inner.command.first else {
        throw ValueError(message: "ExecStart= gives upkeep-run no command")
      }
      command.program = program
      command.arguments = inner.command
      return (command, inner)
    } catch {
      position.column += error.offset
      throw SetupError(exitCode: SetupError.configuration, "\(position): \(error.message)")
    }
  }

  private static func innerOptions(_ arguments: [[UInt8]]) throws(ValueError) -> RunnerOptions {
    do throws(RunnerOptions.UsageError) {
      return try RunnerOptions(parsing: Array(arguments.dropFirst()))
    } catch {
      throw ValueError(message: error.description)
    }
  }

  private static func environment(
    of unit: Unit, _ specifiers: Specifiers
  ) throws(ValueError) -> [EnvironmentAssignment] {
    var variables: [EnvironmentAssignment] = []
    for line in unit.values("Environment", in: "Service") {
      variables += try EnvironmentAssignment.parse(line.value, specifiers: specifiers)
    }
    for line in unit.values("EnvironmentFile", in: "Service") {
      let isOptional = line.value.hasPrefix("-")
      let path = try specifiers.expand(isOptional ? String(line.value.dropFirst()) : line.value)
      guard let bytes = ServiceSource.contents(of: path, limit: ServiceSource.largestFile) else {
        if isOptional { continue }
        let reason = unsafe String(cString: strerror(errno))
        throw ValueError(message: "EnvironmentFile=\(path): \(reason); write -\(path) if it may be missing")
      }
      variables += EnvironmentFile.parse(bytes)
    }
    return variables
  }

  private func specifiers(of unit: Unit) -> Specifiers {
    // A file for use outside systemd may have any name; then it has no specifiers of a unit.
    var specifiers = (try? UnitName(unit.name)).map { Specifiers(unit: $0) } ?? Specifiers()
    let values = ["Service", PolicyReader.section].flatMap { unit.assignments(in: $0) }
    // The user database may be slow, and is asked only if somebody wants to know.
    guard values.contains(where: { $0.value.contains("%") }) else { return specifiers }
    // As in systemd these are the manager's, whoever the service itself runs as.
    let user: UInt32 = if case .unit(let own) = source.place, own.scope == .system { 0 } else { geteuid() }
    let identity = try? Identity.look(up: "\(user)", group: nil)
    let home = identity?.home ?? "/"
    let isRoot = user == 0
    let table: [(Character, String)] = [
      ("u", identity?.name ?? "\(user)"), ("U", "\(user)"), ("h", home),
      ("s", identity?.shell ?? "/bin/sh"), ("T", "/tmp"), ("V", "/var/tmp"),
      ("t", isRoot ? "/run" : ProcessEnvironment.value("XDG_RUNTIME_DIR") ?? "/tmp"),
      ("S", isRoot ? "/var/lib" : "\(home)/.local/state"),
      ("C", isRoot ? "/var/cache" : "\(home)/.cache"),
      ("L", isRoot ? "/var/log" : "\(home)/.local/state/log"),
      ("E", isRoot ? "/etc" : "\(home)/.config"),
    ]
    for (letter, text) in table { specifiers[letter] = text }
    return specifiers
  }

  private static func split(_ entry: [UInt8]) -> EnvironmentAssignment? {
    guard let mark = entry.firstIndex(of: UInt8(ascii: "=")) else { return nil }
    return EnvironmentAssignment(
      name: String(decoding: entry[..<mark], as: UTF8.self),
      value: String(decoding: entry[(mark + 1)...], as: UTF8.self))
  }

  private static var ownEnvironment: [[UInt8]] {
    var entries: [[UInt8]] = []
    var next = unsafe environ
    while let entry = unsafe next.pointee {
      unsafe entries.append(Array(UnsafeRawBufferPointer(start: entry, count: strlen(entry))))
      unsafe next += 1
    }
    return entries
  }
}
