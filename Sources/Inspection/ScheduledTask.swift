public import Systemd
public import SystemdManager
public import UnitDesign
import UnitFiles

/// A timer with the unit that it starts: when it is due, and how its last run went.
public struct ScheduledTask: Sendable, Hashable {
  /// How the last run went.
  public enum Outcome: String, Sendable, Hashable, CaseIterable {
    /// It runs now.
    case running
    /// It did what it was for.
    case succeeded
    /// It failed, or its unit is not there.
    case failed
    /// A condition did not hold.
    case skipped
    /// It ran before the boot, and how it ended is not known any more.
    case unknown
    /// It has not run.
    case never
  }

  /// All properties of the timer.
  public let timer: UnitProperties
  /// All properties of what it starts.
  public let unit: UnitProperties

  /// Pairs them.
  public init(timer: UnitProperties, unit: UnitProperties) {
    self.timer = timer
    self.unit = unit
  }

  /// Reads timers and their units.
  ///
  /// - Parameters:
  ///   - timers: the timers' names.
  ///   - client: their manager.
  /// - Returns: the tasks in the order of the timers.
  /// - Throws: what ends all of it: no connection, no answer.
  @LoopActor
  public static func gather(
    _ timers: [String], _ client: ManagerClient
  ) async throws(BusError) -> [ScheduledTask] {
    let properties = try await client.allProperties(of: timers)
    let units = properties.map { $0["Unit"]?.text ?? "" }
    return zip(properties, try await client.allProperties(of: units)).map(ScheduledTask.init)
  }

  // MARK: Schedule

  /// When it elapses.
  public var schedule: TimerSchedule {
    var triggers: [TimerSchedule.Trigger] = []
    for entry in timer["TimersMonotonic"]?.elements ?? [] {
      guard let fields = entry.elements, fields.count > 1, let span = fields[1].unsigned,
        let base = TimerSchedule.Base(name: fields[0].text ?? "")
      else { continue }
      triggers.append(.span(base, .microseconds(Int64(clamping: span))))
    }
    for entry in timer["TimersCalendar"]?.elements ?? [] {
      if let fields = entry.elements, fields.count > 1, let text = fields[1].text {
        triggers.append(.calendar(text))
      }
    }
    return TimerSchedule(
      // The manager lists the last one first.
      triggers.reversed(),
      randomDelay: .microseconds(Int64(clamping: timer["RandomizedDelayUSec"]?.unsigned ?? 0)),
      onClockChange: timer["OnClockChange"]?.truth ?? false,
      onZoneChange: timer["OnTimezoneChange"]?.truth ?? false)
  }

  /// Whether it catches up on what it missed while it was not active.
  public var isPersistent: Bool { timer["Persistent"]?.truth ?? false }

  /// The name of what it starts.
  public var activates: String { timer["Unit"]?.text ?? unit.name }

  /// When it was due for the last time, by its calendar expressions.
  ///
  /// - Parameters:
  ///   - now: the present time, in microseconds since 1970.
  ///   - offset: the seconds by which local time is ahead of UTC at a moment.
  /// - Returns: microseconds since 1970; nil if it was never due, or if another zone's clock counts.
  public func due(before now: UInt64, offset: (UInt64) -> Int) -> UInt64? {
    let moments = schedule.expressions.compactMap { expression -> UInt64? in
      let distance: Int
      switch expression.zone {
      case .utc: distance = 0
      case .local: distance = offset(now)
      case .named: return nil
      }
      guard let wall = expression.last(atOrBefore: Int(now / 1_000_000) + distance),
        let guess = UInt64(exactly: wall - distance)
      else { return nil }
      // The clock may have been changed for summer or winter in between.
      let then = expression.zone == .utc ? 0 : offset(guess * 1_000_000)
      return UInt64(exactly: wall - then).map { $0 * 1_000_000 }
    }
    return moments.max()
  }

  /// Whether it was due and did not run.
  ///
  /// - Parameters:
  ///   - now: the present time, in microseconds since 1970.
  ///   - offset: the seconds by which local time is ahead of UTC at a moment.
  /// - Returns: nil where nobody knows, as the last run of a timer that is not persistent is forgotten with the boot.
  public func missed(at now: UInt64, offset: (UInt64) -> Int) -> Bool? {
    guard let due = due(before: now, offset: offset) else { return nil }
    let slack = [timer["AccuracyUSec"], timer["RandomizedDelayUSec"], .uint64(1_000_000)]
      .reduce(UInt64(0)) { $0.addingReportingOverflow($1?.unsigned ?? 0).partialValue }
    // It may still come.
    guard now - min(due, now) > slack else { return false }
    guard let last = lastRun else { return isPersistent ? false : nil }
    // A clock that was set back makes runs early by a moment.
    return outcome != .running && last + 1_000_000 < due
  }

  // MARK: Last run

  /// When it ran last, in microseconds since 1970: on its own, or because somebody started its unit.
  public var lastRun: UInt64? {
    let times = [timer["LastTriggerUSec"], unit["InactiveExitTimestamp"]].compactMap { $0?.unsigned }
    return times.filter { $0 > 0 && $0 != .max }.max()
  }

  /// How long the last run took, or takes until now.
  ///
  /// - Parameter now: the present time of the monotonic clock, in microseconds; nil for another machine's tasks.
  /// - Returns: microseconds; nil where nobody knows.
  public func duration(now: UInt64?) -> UInt64? {
    guard let began = time("InactiveExitTimestampMonotonic") else { return nil }
    let end: UInt64?
    switch outcome {
    case .running: end = now
    case .skipped, .never, .unknown: end = nil
    case .succeeded, .failed:
      let isUp = unit.activeState != .inactive && unit.activeState != .failed
      end = time(isUp ? "ActiveEnterTimestampMonotonic" : "InactiveEnterTimestampMonotonic")
    }
    return end.flatMap { $0 >= began ? $0 - began : nil }
  }

  /// How the last run went.
  public var outcome: Outcome {
    switch unit.activeState {
    case .failed: return .failed
    case .activating: return unit.subState.hasPrefix("auto-restart") ? .failed : .running
    case .inactive: break
    default: return unit.subState == "exited" || !unit.name.hasSuffix(".service") ? .succeeded : .running
    }
    if unit.loadState != "loaded", !unit.loadState.isEmpty { return .failed }
    let ended = time("InactiveEnterTimestamp") ?? 0
    let checked = time("ConditionTimestamp") ?? 0
    if checked > ended, unit["ConditionResult"]?.truth == false { return .skipped }
    guard ended > 0 else { return time("LastTriggerUSec", of: timer) == nil ? .never : .unknown }
    switch unit.result {
    case "", "success": return .succeeded
    case "exec-condition": return .skipped
    default: return .failed
    }
  }

  /// Why the last run failed or was skipped, as a sentence without a full stop; nil otherwise. Foreign text: escape it
  /// before it is shown.
  public var reason: String? {
    switch outcome {
    case .failed, .skipped:
      UnitExplanation(of: unit).sentences.first ?? "systemd gives no reason; its result is \(unit.result)"
    case .running, .succeeded, .unknown, .never: nil
    }
  }

  private func time(_ name: String, of properties: UnitProperties? = nil) -> UInt64? {
    (properties ?? unit)[name]?.unsigned.flatMap { $0 == 0 || $0 == .max ? nil : $0 }
  }
}
