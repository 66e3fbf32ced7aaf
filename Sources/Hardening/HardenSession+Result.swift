import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

extension HardenSession {
  /// How long a slice of the observation is, after which the checks are made.
  private static var slice: Duration { .seconds(5) }

  /// What the search has found, as a person sees it.
  func report(
    _ selection: TrialSelection, _ settings: [TrialSetting], _ conclusion: TrialConclusion
  ) -> HardenReport {
    let unit = target.unit
    let lines = selection.fixed.flatMap { $0.lines(at: 0) } + conclusion.candidate.lines(of: settings)
    let concessions = conclusion.culprits.map { culprit in
      let setting = settings[culprit.setting]
      return HardenReport.Concession(
        name: setting.name, strict: setting.lines(at: 0).first ?? setting.name,
        instead: setting.lines(at: culprit.level), why: culprit.evidence?.summary ?? "",
        said: culprit.evidence.map { $0.denials.isEmpty ? $0.lastLines.suffix(2) : $0.denials } ?? [])
    }
    // An earlier result stands in the same file: what it says is kept.
    let earlier = (try? lasting.lines()) ?? []
    let all = earlier + lines.filter { !earlier.contains($0) }
    let before = Exposure(of: unit, systemd: target.version).tenths
    let with = Unit(
      name: unit.name,
      files: unit.files + [
        UnitFile(parsing: Array(TrialDropIn.text(lines, comments: []).utf8), path: lasting.path)
      ])
    let after = Exposure(of: with, systemd: target.version).tenths
    var comments = [
      "Made by: \(options.command(for: target.name))",
      "Exposure \(Self.figure(before)) -> \(Self.figure(after)) (systemd \(target.version)), after \(conclusion.trials) \(conclusion.trials == 1 ? "trial" : "trials").",
    ]
    for culprit in conclusion.culprits {
      let why = culprit.evidence.map { $0.denials.first ?? $0.summary } ?? "it does not work with it"
      comments.append(TrialDropIn.comment(settings[culprit.setting], level: culprit.level, why: why))
    }
    return HardenReport(
      unit: target.name, version: target.version, exposureBefore: before, exposureAfter: after, lines: lines,
      concessions: concessions, omissions: selection.omissions,
      undecided: conclusion.undecided.map { settings[$0].name }, trials: conclusion.trials,
      isMinimal: conclusion.isProven, dropIn: TrialDropIn.text(all, comments: comments), path: lasting.path,
      isApplied: false, command: options.command(for: target.name))
  }

  private static func figure(_ tenths: Int) -> String { "\(tenths / 10).\(tenths % 10)" }

  /// Puts the result in its place, and takes it back if the service does not work with it after all.
  func apply(_ report: inout HardenReport, _ trial: ServiceTrial) async throws(HardenError) {
    tell(.applying(lasting.path))
    let earlier = try HardenError.wrap { () throws(SystemError) in try lasting.content() }
    do throws(HardenError) {
      let text = Array(report.dropIn.utf8)
      try HardenError.wrap { () throws(SystemError) in
        try lasting.put(text)
        try file.remove()
      }
      let outcome: TrialSearch.Outcome
      let begin = ContinuousClock.now
      do throws(BusError) {
        try await client.daemonReload()
        outcome = try await trial.restart(with: client)
      } catch {
        throw HardenError(error, "restart \(target.name) with \(lasting.path)")
      }
      tell(.verdict(outcome, ContinuousClock.now - begin))
      try await requireWorks(outcome, "with \(lasting.path)")
      if options.observation > .zero { try await observe(trial) }
    } catch {
      // Putting back what was there must not be cut short either.
      do throws(SystemError) { try lasting.put(earlier) } catch let failure {
        throw HardenError(.failed, "\(error); and \(lasting.path) could not be put back: \(failure)")
      }
      throw error
    }
    report.isApplied = true
    try await stopIfItWasDown()
  }

  /// Watches the service under what is on.
  func observe(_ trial: ServiceTrial) async throws(HardenError) {
    tell(.observing(options.observation))
    let end = ContinuousClock.now + options.observation
    let begin = ServiceTrial.now
    while ContinuousClock.now < end {
      let slice = min(Self.slice, end - ContinuousClock.now)
      let outcome: TrialSearch.Outcome
      do throws(BusError) {
        outcome = try await trial.watch(for: slice, since: begin, with: client)
      } catch {
        throw HardenError(error, "watch \(target.name)")
      }
      try await requireWorks(outcome, "under the result for long")
    }
  }
}
