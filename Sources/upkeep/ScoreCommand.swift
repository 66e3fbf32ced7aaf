import ArgumentParser
import Inspection
import Presentation
import Systemd
import UnitDesign
import UnitFiles

/// `upkeep score`: how exposed services are, and what would make them safer.
struct ScoreCommand: ManyOperands {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Rate how exposed services are, and show what would help.",
    discussion: """
      The exposure is that of 'systemd-analyze security', from 0.0 (good) to 10.0, computed from unit files alone: \
      nothing asks the running systemd. One unit is shown check by check, with the ten cheapest improvements and \
      what each of them costs the program; several are shown as a table.

      Examples:
        upkeep score nginx
        upkeep score ./myapp.service
        upkeep score --threshold 5.0 'my*.service'
      """)

  /// In which order several units stand.
  enum Order: String, ExpressibleByArgument, CaseIterable {
    case exposure, name
  }

  @OptionGroup var unitOptions: UnitOptions

  @OptionGroup var outputOptions: OutputOptions

  @Flag(help: "Show every unit check by check, also when there are several.")
  var details = false

  @Option(help: "The order of the table: exposure (the worst first) or name.")
  var sort = Order.exposure

  @Option(
    help: ArgumentHelp("Exit with 1 if a unit's exposure is above this, such as 5.0.", valueName: "exposure"))
  var threshold: ExposureThreshold?

  @Option(
    help: ArgumentHelp("Rate as this version does, such as 257; auto asks the machine.", valueName: "version")
  )
  var systemd = ScoreVersion.machine

  @Argument(help: "Unit files (with a slash, or '-'), unit names or patterns; all services if there is none.")
  var units: [String] = []

  var operands: [String] {
    get { units }
    set { units = newValue }
  }

  func run() throws {
    let version = systemd.number ?? unitOptions.surroundings.systemdVersion ?? ScoreVersion.usual
    let found = try find(version)
    // Where nothing could be rated, the reasons say so; only programs get an empty answer.
    let isEmpty = found.units.isEmpty && !found.failures.isEmpty && outputOptions.output == .text
    if !outputOptions.quiet, !isEmpty {
      let isDetailed = details || (found.units.count == 1 && !units.isEmpty)
      let report = ScoreReport(
        units: sorted(found.units), failures: found.failures, systemd: version, scope: exposureScope,
        isDetailed: isDetailed, hasLegend: !outputOptions.noLegend)
      switch outputOptions.output {
      case .text: outputOptions.show(report.text(outputOptions.palette, width: outputOptions.width))
      case .json, .jsonPretty:
        report.writeJSON(pretty: outputOptions.output == .jsonPretty, to: StandardOutput.write)
      }
    }
    for failure in found.failures {
      StandardError.line("upkeep: \(DisplayText.escaped("\(failure.argument): \(failure.reason)"))")
    }
    for unit in found.units {
      for refusal in unit.exposure.refusals {
        StandardError.line("upkeep: \(DisplayText.escaped(refusal.description))")
      }
    }
    if let code = ExitError.status(ofFailures: found.failures.map(\.isAbsent)) {
      throw ExitError("", code: code)
    }
    if let threshold, found.units.contains(where: { $0.exposure.tenths > threshold.tenths }) {
      throw ExitError("", code: ExitError.failure)
    }
  }

  // MARK: Steps

  private var exposureScope: Exposure.Scope { unitOptions.scope == .user ? .user : .system }

  private func find(_ version: Int) throws(ExitError) -> (units: [ScoredUnit], failures: [ScoreFailure]) {
    let look = ScoreLook(
      scope: unitOptions.scope, root: unitOptions.root, version: version, exposureScope: exposureScope,
      isDetailed: details)
    let index = unitOptions.loader.index
    var names: [(argument: String, name: String)] = []
    for argument in units.isEmpty ? ["*.service"] : units {
      names += try unitOptions.arguments([argument], in: index).map { (argument, $0) }
    }
    var rated: [ScoredUnit] = []
    var failures: [ScoreFailure] = []
    var seen: Set<String> = []
    var unmatched = Set(units.filter(UnitLoader.isPattern))
    for (asked, result) in zip(names, UnitSweep.map(names.map(\.name), look.rate)) {
      switch result {
      case .failure(let failure):
        unmatched.remove(asked.argument)
        failures.append(failure)
      case .success(nil):
        // A pattern finds units of all kinds; one that was named has to be said about.
        if !UnitLoader.isPattern(asked.argument) {
          failures.append(ScoreFailure(argument: asked.name, reason: "only services have an exposure"))
        }
      case .success(let unit?):
        unmatched.remove(asked.argument)
        // An alias of a unit is found beside it.
        if seen.insert("\(unit.name) \(unit.path)").inserted { rated.append(unit) }
      }
    }
    for pattern in units where unmatched.remove(pattern) != nil {
      failures.append(ScoreFailure(argument: pattern, reason: "no service matches", isAbsent: true))
    }
    return (rated, failures)
  }

  private func sorted(_ units: [ScoredUnit]) -> [ScoredUnit] {
    switch sort {
    case .name: units.sorted { $0.name < $1.name }
    case .exposure:
      units.sorted { ($1.exposure.tenths, $0.name) < ($0.exposure.tenths, $1.name) }
    }
  }
}
