import Glibc
import Inspection
import Presentation
import Processes
import Systemd
import SystemdManager
import UnitDesign

/// Puts plans in their places on this machine, and lets systemd know.
struct GenerateInstall {
  /// Whether other contents are replaced.
  let force: Bool
  /// Whether the services are started.
  let starts: Bool

  /// Writes, reloads, enables and starts.
  func run(_ plans: [GenerateDesigner.Designed]) throws {
    for designed in plans { try Self.refusePackaged(designed.plan) }
    let items = plans.flatMap(\.plan.installedItems)
    for line in try Self.write(items, force: force) { print(line) }
    // So that `upkeep remove` knows them.
    for scope in [ProcessUnit.Scope.system, .user] {
      let kind = scope == .user ? ServiceRequest.Scope.user : .system
      try InstalledUnits(scope).record(plans.filter { $0.plan.scope == kind }.flatMap(\.plan.installedItems))
    }
    try LoopProgram.run { try await finish(plans) }
  }

  /// Writes files, unless others stand in their places and `force` is not given: then their difference is shown.
  ///
  /// - Returns: a line for each file.
  static func write(
    _ items: [InstallFolder.Item], force: Bool, isDurable: Bool = true
  ) throws(ExitError) -> [String] {
    var wanted: [InstallFolder.Item] = []
    var lines: [String] = []
    var isBlocked = false
    do {
      for item in items {
        switch try InstallFolder.state(of: item) {
        case .same: lines.append("\(item.path) is as it should be")
        case .absent:
          lines.append("\(item.path) written")
          wanted.append(item)
        case .different(let old):
          lines.append("\(item.path) replaced")
          wanted.append(item)
          show(UnifiedDiff(from: old, to: item.content), item.path, quietly: force)
          isBlocked = isBlocked || !force
        }
      }
      guard !isBlocked else {
        throw ExitError(
          "other files stand there already, see above; --force replaces them, nothing was written")
      }
      try InstallFolder.write(wanted, isDurable: isDurable)
    } catch let error as ExitError {
      throw error
    } catch {
      throw ExitError(
        "\(error)", code: (error as? SystemError)?.errno == EACCES ? ExitError.notPermitted : 1)
    }
    return lines
  }

  // MARK: Steps

  /// Shows how a file would change, on standard error.
  static func show(_ difference: UnifiedDiff, _ path: String, quietly: Bool = false) {
    guard !quietly else { return }
    let text = difference.text(path, "\(path) (new)")
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      StandardError.line(DisplayText.escaped(String(line)))
    }
  }

  /// A unit of a package's is not shadowed by accident, and nothing below /usr is ever touched.
  private static func refusePackaged(_ plan: UnitPlan) throws(ExitError) {
    for file in plan.files where file.kind == .unit {
      for folder in ["/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"] {
        let path = "\(folder)/\(file.name)"
        guard unsafe access(path, F_OK) == 0 else { continue }
        throw ExitError(
          "\(path) is a package's unit, and a file in /etc would hide it; change it with --drop-in \(file.name), "
            + "or choose another --name")
      }
    }
  }

  @LoopActor
  private func finish(_ plans: [GenerateDesigner.Designed]) async throws {
    try await makeUsersAndFolders(plans)
    for scope in [ServiceRequest.Scope.system, .user] {
      let own = plans.map(\.plan).filter { $0.scope == scope }
      guard !own.isEmpty else { continue }
      do {
        let manager = try ManagerClient.connect(to: scope == .user ? .user : .system)
        defer { manager.bus.close() }
        try await manager.daemonReload()
        let enabled = own.flatMap(\.enabled)
        if !enabled.isEmpty { _ = try await manager.enable(enabled) }
        for unit in enabled { print("\(unit) enabled") }
        // Links in the folders of targets count from the next reload on.
        if !enabled.isEmpty { try await manager.daemonReload() }
        if starts { try await start(own.flatMap(\.started), manager) }
      } catch let error as BusError {
        let hint = error.isAccessDenied ? "; run it as root" : ""
        throw ExitError(
          "\(error)\(hint); the files stay", code: error.isAccessDenied ? ExitError.notPermitted : 1)
      }
    }
  }

  @LoopActor
  private func start(_ units: [String], _ manager: ManagerClient) async throws {
    var failures: [String] = []
    for unit in units {
      // What runs already is to run as its new files say.
      let result = try await manager.restart(unit)
      if result.isSuccess {
        print("\(unit) started")
        continue
      }
      let properties = try await manager.properties(of: unit)
      let reason =
        result == .failed
        ? ServiceResult.sentence(
          result: properties.result, code: properties.mainCode, status: properties.mainStatus)
        : "systemd's job ended with '\(result)'"
      let status =
        properties.statusText.isEmpty ? "" : "; it said: \(DisplayText.escaped(properties.statusText))"
      failures.append("\(unit) does not start: \(reason)\(status); see journalctl -u \(unit), the files stay")
    }
    guard failures.isEmpty else { throw ExitError(failures.joined(separator: "\nupkeep: ")) }
  }

  /// Users and folders have to be there before the service that needs them.
  @LoopActor
  private func makeUsersAndFolders(_ plans: [GenerateDesigner.Designed]) async throws(ExitError) {
    let files = plans.flatMap { designed in designed.plan.files.map { ($0.kind, designed.plan.path(of: $0)) }
    }
    let users = files.filter { $0.0 == .user }.map(\.1)
    let folders = files.filter { $0.0 == .folders }.map(\.1)
    if !users.isEmpty { try await Self.run("/usr/bin/systemd-sysusers", users) }
    if !folders.isEmpty { try await Self.run("/usr/bin/systemd-tmpfiles", ["--create"] + folders) }
  }

  @LoopActor
  private static func run(_ program: String, _ arguments: [String]) async throws(ExitError) {
    let request = SpawnRequest(
      program: program, arguments: ([program] + arguments).map { Array($0.utf8) },
      environment: [
        Array("PATH=/usr/sbin:/usr/bin:/sbin:/bin".utf8), Array("SYSTEMD_LOG_LEVEL=warning".utf8),
      ])
    let result: CommandResult
    do throws(SystemError) {
      result = await BoundedCommands(reaper: try ChildReaper()).run(request, timeout: .seconds(60))
    } catch {
      throw ExitError(error.description)
    }
    let reason: String
    switch result {
    case .exited(0, _): return
    case .exited(let status, let output):
      reason = "exit status \(status): \(DisplayText.escaped(String(decoding: output.bytes, as: UTF8.self)))"
    case .signaled(let signal, _): reason = "signal \(signal)"
    case .timedOut: reason = "no end within 60s"
    case .cancelled: reason = "interrupted"
    case .couldNotStart(let error): reason = error.description
    case .tooMany: reason = "too many commands"
    }
    throw ExitError("\(program) failed: \(reason); the files stay")
  }
}
