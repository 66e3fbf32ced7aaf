import TestSupport
import UnitDesign
import UnitFiles

/// A simulated service: it fails under certain combinations of settings and works under all others.
struct TrialOracle {
  /// It fails while all settings of a clause are stricter than what they name: name to the first level that works.
  var clauses: [[String: Int]]
  /// A setting that works only while another is on: name to the other's name.
  var needs: [String: String] = [:]
  /// What the service leaves when it fails because of a clause.
  var evidence: @Sendable ([String]) -> TrialEvidence = { _ in TrialEvidence(.exited(1)) }

  func outcome(_ candidate: TrialCandidate, _ settings: [TrialSetting]) -> TrialSearch.Outcome {
    let levels = Dictionary(uniqueKeysWithValues: zip(settings.map(\.name), candidate.levels))
    func isOn(_ name: String) -> Bool {
      zip(settings, candidate.levels).contains { $0.name == name && $1 < $0.off }
    }
    for clause in clauses where clause.allSatisfy({ (levels[$0] ?? .max) < $1 }) {
      return .fails(evidence(clause.keys.sorted()))
    }
    for (name, other) in needs where isOn(name) && !isOn(other) { return .fails(evidence([name])) }
    return .works
  }

  /// Carries a search out to its end.
  func conclude(_ search: inout TrialSearch) -> TrialConclusion {
    var action = search.begin()
    while true {
      switch action {
      case .attempt(let candidate): action = search.finished(outcome(candidate, search.settings))
      case .conclude(let conclusion): return conclusion
      }
    }
  }

  /// Carries a search over all settings of the strict sandbox out.
  func conclude(facts: TrialFacts = TrialFacts(), limit: Int = 200) -> (TrialConclusion, [TrialSetting]) {
    var search = TrialSearch(Self.settings, facts: facts, limit: limit)
    let conclusion = conclude(&search)
    return (conclusion, search.settings)
  }

  /// The settings that an ordinary service of a user without privileges is tried with.
  static let settings = TrialSelection(for: Unit(name: "a.service", files: []), systemd: 252).settings

  /// A service that fails under `count` clauses of up to `width` settings.
  static func random(_ count: Int, width: Int, using generator: inout SeededGenerator) -> TrialOracle {
    let clauses = (0..<count).map { _ in
      var clause: [String: Int] = [:]
      for _ in 0..<Int.random(in: 1...width, using: &generator) {
        guard let setting = settings.randomElement(using: &generator) else { continue }
        clause[setting.name] = Int.random(in: 1...setting.off, using: &generator)
      }
      return clause
    }
    return TrialOracle(clauses: clauses)
  }
}
