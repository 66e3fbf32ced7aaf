/// The search for the strictest sandbox that a service bears: events in, actions out, no process and no clock.
///
/// All settings are tried first. When that fails, the most suspicious ones stand last in a row, and the row is cut
/// where half of the suspicion lies on either side, until one setting is found under which the service fails and
/// without which it works. What comes after it in the row is tried next. So k culprits cost about k times the
/// logarithm of the number of settings. Each culprit then gets the strictest of its weaker values that works. In the
/// end each of them is made one step stricter once more, to prove that it had to give way.
///
/// Nothing is assumed but that the service works as it is. If the settings depend on each other in odd ways, the
/// result still is a sandbox that was tried and worked.
package struct TrialSearch: Sendable {
  /// The most trials unless told otherwise.
  package static let standardLimit = 40

  /// What comes next.
  package enum Action: Sendable, Hashable {
    /// Try this one and tell ``TrialSearch/finished(_:)`` how it went.
    case attempt(TrialCandidate)
    /// The search is over.
    case conclude(TrialConclusion)
  }

  /// How a trial went.
  package enum Outcome: Sendable, Hashable {
    /// The service works.
    case works
    /// It does not.
    case fails(TrialEvidence)
  }

  private enum Phase: Sendable, Hashable {
    /// All that is open is tried at once.
    case whole
    /// The first `hi` of what is open fail, the first `lo` work.
    case narrow(lo: Int, hi: Int, middle: Int)
    /// The culprit at this place works at level `hi` and fails at `lo`.
    case weaken(Int, lo: Int, hi: Int, middle: Int)
    /// The culprit at this place is made one step stricter.
    case confirm(Int)
    /// Nothing is left to do.
    case done
  }

  /// What may be switched; a culprit may get further values on the way.
  package private(set) var settings: [TrialSetting]
  /// How many trials there were.
  package private(set) var trials = 0

  private let limit: Int
  private let facts: TrialFacts
  private var phase = Phase.whole
  // Indices of settings: what works together, what is not decided, what had to give way and how far.
  private var kept: [Int] = []
  private var open: [Int]
  private var culprits: [TrialConclusion.Culprit] = []
  private var isChanged = false
  private var evidence: TrialEvidence?
  // That the service writes to, as far as was seen.
  private var folders: Set<String>
  // By its lines: the levels get another meaning when a value is added between two.
  private var known: [[String]: Outcome] = [:]

  /// Begins a search.
  ///
  /// - Parameters:
  ///   - settings: what may be switched.
  ///   - facts: what was seen of the service.
  ///   - limit: the most trials.
  package init(_ settings: [TrialSetting], facts: TrialFacts = TrialFacts(), limit: Int = standardLimit) {
    self.settings = settings
    self.facts = facts
    self.limit = limit
    folders = Set(facts.writtenFolders)
    open = Array(settings.indices)
  }

  /// The first action.
  package mutating func begin() -> Action {
    sort(0..<open.count)
    return settings.isEmpty ? .conclude(conclusion(isProven: true)) : proceed()
  }

  /// Takes in how the last attempt went.
  package mutating func finished(_ outcome: Outcome) -> Action {
    if let candidate = pending { known[candidate.lines(of: settings)] = outcome }
    trials += 1
    take(outcome)
    return proceed()
  }

  // MARK: Steps

  /// What the present phase wants to know; nil when it is over.
  private var pending: TrialCandidate? {
    switch phase {
    case .whole: candidate(open.count)
    case .narrow(_, _, let middle): candidate(middle)
    case .weaken(let place, _, _, let middle): candidate(0, place, middle)
    case .confirm(let place): candidate(0, place, culprits[place].level - 1)
    case .done: nil
    }
  }

  /// Goes on until something has to be tried that was not tried yet.
  private mutating func proceed() -> Action {
    while let candidate = pending {
      if let outcome = known[candidate.lines(of: settings)] {
        take(outcome)
      } else if trials < limit {
        return .attempt(candidate)
      } else {
        return .conclude(conclusion(isProven: false))
      }
    }
    return .conclude(conclusion(isProven: true))
  }

  /// What is kept and the first `count` of what is open at their strictest, the culprits at their levels, one of them
  /// perhaps at another.
  private func candidate(_ count: Int, _ place: Int? = nil, _ level: Int = 0) -> TrialCandidate {
    var levels = settings.map(\.off)
    for index in kept + open[..<count] { levels[index] = 0 }
    for culprit in culprits { levels[culprit.setting] = culprit.level }
    if let place { levels[culprits[place].setting] = level }
    return TrialCandidate(levels: levels)
  }

  private mutating func take(_ outcome: Outcome) {
    if case .fails(let evidence) = outcome {
      self.evidence = evidence
      folders.formUnion(evidence.deniedFolders)
    }
    let works = outcome == .works
    switch phase {
    case .whole where works:
      kept += open
      open = []
      weaken(0)
    case .whole: narrow(0, open.count)
    case .narrow(_, let hi, let middle) where works: narrow(middle, hi)
    case .narrow(let lo, _, let middle): narrow(lo, middle)
    case .weaken(let place, let lo, _, let middle) where works: weaken(place, lo, middle)
    case .weaken(let place, _, let hi, let middle):
      // What it says under this value may tell of a better one between this and the next.
      let isNew = settings[culprits[place].setting].refine(by: folders, after: middle)
      weaken(place, middle, isNew ? hi + 1 : hi)
    case .confirm(let place) where works:
      isChanged = true
      culprits[place].level -= 1
      guard culprits[place].level == 0 else { return }
      kept.append(culprits.remove(at: place).setting)
      confirm(place)
    case .confirm(let place):
      // With all others out of the way, what it says now may be the plainest.
      if culprits[place].evidence?.denials.isEmpty ?? true { culprits[place].evidence = evidence }
      confirm(place + 1)
    case .done: break
    }
  }

  /// The first `lo` of what is open work and the first `hi` do not.
  private mutating func narrow(_ lo: Int, _ hi: Int) {
    guard hi - lo == 1 else {
      // The order between the two is free: nothing is known of it yet.
      sort(lo..<hi)
      phase = .narrow(lo: lo, hi: hi, middle: middle(of: lo..<hi))
      return
    }
    let index = open[lo]
    _ = settings[index].refine(by: folders, after: 0)
    culprits.append(
      TrialConclusion.Culprit(setting: index, level: settings[index].off, evidence: evidence))
    kept += open[..<lo]
    open.removeSubrange(..<hi)
    evidence = nil
    sort(0..<open.count)
    phase = .whole
    if open.isEmpty { weaken(0) }
  }

  /// Begins with the values of the culprit at `place`.
  private mutating func weaken(_ place: Int) {
    guard place < culprits.count else { return confirm(0) }
    weaken(place, 0, culprits[place].level)
  }

  /// The culprit works at level `hi` and not at `lo`.
  private mutating func weaken(_ place: Int, _ lo: Int, _ hi: Int) {
    culprits[place].level = hi
    if hi - lo <= 1 {
      weaken(place + 1)
    } else {
      phase = .weaken(place, lo: lo, hi: hi, middle: (lo + hi) / 2)
    }
  }

  private mutating func confirm(_ place: Int) {
    if place < culprits.count {
      phase = .confirm(place)
    } else if isChanged, !culprits.isEmpty {
      // What one was in the way of may be possible now that another has changed.
      isChanged = false
      phase = .confirm(0)
    } else {
      phase = .done
    }
  }

  // MARK: Order

  /// Puts the most suspicious of a part of what is open last; equal ones stay together by their groups.
  private mutating func sort(_ range: Range<Int>) {
    let suspicion = Suspicion(facts, evidence)
    let groups = SandboxGroup.allCases
    open[range].sort { left, right in
      let (a, b) = (settings[left], settings[right])
      let weights = (suspicion.weight(of: a), suspicion.weight(of: b))
      guard weights.0 == weights.1 else { return weights.0 < weights.1 }
      guard a.group == b.group else {
        return (groups.firstIndex(of: a.group) ?? 0) < (groups.firstIndex(of: b.group) ?? 0)
      }
      return left < right
    }
  }

  /// Where to cut so that half of the suspicion is on either side.
  private func middle(of range: Range<Int>) -> Int {
    let suspicion = Suspicion(facts, evidence)
    let weights = open[range].map { suspicion.weight(of: settings[$0]) }
    let total = weights.reduce(0, +)
    var (best, difference, sum) = (range.lowerBound + 1, Int.max, 0)
    for (offset, weight) in weights.dropLast().enumerated() {
      sum += weight
      guard abs(total - 2 * sum) < difference else { continue }
      (best, difference) = (range.lowerBound + offset + 1, abs(total - 2 * sum))
    }
    return best
  }

  private func conclusion(isProven: Bool) -> TrialConclusion {
    // Where the row was cut last, its first part is known to work.
    var works = 0
    if case .narrow(let lo, _, _) = phase { works = lo }
    return TrialConclusion(
      candidate: candidate(works), culprits: culprits, undecided: Array(open[works...]), trials: trials,
      isProven: isProven)
  }
}
