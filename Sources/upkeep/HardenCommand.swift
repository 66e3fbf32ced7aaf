import ArgumentParser
import Glibc
import Hardening
import Presentation
import Systemd
import UnitDesign
import UnitFiles

/// `upkeep harden`: the strictest sandbox that a service bears, found by trying.
struct HardenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "harden",
    abstract: "Find the strictest sandbox under which a service still works, by trying.",
    discussion: """
      The service is restarted a few times. Whatever happens, it is put back into its old state afterwards, unless
      --apply puts the result in its place.

      Examples:
        upkeep harden nginx --check 'curl -sf http://localhost/'
        upkeep harden redis-server --apply --observe 10m
      """)

  @Argument(help: "The service, by its name, an alias or an instance; .service may be left out.")
  var unit: String

  @Flag(help: "Put the result into /etc/systemd/system/UNIT.d/50-upkeep-harden.conf.")
  var apply = false

  @Flag(help: "Touch nothing; show what would be tried first.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Where to begin: strict (the default), or standard, which breaks almost nothing.", valueName: "PROFILE")
  )
  var profile: String?

  @Option(
    help: ArgumentHelp(
      "A command that has to succeed, run without a shell; may be given again.", valueName: "COMMAND"))
  var check: [String] = []

  @Option(
    help: ArgumentHelp(
      "Watch the service under the result for this long before it counts.", valueName: "TIME"))
  var observe: String?

  @Option(help: ArgumentHelp("How long the service has to stay up after each start (2s).", valueName: "TIME"))
  var settle: String?

  @Option(
    help: ArgumentHelp(
      "How long a start may take (three times what it takes now, and 5s).", valueName: "TIME"))
  var timeout: String?

  @Option(help: ArgumentHelp("The most restarts to try (\(TrialSearch.standardLimit)).", valueName: "NUMBER"))
  var trials: Int?

  @Option(help: ArgumentHelp("Do not try a directive or a group; may be given again.", valueName: "NAME"))
  var skip: [String] = []

  @Option(help: ArgumentHelp("Never give a directive or a group up; may be given again.", valueName: "NAME"))
  var keep: [String] = []

  @Option(name: .shortAndLong, help: "text, json or json-pretty.")
  var output = OutputFormat.text

  @Flag(name: .customLong("guard"), help: .private)
  var isGuard = false

  func run() throws {
    if isGuard { return try runGuard() }
    let options = try options()
    let (output, progress) = (output, HardenProgress())
    try LoopProgram.run {
      let report: HardenReport
      do throws(HardenError) {
        report = try await HardenSession.run(options) { progress.tell($0) }
      } catch {
        progress.end()
        throw Self.exit(error)
      }
      progress.end()
      switch output {
      case .text: print(HardenText.text(report, isDryRun: options.isDryRun), terminator: "")
      case .json, .jsonPretty: print(try JSONOutput.text(HardenJSON(report), output))
      }
    }
  }

  // MARK: Steps

  /// Waits for the end of the run that it guards, and cleans up after it if it has to.
  private func runGuard() throws {
    let unit = unit
    try LoopProgram.run {
      do throws(HardenError) { try await TrialGuard.run(unit) } catch { throw Self.exit(error) }
    }
  }

  private static func exit(_ error: HardenError) -> ExitError {
    switch error.code {
    case .failed, .cancelled: ExitError(error.message)
    case .unusable: ExitError(error.message, code: ExitError.unusable)
    case .notPermitted: ExitError(error.message, code: ExitError.notPermitted)
    case .noSuchUnit: ExitError(error.message, code: ExitError.notInstalled)
    }
  }

  private func options() throws -> HardenOptions {
    var options = HardenOptions(unit: unit)
    options.isApplied = apply
    if let profile {
      guard let known = SandboxProfile(rawValue: profile), known != .off else {
        throw ExitError("--profile \(profile): write strict or standard", code: ExitError.unusable)
      }
      options.profile = known.settings
    }
    options.isDryRun = dryRun
    options.checks = try check.map { text in
      do { return try WordList.parse(text) } catch {
        throw ExitError("--check \(text): \(error)", code: ExitError.unusable)
      }
    }
    if let observe { options.observation = try Self.time(observe, "--observe") }
    if let settle { options.settle = try Self.time(settle, "--settle") }
    if let timeout { options.timeout = try Self.time(timeout, "--timeout") }
    if let trials {
      guard (1...1000).contains(trials) else {
        throw ExitError("--trials \(trials): give a number from 1 to 1000", code: ExitError.unusable)
      }
      options.trials = trials
    }
    options.shellText = shellText
    options.wishes.skipped = try Self.names(skip, "--skip")
    options.wishes.kept = try Self.names(keep, "--keep")
    guard !apply || !dryRun else {
      throw ExitError("--apply and --dry-run exclude each other", code: ExitError.unusable)
    }
    return options
  }

  /// What was given beyond the unit and what to do with the result.
  private var shellText: String {
    let single = [
      ("--profile", profile), ("--observe", observe), ("--settle", settle), ("--timeout", timeout),
      ("--trials", trials.map { "\($0)" }),
    ]
    let words =
      check.map { ("--check", $0) } + skip.map { ("--skip", $0) } + keep.map { ("--keep", $0) }
      + single.compactMap { name, value in value.map { (name, $0) } }
    return ShellWords.text(words.flatMap { [Array($0.0.utf8), Array($0.1.utf8)] })
  }

  private static func time(_ text: String, _ option: String) throws -> Duration {
    do {
      guard case .some(let span) = try TimeSpan.parse(text) else { throw ExitError("") }
      return span
    } catch {
      throw ExitError("\(option) \(text): give a time such as 2s or 10min", code: ExitError.unusable)
    }
  }

  /// Directives and groups, which must be known: a misspelt one would be passed over in silence.
  private static func names(_ names: [String], _ option: String) throws -> Set<String> {
    let known = SandboxSetting.strict.map(\.directive) + SandboxGroup.allCases.map(\.rawValue)
    for name in names where !known.contains(name) {
      let nearest = Suggestion.nearest(to: name, among: known).map { "; did you mean \($0)?" } ?? ""
      throw ExitError(
        "\(option) \(name): that is no setting that is tried, and no group of them\(nearest)",
        code: ExitError.unusable)
    }
    return Set(names)
  }
}
