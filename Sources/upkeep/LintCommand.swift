import ArgumentParser
import Inspection
import Systemd
import UnitDesign
import UnitFiles

/// `upkeep lint`: what will not work in unit files, and why.
struct LintCommand: ManyOperands {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Say what will not work in unit files, why, and how to mend it.",
    discussion: """
      UNIT is a path (with a slash in it), a unit's name, a pattern such as 'nginx*', or - for standard input.
      Drop-ins are read with their units. Exit status: 0 clean, 1 findings at or above --fail-on, 2 unusable input, 4 no such unit.

      Examples:
        upkeep lint ./web.service
        upkeep lint nginx.service --systemd 257 -o sarif
        upkeep lint ./web.service --fix --dry-run
        upkeep lint --explain L09
      """)

  /// How the findings are shown.
  enum Format: String, ExpressibleByArgument, CaseIterable {
    case text, json
    case jsonPretty = "json-pretty"
    case sarif
  }

  /// From which severity on a finding is a failure.
  enum Threshold: String, ExpressibleByArgument, CaseIterable {
    case error, warning, note

    var severity: Finding.Severity {
      switch self {
      case .error: .error
      case .warning: .warning
      case .note: .note
      }
    }
  }

  @Argument(help: "Files, units or patterns.")
  var units: [String] = []

  var operands: [String] {
    get { units }
    set { units = newValue }
  }

  @OptionGroup var options: UnitOptions

  @Option(name: .shortAndLong, help: "text, json, json-pretty or sarif (2.1.0).")
  var output = Format.text

  @Option(help: "The least severity that makes the exit status 1: error, warning or note.")
  var failOn = Threshold.warning

  @Option(help: ArgumentHelp("The version of systemd the units are for.", valueName: "N|auto"))
  var systemd = "auto"

  @Option(help: ArgumentHelp("Leave rules out; several are divided by commas.", valueName: "RULE"))
  var ignore: [String] = []

  @Option(help: ArgumentHelp("Look at these rules only.", valueName: "RULE"))
  var only: [String] = []

  @Flag(help: "Mend what is safe to mend in the files, and show the difference.")
  var fix = false

  @Flag(help: "With --fix: show the difference and change nothing.")
  var dryRun = false

  @Option(help: ArgumentHelp("Explain a rule, or 'all'.", valueName: "RULE"))
  var explain: String?

  @Flag(help: "List all rules.")
  var listRules = false

  func validate() throws {
    if explain == nil, !listRules, units.isEmpty {
      throw ValidationError("name a file or a unit, for example './web.service'")
    }
    if dryRun, !fix { throw ValidationError("--dry-run is for --fix") }
  }

  func run() throws {
    if let explain { return try LintPages.printPages(explain) }
    if listRules { return LintPages.printList() }
    let look = try LintLook(self)
    var session = LintSession()
    if fix {
      let surroundings = look.surroundings
      for result in try options.units(units) { try mend(result, look, surroundings, &session) }
    } else {
      let arguments = try options.arguments(units)
      for result in UnitSweep.map(arguments, look.findings) { session.add(result) }
    }
    try print(session)
    let isBad = session.results.contains { $0.finding.severity >= failOn.severity }
    if let code = ExitError.status(ofFailures: session.failures.map(\.isAbsent)) {
      throw ExitError("", code: code)
    }
    if isBad { throw ExitError("", code: ExitError.failure) }
  }

  // MARK: Steps

  private func mend(
    _ result: Result<Unit, UnitLoader.Failure>, _ look: LintLook, _ surroundings: any Surroundings,
    _ session: inout LintSession
  ) throws(ExitError) {
    switch result {
    case .failure(let failure): session.add(.failure(failure))
    case .success(let loaded):
      let unit = LintLook.named(loaded)
      guard !session.has(LintLook.identity(of: unit)) else { return }
      let (mended, mendings) = Lint.mended(unit, context: look.context(for: unit, surroundings))
      try LintMending.write(mendings, isDry: dryRun)
      session.mendings += mendings
      session.add(.success(look.findings(in: dryRun ? unit : mended, surroundings)))
    }
  }

  private func print(_ session: LintSession) throws {
    switch output {
    case .text: LintText(terminal: Terminal()).print(session, isDry: dryRun)
    case .json: Swift.print(try JSONOutput.text(LintJSON(session), .json))
    case .jsonPretty: Swift.print(try JSONOutput.text(LintJSON(session), .jsonPretty))
    case .sarif: Swift.print(try JSONOutput.text(LintSARIF(session), .jsonPretty))
    }
    if output != .text {
      for failure in session.failures { StandardError.line("upkeep: \(failure)") }
    }
  }
}
