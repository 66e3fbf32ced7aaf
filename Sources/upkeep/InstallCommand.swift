import ArgumentParser
import Glibc
import Inspection
import Presentation
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// `upkeep install`: puts unit files in place, and everything that follows from it.
struct InstallCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "install",
    abstract: "Check unit files, put them in place, enable and start them.",
    discussion: """
      Each FILE is looked at as by 'upkeep lint'; one with an error stops all. Files go to /etc/systemd/system, or with \
      --user to the user's own folder. Then systemd reads them, what has an [Install] section is enabled, and what no \
      other of the files starts is started, or restarted if its file has changed.

      Examples:
        upkeep install ./myapp.service --dry-run
        upkeep install ./myapp.service ./myapp.socket
      """)

  @OptionGroup var acting: ActingOptions

  @Flag(name: .customLong("dry-run"), help: "Say what would be done, and do nothing.")
  var dryRun = false

  @Flag(help: "Replace another file, and put a file in front of a package's unit.")
  var force = false

  @Flag(name: .customLong("allow-errors"), help: "Install files in spite of errors that lint finds.")
  var allowErrors = false

  @Flag(name: .customLong("no-enable"), help: "Enable nothing.")
  var noEnable = false

  @Flag(name: .customLong("no-start"), help: "Start nothing.")
  var noStart = false

  @Argument(help: "Paths of unit files.")
  var files: [String]

  func validate() throws {
    if !acting.manager.address.isLocal {
      throw ValidationError("install writes files of this machine; leave out --host and --machine.")
    }
  }

  func run() throws {
    if !dryRun { try acting.manager.checkBooted() }
    let installed = InstalledUnits(acting.manager.address.scope)
    let plan = try InstallPlan(files, installed, isUser: acting.manager.user)
    if acting.output == .text, !acting.quiet || plan.hasErrors {
      LintText(terminal: Terminal()).print(plan.session, isDry: false)
      // What follows is written past the C library's buffer.
      fflush(nil)
    }
    if plan.hasErrors, !allowErrors {
      try show(plan, [], [])
      throw ExitError(
        acting.output == .text ? "nothing was installed; mend the errors, or add --allow-errors" : "")
    }
    try refusePackaged(plan, installed)
    guard !dryRun else { return try preview(plan) }
    for line in try write(plan, installed) { acting.say(DisplayText.escaped(line)) }
    try LoopProgram.run { try await finish(plan) }
  }

  // MARK: Steps

  private func refusePackaged(_ plan: InstallPlan, _ installed: InstalledUnits) throws(ExitError) {
    for entry in plan.entries where !force {
      guard let path = installed.packagedPath(of: entry.name) else { continue }
      throw ExitError(
        "\(DisplayText.escaped(path)) is a package's unit, and a file in \(installed.folder) would hide it; --force "
          + "installs it all the same, and a drop-in changes single settings")
    }
  }

  private func preview(_ plan: InstallPlan) throws {
    guard acting.output == .text else { return try show(plan, [], []) }
    for entry in plan.entries {
      let path = DisplayText.escaped(entry.item.path)
      switch entry.state {
      case .absent: acting.say("\(path) would be written")
      case .same: acting.say("\(path) is as it should be")
      case .different(let old):
        GenerateInstall.show(UnifiedDiff(from: old, to: entry.item.content), entry.item.path)
        acting.say("\(path) would be replaced\(force ? "" : ", but only with --force")")
      }
    }
    for entry in plan.entries where plan.isEnabled(entry) && !noEnable {
      acting.say("\(entry.name) would be enabled")
    }
    for entry in plan.entries where plan.isStarted(entry) && !noStart {
      acting.say("\(entry.name) would be \(entry.state == .same ? "started" : "started or restarted")")
    }
  }

  private func write(_ plan: InstallPlan, _ installed: InstalledUnits) throws(ExitError) -> [String] {
    do {
      let items = plan.entries.map(\.item)
      let lines = try GenerateInstall.write(items, force: force)
      try installed.record(items)
      return lines
    } catch let error as ExitError where error.code == ExitError.notPermitted {
      throw ExitError(
        "\(error.message); run it as root, or install for yourself with --user", code: error.code)
    } catch let error as ExitError {
      throw error
    } catch {
      throw ExitError(DisplayText.escaped("\(error)"))
    }
  }

  @LoopActor
  private func finish(_ plan: InstallPlan) async throws {
    let client = try acting.connect()
    var changes: [UnitFileChange] = []
    let enabled = noEnable ? [] : plan.entries.filter(plan.isEnabled).map(\.name.text)
    try await acting.manager.asking("enable the units (the files stay)") { () async throws(BusError) in
      try await client.daemonReload()
      guard !enabled.isEmpty else { return }
      changes = try await client.enable(enabled).changes
      // Links in the folders of targets count from the next reload on.
      if !changes.isEmpty { try await client.daemonReload() }
    }
    for change in changes { acting.say(DisplayText.escaped("\(change)")) }
    let started = noStart ? [] : plan.entries.filter(plan.isStarted)
    var outcomes: [JobOutcome] = []
    // What runs already is to run as its new file says; where no file was, --force may have hidden one.
    let isNew = { (entry: InstallPlan.Entry) in entry.state != .same && (entry.state != .absent || force) }
    for (verb, entries) in [
      (JobVerb.restart, started.filter(isNew)), (.start, started.filter { !isNew($0) }),
    ] where !entries.isEmpty {
      let run = JobRun(
        manager: acting.manager, verb: verb, hasProgress: acting.output == .text && !acting.quiet)
      for var outcome in await run.outcomes(entries.map(\.name.text), client) {
        if verb == .restart, outcome.failure == nil { outcome.remark = outcome.remark ?? "started" }
        outcomes.append(outcome)
      }
    }
    try show(plan, changes, outcomes)
  }

  private func show(
    _ plan: InstallPlan, _ changes: [UnitFileChange], _ outcomes: [JobOutcome]
  ) throws(ExitError) {
    guard acting.output != .text else { return try JobReport(acting).show(outcomes) }
    let answer = plan.json(
      isDone: !dryRun,
      [
        .init("changes", .list(changes.map(\.json))), .init("jobs", .list(outcomes.map(\.json))),
      ])
    StandardOutput.write(Array("\(answer.text(isPretty: acting.output == .jsonPretty))\n".utf8))
    if let failed = outcomes.first(where: { $0.code != 0 }) { throw ExitError("", code: failed.code) }
  }
}
