import ArgumentParser
import Presentation
import Systemd
import SystemdManager

/// `upkeep enable`.
struct EnableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Let units start at boot, or when what they are wanted by does.",
    discussion: """
      Makes the links that [Install] asks for, shows them and lets systemd read them.

      Examples:
        upkeep enable nginx --now
        upkeep enable /srv/app/app.service
      """)

  @OptionGroup var options: LinkOptions
  @Flag(help: "Start the units too.")
  var now = false

  func run() throws {
    try options.acting.manager.checkBooted()
    let (options, now) = (options, now)
    try LoopProgram.run {
      try await options.run("enable", now: now ? .start : nil) { client, units throws(BusError) in
        let result = try await client.enable(units, isRuntime: options.runtime, force: options.force)
        return LinkResult(
          changes: result.changes,
          remark: EnableRemark.text(
            units, hasInstall: result.hasInstallSection, isChanged: !result.changes.isEmpty,
            start: options.acting.manager.command("start")))
      }
    }
  }
}

/// `upkeep reenable`.
struct ReenableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reenable",
    abstract: "Make units' links anew, as [Install] asks for them now.",
    discussion: """
      Example:
        upkeep reenable myapp --now
      """)

  @OptionGroup var options: LinkOptions
  @Flag(help: "Restart the units too.")
  var now = false

  func run() throws {
    try options.acting.manager.checkBooted()
    let (options, now) = (options, now)
    try LoopProgram.run {
      try await options.run("reenable", now: now ? .restart : nil) { client, units throws(BusError) in
        let result = try await client.reenable(units, isRuntime: options.runtime, force: options.force)
        return LinkResult(
          changes: result.changes,
          remark: EnableRemark.text(
            units, hasInstall: result.hasInstallSection, isChanged: !result.changes.isEmpty,
            start: options.acting.manager.command("start")))
      }
    }
  }
}

/// What is said when there was nothing to enable.
enum EnableRemark {
  static func text(
    _ units: [String], hasInstall: Bool, isChanged: Bool, start: String
  ) -> String? {
    guard !isChanged else { return nil }
    let names = DisplayText.escaped(units.joined(separator: ", "))
    if hasInstall { return "\(names): enabled before, nothing had to be done" }
    return
      "\(names): there is no [Install] section, so nothing can be enabled; other units, a timer or a socket"
      + " start it, or '\(start)'"
  }
}

/// `upkeep disable`.
struct DisableCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable",
    abstract: "Do not let units start at boot any more.",
    discussion: """
      Removes the links that enable made. What runs goes on without --now.

      Example:
        upkeep disable nginx --now
      """)

  @OptionGroup var options: LinkOptions
  @Flag(help: "Stop the units too.")
  var now = false

  func run() throws {
    try options.acting.manager.checkBooted()
    let (options, now) = (options, now)
    try LoopProgram.run {
      try await options.run("disable", now: now ? .stop : nil) { client, units throws(BusError) in
        LinkResult(changes: try await client.disable(units, isRuntime: options.runtime))
      }
    }
  }
}

/// `upkeep mask`.
struct MaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mask",
    abstract: "Make it impossible to start units, by hand or by other units.",
    discussion: """
      Links them to /dev/null. What runs goes on without --now.

      Example:
        upkeep mask --now apt-daily.timer
      """)

  @OptionGroup var options: LinkOptions
  @Flag(help: "Stop the units too.")
  var now = false

  func run() throws {
    try options.acting.manager.checkBooted()
    let (options, now) = (options, now)
    try LoopProgram.run {
      try await options.run("mask", now: now ? .stop : nil) { client, units throws(BusError) in
        LinkResult(changes: try await client.mask(units, isRuntime: options.runtime, force: options.force))
      }
    }
  }
}

/// `upkeep unmask`.
struct UnmaskCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unmask",
    abstract: "Undo mask.",
    discussion: """
      Example:
        upkeep unmask --now apt-daily.timer
      """)

  @OptionGroup var options: LinkOptions
  @Flag(help: "Start the units too.")
  var now = false

  func run() throws {
    try options.acting.manager.checkBooted()
    let (options, now) = (options, now)
    try LoopProgram.run {
      try await options.run("unmask", now: now ? .start : nil) { client, units throws(BusError) in
        LinkResult(changes: try await client.unmask(units, isRuntime: options.runtime))
      }
    }
  }
}
