/// How long marks have been passed, and which rules that sets off.
public struct MarkTrack: Sendable, Hashable {
  private var since: [ResourceMark: ContinuousClock.Instant] = [:]

  /// Nothing was seen yet.
  public init() {}

  /// Takes in which marks are passed at `now`.
  ///
  /// - Parameters:
  ///   - passed: the marks that are passed, with what was read, such as `97%`.
  ///   - rules: the rules.
  ///   - now: when.
  /// - Returns: what rules are set off by it, each once; again at every call while it lasts.
  public mutating func take(
    _ passed: [ResourceMark: String], _ rules: [RepairRule], at now: ContinuousClock.Instant
  ) -> [RepairTrigger] {
    since = since.filter { passed[$0.key] != nil }
    for mark in passed.keys where since[mark] == nil { since[mark] = now }
    return rules.enumerated().compactMap { index, rule in
      let mark = rule.marks.first { mark in since[mark].map { now - $0 >= rule.markDuration } ?? false }
      return mark.map {
        RepairTrigger(rule: index, kind: .resource, cause: "\($0): \(passed[$0] ?? "")")
      }
    }
  }
}
