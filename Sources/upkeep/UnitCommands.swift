import ArgumentParser
import Presentation
import Systemd
import SystemdManager
import UnitFiles

/// `upkeep pause`.
struct PauseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause",
    abstract: "Freeze all processes of units where they are.",
    discussion: """
      They keep their memory, files and connections, and get no processor time until 'upkeep resume'. A watchdog \
      goes on counting, and ends a unit that is paused for too long.

      Example:
        upkeep pause batch.service
      """)

  @OptionGroup var acting: ActingOptions
  @Argument(help: "Names or patterns of units.")
  var units: [String]

  func run() throws {
    try acting.manager.checkBooted()
    let (acting, units) = (acting, units)
    try LoopProgram.run {
      let client = try acting.connect()
      let names = try await acting.units(units, client)
      try await UnitChanges(acting: acting).each("pause", "paused", names, client) { unit in
        try await client.freeze(unit)
        return nil
      }
    }
  }
}

/// `upkeep resume`.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "Let paused units go on.",
    discussion: """
      Example:
        upkeep resume batch.service
      """)

  @OptionGroup var acting: ActingOptions
  @Argument(help: "Names or patterns of units.")
  var units: [String]

  func run() throws {
    try acting.manager.checkBooted()
    let (acting, units) = (acting, units)
    try LoopProgram.run {
      let client = try acting.connect()
      let names = try await acting.units(units, client)
      try await UnitChanges(acting: acting).each("resume", "resumed", names, client) { unit in
        try await client.thaw(unit)
        return nil
      }
    }
  }
}

/// `upkeep kill`.
struct KillCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kill",
    abstract: "Send a signal to the processes of units.",
    discussion: """
      Whether the service is started again then is up to its Restart=; 'upkeep stop' ends it for good.

      Examples:
        upkeep kill -s HUP --kill-whom main nginx
        upkeep kill -s KILL stuck.service
      """)

  /// Which processes.
  enum Whom: String, CaseIterable, ExpressibleByArgument {
    case all, main, control
  }

  @OptionGroup var acting: ActingOptions

  @Option(name: .joined("s"), help: "The signal: a name such as HUP or SIGRTMIN+3, or a number.")
  var signal = "SIGTERM"

  @Option(name: .customLong("kill-whom"), help: "main, control (such as ExecReload=) or all processes.")
  var whom = Whom.all

  @Argument(help: "Names or patterns of units.")
  var units: [String]

  func validate() throws { _ = try number() }

  func run() throws {
    try acting.manager.checkBooted()
    let (acting, units, whom, number) = (acting, units, whom, try number())
    try LoopProgram.run {
      let client = try acting.connect()
      let names = try await acting.units(units, client)
      let done = "got \(SignalName.name(of: number))"
      try await UnitChanges(acting: acting).each("kill", done, names, client) { unit in
        let state = try await client.properties(of: unit)
        // systemd takes a signal for nobody without a word.
        guard !state.controlGroup.isEmpty || state.mainPID > 0 || state.loadState == "not-found" else {
          throw ExitError(
            "\(DisplayText.escaped(unit)) does not run, so there is nobody to get a signal",
            code: ExitError.notRunning)
        }
        try await client.kill(unit, signal: number, whom: whom.rawValue)
        return nil
      }
    }
  }

  private func number() throws(ValidationError) -> Int32 {
    do {
      return try SignalName.number(of: signal)
    } catch {
      throw ValidationError("--signal: \(DisplayText.escaped("\(error)"))")
    }
  }
}

/// `upkeep reset-failed`.
struct ResetFailedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-failed",
    abstract: "Forget that units failed, and how often they were started.",
    discussion: """
      Without a unit, that of all units is forgotten.

      Examples:
        upkeep reset-failed
        upkeep reset-failed 'my*'
      """)

  @OptionGroup var acting: ActingOptions
  @Argument(help: "Names or patterns of units.")
  var units: [String] = []

  func run() throws {
    try acting.manager.checkBooted()
    let (acting, units) = (acting, units)
    try LoopProgram.run {
      let client = try acting.connect()
      guard !units.isEmpty else {
        try await acting.manager.asking("reset the failed units") { () async throws(BusError) in
          try await client.resetFailedUnits()
        }
        acting.say("all units reset")
        if acting.output != .text { StandardOutput.write(Array("[]\n".utf8)) }
        return
      }
      let names = try await acting.units(units, client)
      try await UnitChanges(acting: acting).each("reset-failed", "reset", names, client) { unit in
        try await client.resetFailed(unit)
        return nil
      }
    }
  }
}

/// `upkeep daemon-reload`.
struct DaemonReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "daemon-reload",
    abstract: "Let systemd read all unit files again.",
    discussion: """
      What runs goes on. For the configuration of a service itself there is 'upkeep reload'.

      Example:
        upkeep daemon-reload
      """)

  @OptionGroup var acting: ActingOptions

  func run() throws {
    try acting.manager.checkBooted()
    let acting = acting
    try LoopProgram.run {
      let client = try acting.connect()
      try await acting.manager.asking("let systemd read the unit files") { () async throws(BusError) in
        try await client.daemonReload()
      }
      acting.say("all unit files are read")
      guard acting.output != .text else { return }
      let text = JSONValue.object([.init("ok", .boolean(true))]).text(isPretty: acting.output == .jsonPretty)
      StandardOutput.write(Array("\(text)\n".utf8))
    }
  }
}
