/// What a search has found.
package struct TrialConclusion: Sendable, Hashable {
  /// A setting that had to give way.
  package struct Culprit: Sendable, Hashable {
    /// Its place among the settings.
    package let setting: Int
    /// The level that works; `TrialSetting.off` if none of its values does.
    package internal(set) var level: Int
    /// What the service left when it failed under the strictest value.
    package internal(set) var evidence: TrialEvidence?
  }

  /// The strictest sandbox that was tried and worked.
  package let candidate: TrialCandidate
  /// What had to give way, in the order in which it was found.
  package let culprits: [Culprit]
  /// Settings that are left off because the trials were used up before they were decided.
  package let undecided: [Int]
  /// How many trials there were.
  package let trials: Int
  /// Whether each culprit, made one step stricter, was tried with all the others as they are and failed.
  package let isProven: Bool

  /// Describes a result.
  package init(
    candidate: TrialCandidate, culprits: [Culprit] = [], undecided: [Int] = [], trials: Int = 0,
    isProven: Bool = true
  ) {
    self.candidate = candidate
    self.culprits = culprits
    self.undecided = undecided
    self.trials = trials
    self.isProven = isProven
  }
}
