import ArgumentParser
import Inspection
import Presentation
import Systemd
import UnitDesign
import UnitFiles

/// `upkeep score`: how exposed services are, and what would make them safer.
struct ScoreCommand: ParsableCommand {
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

  func run() throws {
    let version = systemd.number ?? unitOptions.surroundings.systemdVersion ?? ScoreVersion.usual
    let found = try find(version)
    if !outputOptions.quiet {
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
    if !found.failures.isEmpty { throw ExitError("", code: ExitError.unusable) }
    if let threshold, found.units.contains(where: { $0.exposure.tenths > threshold.tenths }) {
      throw ExitError("", code: ExitError.failure)
    }
  }

  // MARK: Steps

  private var exposureScope: Exposure.Scope { unitOptions.scope == .user ? .user : .system }

  private func find(_ version: Int) throws(ExitError) -> (units: [ScoredUnit], failures: [ScoreFailure]) {
    var rated: [ScoredUnit] = []
    var failures: [ScoreFailure] = []
    var seen: Set<String> = []
    let arguments = units.isEmpty ? ["*.service"] : units
    for argument in arguments {
      let before = (rated.count, failures.count, seen.count)
      defer {
        if (rated.count, failures.count, seen.count) == before, !units.isEmpty, Glob.isPattern(argument) {
          failures.append(ScoreFailure(argument: argument, reason: "no service matches"))
        }
      }
      for result in try unitOptions.units([argument]) {
        switch result {
        case .failure(let failure):
          failures.append(ScoreFailure(argument: failure.argument, reason: failure.reason))
        case .success(let unit):
          let isService = (try? UnitName(unit.name)).map { $0.suffix == "service" } ?? true
          let path = unit.files.first?.path ?? ""
          if !isService {
            // A pattern finds units of all kinds; one that was named has to be said about.
            if !Glob.isPattern(argument) {
              failures.append(ScoreFailure(argument: argument, reason: "only services have an exposure"))
            }
          } else if unit.files.first?.isCutShort == true {
            let reason = unit.files.first?.problems.last?.description ?? "systemd cannot read the file"
            failures.append(ScoreFailure(argument: argument, reason: reason))
          } else if seen.insert("\(unit.name) \(path)").inserted {
            // An alias of a unit is found beside it.
            let exposure = Exposure(of: unit, systemd: version, scope: exposureScope)
            // A table needs no more of a unit than its name.
            if !details, rated.count == 1 { rated[0].unit = nil }
            let isNeeded = details || rated.isEmpty
            rated.append(
              ScoredUnit(name: unit.name, path: path, exposure: exposure, unit: isNeeded ? unit : nil))
          }
        }
      }
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
