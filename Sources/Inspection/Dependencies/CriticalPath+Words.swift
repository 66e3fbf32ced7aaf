extension CriticalPath {
  /// The microseconds from the beginning of the path to the unit's being up; nil while it starts.
  public var total: UInt64? {
    guard let first = steps.first?.ended, let began = steps.last?.began else { return nil }
    return first - began
  }

  /// The step that took longest, if the path took any time.
  public var longest: Step? {
    steps.filter { ($0.took ?? 0) > 0 }.max { ($0.took ?? 0, $1.unit) < ($1.took ?? 0, $0.unit) }
  }

  /// What the path says, in sentences without a full stop. Names of units are foreign text: escape them.
  ///
  /// - Parameter span: writes microseconds for people.
  /// - Returns: the sentences.
  public func sentences(_ span: (UInt64) -> String) -> [String] {
    guard let unit = steps.first else { return [] }
    var sentences: [String] = []
    sentences.append(
      unit.took.map { $0 == 0 ? "\(unit.unit) itself took no time" : "\(unit.unit) itself took \(span($0))" }
        ?? "\(unit.unit) has not finished starting yet")
    if steps.count > 1 {
      let next = steps[1]
      let what = next.event == .stop ? "the stop of \(next.unit)" : next.unit
      let took = next.took.map { $0 > 0 ? ", which took \(span($0))" : "" } ?? ""
      sentences.append("it waited for \(what)\(took)")
    }
    if steps.count > 2 || (steps.count > 1 && unit.took != 0), let longest, let total,
      let took = longest.took,
      total > 0
    {
      let what = longest.event == .stop ? "the stop of \(longest.unit)" : longest.unit
      let share = Int(Double(took) / Double(total) * 100)
      sentences.append("what took longest is \(what): \(span(took)) of \(span(total)) (\(share)%)")
    }
    if case .idle(let other, let since) = end, let last = steps.last {
      sentences.append(
        "\(last.unit) was held up by nothing: \(other), the last unit that it comes after, had been ready for"
          + " \(span(since))")
    }
    if !unknown.isEmpty {
      let few = unknown.prefix(3).joined(separator: ", ") + (unknown.count > 3 ? " and others" : "")
      sentences.append(
        "\(few): started again since, so whether it waited for \(unknown.count == 1 ? "it" : "them") is not known"
      )
    }
    return sentences
  }
}
