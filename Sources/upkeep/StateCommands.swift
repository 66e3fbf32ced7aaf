import ArgumentParser
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// Whose states a question of a script is about.
struct StateOptions: ParsableArguments {
  @OptionGroup var manager: ManagerOptions
  @OptionGroup var outputOptions: OutputOptions

  @Argument(help: "Names or patterns of units.")
  var units: [String]

  /// Answers for every unit: prints a word for each, unless it shall be quiet.
  ///
  /// - Parameters:
  ///   - needsAll: whether the answer is yes only if it is for every unit; else one is enough.
  ///   - no: the exit status for no.
  ///   - missing: the word for a unit that does not exist, which is systemctl's.
  ///   - ask: finds the word for a unit.
  ///   - isYes: whether a word means yes.
  /// - Throws: ``ExitError`` with the status for no, 4 where no unit exists.
  @LoopActor
  func answer(
    needsAll: Bool = false, no: Int32, missing: String = "inactive",
    _ ask: @LoopActor (ManagerClient, String) async throws -> String?,
    isYes: (String) -> Bool
  ) async throws {
    let client = try manager.connect()
    let names = try await UnitArguments.resolve(units, client, manager)
    var words: [(unit: String, word: String?)] = []
    for name in names { words.append((name, try await ask(client, name))) }
    if !outputOptions.quiet {
      switch outputOptions.output {
      case .text:
        outputOptions.show(words.map { DisplayText.escaped($0.word ?? missing) + "\n" }.joined())
      case .json, .jsonPretty:
        outputOptions.show(
          .list(
            words.map {
              .object([.init("unit", .string($0.unit)), .init("state", .string($0.word ?? missing))])
            }))
      }
    }
    let yes = words.filter { $0.word.map(isYes) ?? false }.count
    if needsAll ? yes == words.count : yes > 0 { return }
    throw ExitError("", code: words.allSatisfy { $0.word == nil } ? ManagerFailure.noSuchUnit : no)
  }

  /// Properties of a unit; nil for one that does not exist.
  @LoopActor
  func properties(
    _ wanted: [UnitProperty], of unit: String, _ client: ManagerClient
  ) async throws -> UnitProperties? {
    let asked = [UnitProperty("Unit", "LoadState"), UnitProperty("Unit", "ActiveState")] + wanted
    let values = try await manager.asking("ask for the state of \(DisplayText.escaped(unit))") {
      () async throws(BusError) in
      try await client.properties({ _ in asked }, of: [UnitSummary.path(of: unit)])
    }
    guard let unit = values.first, unit.loadState != "not-found" || unit.activeState != .inactive else {
      return nil
    }
    return unit
  }
}

/// `upkeep is-active`.
struct IsActiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "is-active",
    abstract: "Tell whether one of some units is active.",
    discussion: """
      Prints each unit's state. Exits with 0 if one of them is active, 3 if none is, 4 if none exists.

      Example:
        upkeep is-active -q nginx || echo down
      """)

  @OptionGroup var options: StateOptions

  func run() throws {
    try options.manager.checkBooted()
    let options = options
    try LoopProgram.run {
      try await options.answer(no: 3) { client, unit in
        try await options.properties([], of: unit, client)?.activeState.rawValue
      } isYes: {
        ActiveState(rawValue: $0).isUp
      }
    }
  }
}

/// `upkeep is-failed`.
struct IsFailedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "is-failed",
    abstract: "Tell whether one of some units has failed.",
    discussion: """
      Prints each unit's state. Exits with 0 if one of them has failed, 1 if none has, 4 if none exists.

      Example:
        upkeep is-failed 'my*' && upkeep status 'my*'
      """)

  @OptionGroup var options: StateOptions

  func run() throws {
    try options.manager.checkBooted()
    let options = options
    try LoopProgram.run {
      try await options.answer(no: 1) { client, unit in
        try await options.properties([], of: unit, client)?.activeState.rawValue
      } isYes: {
        $0 == "failed"
      }
    }
  }
}

/// `upkeep is-enabled`.
struct IsEnabledCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "is-enabled",
    abstract: "Tell whether one of some units is enabled.",
    discussion: """
      Prints the state of each unit's file. Exits with 0 if one of them is enabled, enabled-runtime, static, alias, \
      indirect or generated, 1 if none is, 4 if none exists.

      Example:
        upkeep is-enabled nginx
      """)

  @OptionGroup var options: StateOptions

  func run() throws {
    try options.manager.checkBooted()
    let options = options
    try LoopProgram.run {
      try await options.answer(no: 1, missing: "not-found") { client, unit in
        do throws(BusError) {
          return try await client.unitFileState(of: unit)
        } catch {
          if error.isNoSuchUnit || error.name.hasSuffix("FileNotFound") || error.errno == 2 { return nil }
          throw options.manager.failure(error, "ask for the state of \(DisplayText.escaped(unit))")
        }
      } isYes: {
        ["enabled", "enabled-runtime", "static", "alias", "indirect", "generated"].contains($0)
      }
    }
  }
}

/// `upkeep is-ready`.
struct IsReadyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "is-ready",
    abstract: "Tell whether all of some units are active and ready.",
    discussion: """
      A service under upkeep-run is ready when its readiness probes say so, any other unit when it is active. Prints \
      ready, or why not. Exits with 0 if all units are ready, 3 if not, 4 if none exists.

      Example:
        upkeep is-ready -q myapp && switch-traffic
      """)

  @OptionGroup var options: StateOptions

  func run() throws {
    try options.manager.checkBooted()
    let options = options
    try LoopProgram.run {
      try await options.answer(needsAll: true, no: 3, missing: "not-found") { client, unit in
        try await options.properties([.statusText, .execStart], of: unit, client).map(Readiness.word)
      } isYes: {
        $0 == "ready"
      }
    }
  }
}

/// Whether a unit does what it is there for.
enum Readiness {
  /// `ready`, or what it is instead; out of `ActiveState`, `StatusText` and `ExecStart`.
  static func word(_ unit: UnitProperties) -> String {
    guard unit.activeState.isUp else { return unit.activeState.rawValue }
    guard unit.isSupervised, let report = StatusReport(unit.statusText), report.state != .ready else {
      return "ready"
    }
    let reason = (report.reason ?? report.waitingFor.map { "waiting for \($0)" }).map { ": \($0)" } ?? ""
    return report.state.rawValue + reason
  }
}
