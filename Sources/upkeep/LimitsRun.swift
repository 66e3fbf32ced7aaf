import Glibc
import Inspection
import Presentation
import Processes
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// A change of limits of units, while they run and for later.
struct LimitsRun: Sendable {
  let command: LimitsCommand
  let changes: [LimitChange]
  let client: ManagerClient

  /// Processes that come while others are changed are looked for so often: each has the limits of its parent.
  private static let rounds = 8

  private var limits: [(limit: ResourceLimit, keepsHard: Bool)] {
    changes.compactMap { change in
      if case .resource(let limit, let keepsHard) = change { (limit, keepsHard) } else { nil }
    }
  }

  /// Changes all of it, and shows what came of it.
  ///
  /// - Throws: what keeps it from beginning; the status of what could not be changed.
  @LoopActor
  func run(_ units: [UnitProperties], _ processes: [Int32]) async throws {
    var report = LimitsReport(isDry: command.dryRun, command.outputOptions)
    for unit in units where unit.resourceLimits.isEmpty && unit.groupLimits(nil).isEmpty {
      throw ExitError(
        "\(DisplayText.escaped(unit.name)) has no processes, so it has no limits",
        code: ExitError.notImplemented)
    }
    for unit in units where !command.persist && !limits.isEmpty && unit.controlGroup.isEmpty {
      throw ExitError(
        "\(DisplayText.escaped(unit.name)) does not run; --persist sets limits for its next start",
        code: ExitError.notRunning)
    }
    for process in processes {
      _ = try LimitsCommand.read(process)
      for (limit, keepsHard) in limits {
        report.add(
          limit, keepsHard: keepsHard, unit: nil,
          Self.apply(limit, keepsHard: keepsHard, to: [process], isDry: command.dryRun))
      }
    }
    for unit in units {
      // What lasts comes first: it needs the rights that the rest needs too, and leaves nothing behind without them.
      if command.persist, !limits.isEmpty { try await writeDropIn(unit, &report) }
      try await setGroup(unit, &report)
      for (limit, keepsHard) in limits where !unit.controlGroup.isEmpty {
        report.add(limit, keepsHard: keepsHard, unit: unit.name, steps(limit, keepsHard, unit))
      }
    }
    try report.show()
  }

  // MARK: Processes

  /// Changes a limit of processes; those that have ended meanwhile are left out.
  static func apply(
    _ limit: ResourceLimit, keepsHard: Bool, to processes: [Int32], isDry: Bool
  ) -> [LimitsReport.Step] {
    processes.compactMap { process in
      guard let present = try? ProcessLimits.read(process, withUse: false) else { return nil }
      var step = LimitsReport.Step(process: process, name: present.name)
      step.before = present.limits.first { $0.resource == limit.resource }
      guard !isDry else { return step }
      do throws(SystemError) {
        step.before = try RunningLimit.set(of: process, to: limit, keepsHard: keepsHard)
      } catch {
        if error.errno == ESRCH { return nil }
        step.error = error
      }
      return step
    }
  }

  private func steps(
    _ limit: ResourceLimit, _ keepsHard: Bool, _ unit: UnitProperties
  ) -> [LimitsReport.Step] {
    guard let tree = ControlGroups(command.manager.address.scope) else {
      return Self.apply(
        limit, keepsHard: keepsHard, to: [unit.mainPID].filter { $0 > 0 }, isDry: command.dryRun)
    }
    var steps: [LimitsReport.Step] = []
    var seen: Set<Int32> = []
    for _ in 0..<Self.rounds {
      let new = ControlGroups.processes(in: tree.mount + unit.controlGroup).filter {
        seen.insert($0).inserted
      }
      if new.isEmpty { break }
      steps += Self.apply(limit, keepsHard: keepsHard, to: new, isDry: command.dryRun)
    }
    return steps
  }

  // MARK: Units

  @LoopActor
  private func setGroup(_ unit: UnitProperties, _ report: inout LimitsReport) async throws {
    let wanted = changes.compactMap { change in
      if case .group(let setting, let value) = change { (setting: setting, value: value) } else { nil }
    }
    guard !wanted.isEmpty else { return }
    if !command.dryRun {
      do throws(BusError) {
        try await client.setProperties(
          wanted.map { ($0.setting.property, .uint64($0.value ?? .max)) }, of: unit.name,
          isRuntime: !command.persist)
      } catch {
        throw await command.manager.failure(error, "change the limits of", unit: unit.name, client)
      }
    }
    for (setting, value) in wanted { report.add(setting, value, unit: unit.name, lasts: command.persist) }
  }

  /// Writes the drop-in and lets systemd read it.
  @LoopActor
  private func writeDropIn(_ unit: UnitProperties, _ report: inout LimitsReport) async throws {
    let kind = unit.name.split(separator: ".").last.map(String.init) ?? ""
    guard let section = Catalogue.section(ofType: kind),
      ["service", "socket", "mount", "swap"].contains(kind)
    else {
      throw ExitError(
        "the files of a \(DisplayText.escaped(kind)) have no resource limits; leave out --persist",
        code: ExitError.notImplemented)
    }
    let limits = try limits.map { (limit, keepsHard) throws(ExitError) -> ResourceLimit in
      guard keepsHard, let present = unit.resourceLimits.first(where: { $0.resource == limit.resource })
      else {
        return limit
      }
      if let hard = present.hard, (limit.soft ?? .max) > hard {
        throw ExitError("the soft limit of \(limit.resource) would be above the hard one, \(hard)")
      }
      return ResourceLimit(resource: limit.resource, soft: limit.soft, hard: present.hard)
    }
    let folder = InstalledUnits(command.manager.address.scope).folder
    let path = "\(folder)/\(unit.name).d/\(LimitDropIn.name)"
    let old: [UInt8]?
    do throws(SystemError) {
      old = try TextFile.read(path)
    } catch  where error.errno == ENOENT {
      old = nil
    } catch {
      throw Self.failure(error, path)
    }
    let content = LimitDropIn.content(old, section: section, limits)
    if command.dryRun, command.outputOptions.output == .text, !command.outputOptions.quiet {
      GenerateInstall.show(UnifiedDiff(from: old ?? [], to: content), path)
    }
    if !command.dryRun, old != content {
      do throws(SystemError) {
        try TextFile.replace(path, with: content)
      } catch {
        throw Self.failure(error, path)
      }
      do throws(BusError) {
        try await client.daemonReload()
      } catch {
        Self.restore(path, old)
        throw command.manager.failure(error, "let systemd read \(path) (the file was put back)")
      }
    }
    report.add(path: path, limits, unit: unit.name, isSame: old == content)
    if !command.dryRun { try await check(limits, unit, path, &report) }
  }

  /// A drop-in with a later name has the last word.
  @LoopActor
  private func check(
    _ limits: [ResourceLimit], _ unit: UnitProperties, _ path: String, _ report: inout LimitsReport
  ) async throws {
    let states = try await command.manager.asking("read the unit") { () async throws(BusError) in
      try await client.allProperties(of: [unit.name])
    }
    let now = states.first?.resourceLimits ?? []
    for limit in limits {
      guard let found = now.first(where: { $0.resource == limit.resource }), found != limit else { continue }
      report.warn(
        "\(limit.resource.directive)= of \(DisplayText.escaped(unit.name)) stays \(found.valueText): a drop-in that"
          + " is read after \(DisplayText.escaped(path)) says so; '\(command.manager.command("cat"))' shows it"
      )
    }
  }

  private static func restore(_ path: String, _ old: [UInt8]?) {
    // The failure that led here is what is told.
    if let old {
      try? TextFile.replace(path, with: old)
    } else {
      _ = unsafe unlink(path)
    }
  }

  private static func failure(_ error: SystemError, _ path: String) -> ExitError {
    let isRight = [EACCES, EPERM, EROFS].contains(error.errno)
    let fix = isRight ? "; run it as root, with sudo, and where /etc can be written" : ""
    return ExitError(
      DisplayText.escaped("\(error)") + fix, code: isRight ? ExitError.notPermitted : ExitError.failure)
  }
}
