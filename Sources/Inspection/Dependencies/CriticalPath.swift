/// What a unit's last start waited for: of all that comes before it the one that was ready last, of all that comes
/// before that one again the last, and so on.
///
/// systemd does not keep when a start was asked for. A unit that began within ``slack`` of another's end is taken to
/// have waited for it; one that began later was held up by nothing.
public struct CriticalPath: Sendable, Hashable {
  /// What was waited for.
  public enum Event: String, Sendable, Hashable {
    /// That a unit is started.
    case start
    /// That a unit that cannot run beside it is stopped.
    case stop
  }

  /// A unit on the path.
  public struct Step: Sendable, Hashable {
    /// The unit's name.
    public let unit: String
    /// What happened to it.
    public let event: Event
    /// When it began, by the monotonic clock in microseconds.
    public let began: UInt64
    /// When it was over; nil while it goes on, which only the first step can.
    public let ended: UInt64?
    /// The microseconds from the next step's end to its beginning; nil for the last step.
    public internal(set) var gap: UInt64?

    /// How long it took, in microseconds; nil while it goes on.
    public var took: UInt64? { ended.map { $0 - began } }
  }

  /// Where the path ends.
  public enum End: Sendable, Hashable {
    /// At a unit before which nothing comes that was started.
    case first
    /// At a unit that waited for nothing: the last of those before it had been ready for so many microseconds.
    case idle(after: String, since: UInt64)
  }

  /// How much later than what it waited for a unit may begin, in microseconds.
  public static let slack: UInt64 = 1_000_000

  /// The unit itself first, then what it waited for, and so on back in time.
  public let steps: [Step]
  /// Where it ends.
  public let end: End
  /// Units before it that have been started again since, so that nobody knows how it waited for them; sorted.
  public let unknown: [String]

  /// Finds the path of a unit; nil for one that has not been started.
  ///
  /// - Parameters:
  ///   - name: the unit.
  ///   - times: of all units.
  public init?(of name: String, in times: [String: StartTimes]) {
    guard let unit = times[name], unit.began > 0 else { return nil }
    var steps = [Step(unit: name, event: .start, began: unit.began, ended: unit.ended)]
    var end = End.first
    var current = unit
    var seen: Set<String> = [name]
    while let last = steps.last, last.event == .start {
      guard let next = Self.latest(before: current, times, seen) else { break }
      guard let over = next.ended, last.began - over <= Self.slack else {
        end = .idle(after: next.unit, since: last.began - (next.ended ?? last.began))
        break
      }
      steps[steps.count - 1].gap = last.began - over
      steps.append(next)
      seen.insert(next.unit)
      guard let other = times[next.unit] else { break }
      current = other
    }
    self.steps = steps
    self.end = end
    unknown = Set(unit.after.filter { (times[$0]?.began ?? 0) > unit.began }).sorted()
  }

  /// What was over last of all that has to be before a unit begins.
  private static func latest(
    before unit: StartTimes, _ times: [String: StartTimes], _ seen: Set<String>
  ) -> Step? {
    var events: [Step] = []
    for name in unit.after where !seen.contains(name) {
      guard let other = times[name], other.began > 0, let ended = other.ended else { continue }
      events.append(Step(unit: name, event: .start, began: other.began, ended: ended))
    }
    for name in unit.conflicts {
      guard let stop = times[name]?.stop else { continue }
      events.append(Step(unit: name, event: .stop, began: stop.lowerBound, ended: stop.upperBound))
    }
    // Of those that were over at once the longest one, which is more than a point where others meet.
    return events.filter { ($0.ended ?? .max) <= unit.began }.max { left, right in
      let (one, other) = (left.ended ?? 0, right.ended ?? 0)
      if one != other { return one < other }
      return left.began == right.began ? left.unit > right.unit : left.began > right.began
    }
  }
}
