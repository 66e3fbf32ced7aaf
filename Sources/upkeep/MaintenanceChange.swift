import Glibc
import Inspection
import Presentation
import Processes
import Supervision
import Systemd
import SystemdManager
import UnitFiles

/// The begin or the end of a unit's maintenance: its file, the event, and a word to its `upkeep-run`.
@LoopActor
struct MaintenanceChange {
  /// How long journald may take to look at this program while it lives.
  private static let journalPatience: Duration = .milliseconds(500)

  private let options: MaintenanceCommand
  private let folder: MaintenanceFolder
  private let target: ManagerTarget

  init(_ options: MaintenanceCommand, _ folder: MaintenanceFolder, _ target: ManagerTarget) {
    self.options = options
    self.folder = folder
    self.target = target
  }

  /// Does what the options say to a unit.
  func carryOut(_ name: String) async throws {
    let client = try target.connect()
    let state = try await target.asking("read the state of \(DisplayText.escaped(name))") {
      () async throws(BusError) in try await client.properties(of: name)
    }
    // An alias has no file of its own.
    let unit = state.name.isEmpty ? name : state.name
    if options.end {
      try end(unit)
    } else {
      guard state.loadState != "not-found" || state.mainPID > 0 else {
        throw ExitError("there is no unit \(unit)", code: ExitError.notInstalled)
      }
      try begin(unit)
      if !state.isSupervised, !options.outputOptions.quiet {
        StandardError.line(
          "upkeep: \(DisplayText.escaped(unit)) does not run under upkeep-run, which is who repairs it")
      }
    }
    tell(state.mainPID)
  }

  // MARK: Steps

  private func begin(_ unit: String) throws {
    let now = MaintenanceFolder.now
    let maintenance: Maintenance
    do throws(ValueError) {
      maintenance = try Maintenance(
        began: now, until: try until(now), reason: options.reason ?? "", author: Self.author)
    } catch {
      throw ExitError(error.message, code: ExitError.unusable)
    }
    do throws(SystemError) {
      try TextFile.replace(folder.file(of: unit), with: Array(maintenance.text.utf8))
    } catch {
      throw failure(error, "begin the maintenance of \(unit)")
    }
    record(.maintenanceBegan(maintenance, of: unit, until: maintenance.endText), unit)
    say("\(unit): maintenance until \(maintenance.endText); 'upkeep maintenance --end \(unit)' ends it")
  }

  private func end(_ unit: String) throws(ExitError) {
    guard let maintenance = folder.maintenance(of: unit) else {
      throw ExitError("\(unit) is not in maintenance", code: ExitError.notRunning)
    }
    guard unsafe unlink(folder.file(of: unit)) == 0 || errno == ENOENT else {
      throw failure(
        SystemError(errno: errno, operation: "remove", subject: folder.file(of: unit)),
        "end the maintenance of \(unit)")
    }
    record(.maintenanceEnded(maintenance, of: unit, early: true), unit)
    say("\(unit): maintenance ended")
  }

  private func until(_ now: Int64) throws(ValueError) -> Int64 {
    if let text = options.until {
      let times = LogTime(now: now) { LogClock.offset(at: $0) }
      do throws(LogTime.Failure) { return try times.microseconds(text) } catch {
        throw ValueError(message: error.description)
      }
    }
    var time = MaintenanceCommand.standardTime
    if let text = options.duration {
      guard let span = try TimeSpan.parse(text), span <= Maintenance.longest else {
        throw ValueError(message: "\"\(text)\" is too long: a maintenance lasts 31 days at most")
      }
      time = span
    }
    return now + time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
  }

  private func failure(_ error: SystemError, _ action: String) -> ExitError {
    guard error.errno == EACCES || error.errno == EPERM || error.errno == EROFS else {
      return ExitError("cannot \(action): \(error)")
    }
    let hint = options.user ? "" : "; only root may: run it with sudo"
    return ExitError("cannot \(action): \(error)\(hint)", code: ExitError.notPermitted)
  }

  private func say(_ text: String) {
    guard !options.outputOptions.quiet else { return }
    options.outputOptions.show(DisplayText.escaped(text) + "\n")
  }

  // MARK: Who is told

  /// Writes the event as this unit's: of root's word, or the user's own, about it.
  private func record(_ event: ServiceEvent, _ unit: String) {
    var entry = JournalEntry(
      event.message, priority: JournalPriority(rawValue: Int32(event.priority)) ?? .info,
      id: MessageID(event.kind.rawValue))
    entry.append("SYSLOG_IDENTIFIER", "upkeep")
    entry.append("UPKEEP_EVENT", event.kind.name)
    for (field, value) in event.fields.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
      let name = field == .unit && options.user ? "OBJECT_SYSTEMD_USER_UNIT" : field.rawValue
      entry.append(name, value)
    }
    guard case .failed(let error) = Journal.send(entry, reading: Self.journalPatience) else { return }
    StandardError.line("upkeep: \(DisplayText.escaped("not recorded in the journal: \(error)"))")
  }

  /// Lets the unit's `upkeep-run` look at the file, so that it can tell when the time is over.
  private func tell(_ process: Int32) {
    guard process > 0, let name = try? TextFile.read("/proc/\(process)/comm"),
      String(decoding: name, as: UTF8.self) == "upkeep-run\n"
    else { return }
    var value = unsafe sigval()
    unsafe value.sival_int = Maintenance.signalValue
    unsafe sigqueue(process, SIGCONT, value)
  }

  private static var author: String {
    let name = (try? Identity.look(up: "\(getuid())", group: nil))?.name ?? "\(getuid())"
    guard let caller = ProcessEnvironment.value("SUDO_USER"), !caller.isEmpty, caller != name else {
      return name
    }
    return "\(caller) as \(name)"
  }
}
