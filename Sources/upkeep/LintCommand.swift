import ArgumentParser
import Inspection
import Systemd
import UnitDesign
import UnitFiles

/// `upkeep lint`: what will not work in unit files, and why.
struct LintCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lint",
    abstract: "Say what will not work in unit files, why, and how to mend it.",
    discussion: """
      UNIT is a path (with a slash in it), a unit's name, a pattern such as 'nginx*', or - for standard input.
      Drop-ins are read with their units. Exit status: 0 clean, 1 findings at or above --fail-on, 2 unusable input.

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
    let context = try context()
    var session = LintSession(surroundings: context.surroundings)
    for result in try options.units(units) {
      switch result {
      case .success(let unit): try look(at: Self.named(unit), context, &session)
      case .failure(let failure): session.failures.append(failure)
      }
    }
    try print(session)
    let isBad = session.results.contains { $0.finding.severity >= failOn.severity }
    if !session.failures.isEmpty { throw ExitError("", code: ExitError.unusable) }
    if isBad { throw ExitError("", code: ExitError.failure) }
  }

  // MARK: Steps

  private func look(
    at unit: Unit, _ base: LintContext, _ session: inout LintSession
  ) throws(ExitError) {
    var context = base
    context.isUser = base.isUser || unit.files.first.map { $0.path.contains("/systemd/user/") } ?? false
    // An alias leads to the same unit again.
    guard session.seen.insert([unit.name] + unit.files.map(\.path)).inserted else { return }
    session.count += 1
    var unit = unit
    if fix {
      let (mended, mendings) = Lint.mended(unit, context: context)
      try LintMending.write(mendings, isDry: dryRun)
      session.mendings += mendings
      if !dryRun { unit = mended }
    }
    session.results += Lint.findings(in: unit, context: context).map { finding in
      LintSession.Result(
        finding: finding, unit: unit.name, file: unit.files.first { $0.path == finding.position.path })
    }
  }

  private func context() throws(ExitError) -> LintContext {
    let surroundings = CachedSurroundings(options.surroundings)
    var version = surroundings.systemdVersion ?? Catalogue.newestVersion
    if systemd != "auto" {
      guard let number = Int(systemd), (183...9999).contains(number) else {
        throw ExitError(
          "--systemd takes 'auto' or a version such as 252, not '\(systemd)'", code: ExitError.unusable)
      }
      version = number
    }
    return LintContext(
      surroundings: surroundings, version: version, isUser: options.scope == .user,
      ignored: try Self.rules(ignore), only: try Self.rules(only))
  }

  private static func rules(_ texts: [String]) throws(ExitError) -> Set<String> {
    var ids: Set<String> = []
    for text in texts.flatMap({ $0.split(separator: ",").map(String.init) }) {
      guard let rule = LintRule.named(text) else {
        throw ExitError("there is no rule '\(text)'; --list-rules shows them", code: ExitError.unusable)
      }
      ids.insert(rule.id)
    }
    return ids
  }

  /// Standard input has no name that says its type; its sections do.
  private static func named(_ unit: Unit) -> Unit {
    guard unit.name == "stdin.service" else { return unit }
    let type = UnitName.suffixes.first { suffix in
      Catalogue.section(ofType: suffix).map { unit.sectionNames(withPrefix: "").contains($0) } ?? false
    }
    return type.map { Unit(name: "stdin.\($0)", files: unit.files) } ?? unit
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

/// What came out for all units of one call.
struct LintSession {
  /// A finding with the unit and the file it is in.
  struct Result {
    var finding: Finding
    var unit: String
    var file: UnitFile?
  }

  let surroundings: any Surroundings
  var count = 0
  var seen: Set<[String]> = []
  var results: [Result] = []
  var failures: [UnitLoader.Failure] = []
  var mendings: [Lint.Mending] = []

  init(surroundings: any Surroundings) {
    self.surroundings = surroundings
  }
}
