import UnitFiles

/// Counts the lines that a rule looks for, until there are enough of them.
struct LogCounter: Sendable, Hashable {
  // When the last lines came, at most as many as the rule wants.
  private var times: [ContinuousClock.Instant] = []
  private var row = 0

  /// A line that counts.
  ///
  /// - Returns: what was seen, in words, if these lines are enough; then counting begins anew.
  mutating func hit(_ condition: LogCondition, at now: ContinuousClock.Instant) -> String? {
    if let wanted = condition.consecutive {
      row += 1
      guard row >= wanted else { return nil }
      clear()
      return wanted == 1 ? "a line of the log" : "\(wanted) lines of the log in a row"
    }
    times.removeAll { now - $0 > condition.interval }
    times.append(now)
    guard times.count >= condition.count else { return nil }
    clear()
    return condition.count == 1
      ? "a line of the log"
      : "\(condition.count) lines of the log within \(TimeSpan.format(condition.interval))"
  }

  /// A line that does not count.
  mutating func miss() { row = 0 }

  /// Begins anew.
  mutating func clear() {
    times = []
    row = 0
  }
}
