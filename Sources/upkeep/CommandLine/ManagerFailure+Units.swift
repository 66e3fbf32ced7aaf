import Glibc
import Presentation
import Systemd
import SystemdManager
import UnitFiles

extension ExitError {
  /// Something that is not implemented for this unit (LSB).
  static let notImplemented: Int32 = 3
  /// A unit whose configuration cannot be used (LSB).
  static let notConfigured: Int32 = 6
  /// A unit that does not run (LSB).
  static let notRunning: Int32 = 7
}

extension ManagerOptions {
  /// What a failed call about one unit means, and what helps; the statuses are those of LSB for init scripts.
  ///
  /// - Parameters:
  ///   - error: the failure.
  ///   - verb: what was to be done, such as `start`.
  ///   - unit: the unit's name.
  ///   - client: whom to ask for names that were perhaps meant.
  /// - Returns: the sentence and the status.
  @LoopActor
  func failure(
    _ error: BusError, _ verb: String, unit: String, _ client: ManagerClient
  ) async -> ExitError {
    let shown = DisplayText.escaped(unit)
    let reason = DisplayText.escaped(error.message.isEmpty ? error.name : error.message)
    let prefix = "org.freedesktop.systemd1."
    switch error.name {
    case "\(prefix)NoSuchUnit",
      "\(prefix)LoadFailed" where error.errno == ENOENT:
      return await missing(error, verb, unit, client)
    case "\(prefix)UnitMasked":
      guard error.message.contains(unit) else {
        return ExitError("cannot \(verb) \(shown): it needs another unit, and systemd says: \(reason)")
      }
      return ExitError("\(shown) is masked; '\(command("unmask")) \(shown)' undoes it")
    case "\(prefix)LoadFailed", "\(prefix)BadUnitSetting":
      return ExitError(
        "systemd cannot use the file of \(shown): \(reason) '\(command("lint")) \(shown)' says more",
        code: ExitError.notConfigured)
    case "\(prefix)JobTypeNotApplicable":
      let hint =
        verb == "reload" ? "; it has no ExecReload=, so '\(command("restart")) \(shown)' is the way" : ""
      return ExitError("\(shown) cannot \(verb)\(hint)", code: ExitError.notImplemented)
    case "\(prefix)OnlyByDependency":
      return ExitError(
        "\(shown) refuses to \(verb) on request (RefuseManualStart= or RefuseManualStop=); other units do it",
        code: ExitError.notPermitted)
    case "\(prefix)TransactionIsDestructive", "\(prefix)NoIsolation":
      return ExitError("cannot \(verb) \(shown): \(reason)", code: ExitError.notPermitted)
    case "\(prefix)UnitInactive":
      return ExitError("\(shown) is not active, so there is nothing to \(verb)", code: ExitError.notRunning)
    case "\(prefix)NoSuchProcess":
      return ExitError("\(shown) has no such process: \(reason)", code: ExitError.notRunning)
    case "\(prefix)UnitBusy":
      return ExitError("\(shown) has a job; wait for it: \(command("wait")) \(shown)")
    case "org.freedesktop.DBus.Error.NotSupported":
      return ExitError("\(shown) cannot \(verb): \(reason)", code: ExitError.notImplemented)
    default:
      if error.isCancelled { return ExitError("interrupted; the job of \(shown) goes on") }
      return failure(error, "\(verb) \(shown)")
    }
  }

  /// A unit that does not exist, or one that it needs.
  @LoopActor
  private func missing(
    _ error: BusError, _ verb: String, _ unit: String, _ client: ManagerClient
  ) async -> ExitError {
    let shown = DisplayText.escaped(unit)
    let reason = DisplayText.escaped(error.message)
    guard error.message.contains(unit) else {
      return ExitError(
        "cannot \(verb) \(shown): it requires a unit that is not there (\(reason))",
        code: ExitError.notInstalled)
    }
    // Without the list there is no suggestion; the failure itself is known.
    let files = (try? await client.listUnitFiles()) ?? []
    // The ends are the same for many names, and would make all of them near.
    let parts = unit.split(separator: ".")
    let suffix = parts.last.map { ".\($0)" } ?? ""
    let stems = files.map(\.name).filter { $0.hasSuffix(suffix) }.map { String($0.dropLast(suffix.count)) }
    let stem = String(unit.dropLast(suffix.count))
    let hint = Suggestion.nearest(to: stem, among: stems.sorted())
    let meant =
      hint.flatMap { $0 == stem ? nil : "; did you mean \(DisplayText.escaped($0 + suffix))?" } ?? ""
    return ExitError("there is no unit \(shown)\(meant)", code: ExitError.notInstalled)
  }
}
