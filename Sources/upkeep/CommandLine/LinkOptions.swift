import ArgumentParser
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// What the verbs that change the links of unit files have in common.
struct LinkOptions: ParsableArguments {
  @OptionGroup var acting: ActingOptions

  @Flag(help: "Make it last until the next boot only.")
  var runtime = false

  @Flag(help: "Replace links that lead elsewhere.")
  var force = false

  @Flag(name: .customLong("no-reload"), help: "Do not let systemd read the unit files again afterwards.")
  var noReload = false

  @Argument(help: "Names of units, patterns of unit files, or absolute paths of unit files.")
  var units: [String]

  /// Changes links, reloads the manager and makes jobs for the units.
  ///
  /// - Parameters:
  ///   - word: what is done, such as `enable`.
  ///   - now: the job that follows; nil for none.
  ///   - change: makes the calls.
  /// - Throws: why the links are not as they were to be, or the status of the first job that failed.
  @LoopActor
  func run(
    _ word: String, now: JobVerb?,
    _ change: @LoopActor (ManagerClient, [String]) async throws(BusError) -> LinkResult
  ) async throws {
    let client = try acting.connect()
    let names = try await UnitArguments.resolveFiles(units, client, acting.manager)
    let units = names.map { UnitArguments.lastPart($0) }
    if now != nil { for unit in units { try UnitArguments.refuseTemplate(unit) } }
    let result: LinkResult
    do throws(BusError) {
      result = try await change(client, names)
      if !noReload, !result.changes.isEmpty { try await client.daemonReload() }
    } catch {
      throw await failure(error, word, names, client)
    }
    for change in result.changes { acting.say(DisplayText.escaped("\(change)")) }
    if let remark = result.remark, acting.output == .text, !acting.quiet {
      StandardError.line("upkeep: \(remark)")
    }
    var outcomes: [JobOutcome] = []
    if let now {
      let run = JobRun(
        manager: acting.manager, verb: now, hasProgress: acting.output == .text && !acting.quiet)
      outcomes = await run.outcomes(units, client)
    }
    try show(result, outcomes)
  }

  // MARK: Steps

  private func show(_ result: LinkResult, _ outcomes: [JobOutcome]) throws(ExitError) {
    guard acting.output != .text else { return try JobReport(acting).show(outcomes) }
    let answer = JSONValue.object([
      .init("changes", .list(result.changes.map(\.json))), .init("remark", .text(result.remark)),
      .init("jobs", .list(outcomes.map(\.json))),
    ])
    StandardOutput.write(Array("\(answer.text(isPretty: acting.output == .jsonPretty))\n".utf8))
    if let failed = outcomes.first(where: { $0.code != 0 }) { throw ExitError("", code: failed.code) }
  }

  @LoopActor
  private func failure(
    _ error: BusError, _ word: String, _ names: [String], _ client: ManagerClient
  ) async -> ExitError {
    let reason = DisplayText.escaped(error.message)
    switch error.name {
    case "org.freedesktop.systemd1.UnitExists", "org.freedesktop.DBus.Error.FileExists":
      let fix =
        word == "mask"
        ? "a unit's own file in /etc cannot be masked; '\(acting.manager.command("disable")) --now' keeps it from starting"
        : "--force replaces a link"
      return ExitError("cannot \(word): \(reason) \(fix)")
    case "org.freedesktop.systemd1.UnitGenerated":
      return ExitError("cannot \(word): \(reason) Its generator or its maker decides")
    case "org.freedesktop.systemd1.UnitLinked":
      return ExitError("cannot \(word): \(reason). Name the unit itself, not its alias")
    default:
      // The call is for all; the one that is meant stands in the message.
      let meant = names.first { error.message.contains(UnitArguments.lastPart($0)) } ?? names.first ?? ""
      return await acting.manager.failure(error, word, unit: UnitArguments.lastPart(meant), client)
    }
  }
}

/// Links that were changed, and what is to be said about it.
struct LinkResult: Sendable {
  /// The changes in their order.
  var changes: [UnitFileChange]
  /// What a person may not expect.
  var remark: String?
}

extension UnitFileChange {
  /// Stable field names, as the manual has them.
  var json: JSONValue {
    .object([
      .init("kind", .string(kind)), .init("path", .string(path)),
      .init("target", .text(target.isEmpty ? nil : target)),
    ])
  }
}
