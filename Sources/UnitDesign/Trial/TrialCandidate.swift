/// A sandbox to be tried: a level for each setting, 0 for the strictest.
package struct TrialCandidate: Sendable, Hashable {
  /// The levels, in the order of the settings; `TrialSetting.off` and beyond leave the unit as it is.
  package var levels: [Int]

  /// Describes a sandbox.
  package init(levels: [Int]) { self.levels = levels }

  /// The lines of `[Service]`, each once, in the order of the settings.
  package func lines(of settings: [TrialSetting]) -> [String] {
    var seen: Set<String> = []
    return zip(settings, levels).flatMap { $0.lines(at: $1) }.filter { seen.insert($0).inserted }
  }
}
