import Glibc
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
    let unit = try await source.load()
    var inner: RunnerOptions?
    let command: ServiceCommand
    if !options.command.isEmpty {
      command = ServiceCommand(options.command)
    } else if source.isStandalone, let unit {
      (command, inner) = try Self.command(of: unit)
    } else {
      throw SetupError(
        exitCode: SetupError.usage, "no command: write upkeep-run [OPTIONS] -- COMMAND ARGUMENTS")
    }
    let policy = try policy(of: unit, inner)
    var setup = RunnerSetup(command: command, policy: policy)
    setup.isQuiet = options.isQuiet
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
    let unit = try await source.load()
    var inner: RunnerOptions?
    if options.command.isEmpty, source.isStandalone, let unit { inner = try Self.command(of: unit).1 }
    return try policy(of: unit, inner)
  }

  // MARK: Private steps

  private func policy(of unit: Unit?, _ inner: RunnerOptions?) throws(SetupError) -> Policy {
    var policy = Policy()
    do throws(PolicyReader.Failure) {
      if let unit { policy = try PolicyReader.policy(of: unit, isStandalone: source.isStandalone) }
    } catch {
      throw SetupError(exitCode: SetupError.configuration, error.description)
    }
    do throws(RunnerOptions.UsageError) {
      // A unit file's own ExecStart= may be upkeep-run with flags; the command line wins over those.
      if let inner { policy = try inner.applied(to: policy) }
      return try options.applied(to: policy)
    } catch {
      throw SetupError(exitCode: error.exitCode, error.description)
    }
  }

  /// The command of a unit file's ExecStart=, and the flags of the upkeep-run that may stand in front of it.
  private static func command(of unit: Unit) throws(SetupError) -> (ServiceCommand, RunnerOptions?) {
    guard let line = unit.values("ExecStart", in: "Service").last else {
      throw SetupError(exitCode: SetupError.configuration, "\(unit.name): no ExecStart= in [Service]")
    }
    var position = line.valuePosition
    do throws(ValueError) {
      let specifiers = try specifiers(of: unit)
      let variables = try environment(of: unit, specifiers)
      let commands = try ExecCommand.parse(line.value)
      guard let first = commands.first else { throw ValueError(message: "ExecStart= has no command") }
      let lookup = ownEnvironment.compactMap(Self.split) + variables
      let expanded = try first.expanded(specifiers: specifiers, environment: lookup)
      var command = ServiceCommand(
        program: expanded.program, arguments: expanded.arguments,
        environment: variables.map { Array("\($0.name)=\($0.value)".utf8) })
      guard
        expanded.program.split(separator: UInt8(ascii: "/")).last.map(Array.init) == Array("upkeep-run".utf8)
      else { return (command, nil) }
      let inner = try innerOptions(expanded.arguments)
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

  private static func specifiers(of unit: Unit) throws(ValueError) -> Specifiers {
    // A file for use outside systemd may have any name; then it has no specifiers of a unit.
    var specifiers = (try? UnitName(unit.name)).map { Specifiers(unit: $0) } ?? Specifiers()
    let identity = try? Identity.look(up: nil, group: nil)
    specifiers["u"] = identity?.name ?? "\(geteuid())"
    specifiers["U"] = "\(geteuid())"
    specifiers["h"] = identity?.home ?? "/"
    specifiers["s"] = identity?.shell ?? "/bin/sh"
    let isRoot = geteuid() == 0
    let home = identity?.home ?? "/"
    specifiers["t"] = isRoot ? "/run" : ProcessEnvironment.value("XDG_RUNTIME_DIR") ?? "/tmp"
    specifiers["S"] = isRoot ? "/var/lib" : "\(home)/.local/state"
    specifiers["C"] = isRoot ? "/var/cache" : "\(home)/.cache"
    specifiers["L"] = isRoot ? "/var/log" : "\(home)/.local/state/log"
    specifiers["E"] = isRoot ? "/etc" : "\(home)/.config"
    specifiers["T"] = "/tmp"
    specifiers["V"] = "/var/tmp"
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
