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

  /// The properties that the timer has as a unit.
  public let state: UnitProperties
  /// The timer's settings and times.
  public let timer: TimerUnit
  /// All properties of what it starts.
  public let unit: UnitProperties

  /// Pairs a timer, with all its properties, and its unit.
  public init(timer: UnitProperties, unit: UnitProperties) {
    state = timer
    self.timer = TimerUnit(timer.name, timer)
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
    let spans = timer.monotonics.compactMap { line in
      TimerSchedule.Base(name: line.directive).map {
        TimerSchedule.Trigger.span($0, .microseconds(Int64(clamping: line.delay)))
      }
    }
    return TimerSchedule(
      // The manager lists the last line first.
      timer.calendars.reversed().map { .calendar($0.expression) } + spans.reversed(),
      randomDelay: .microseconds(Int64(clamping: timer.randomizedDelay)),
      onClockChange: timer.onClockChange, onZoneChange: timer.onTimezoneChange)
  }

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
    // It may still come.
    let (slack, overflow) = timer.accuracy.addingReportingOverflow(timer.randomizedDelay)
    guard !overflow, now - min(due, now) > slack else { return false }
    guard let last = lastRun else { return timer.isPersistent ? false : nil }
    // A clock that was set back makes runs early by a moment.
    return outcome != .running && last + 1_000_000 < due
  }

  // MARK: Last run

  /// When it ran last, in microseconds since 1970: on its own, or because somebody started its unit.
  public var lastRun: UInt64? {
    [timer.last, time("InactiveExitTimestamp")].compactMap { $0 }.max()
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
    guard ended > 0 else { return timer.last == nil ? .never : .unknown }
    switch unit.result {
    case "", "success": return .succeeded
    case "exec-condition": return .skipped
    default: return .failed
    }
  }

  /// Why the last run failed or was skipped, as a sentence without a full stop; nil otherwise. Foreign text: escape it
  /// before it is shown.
  ///
  /// - Parameter options: those of its manager, for commands that are recommended; see ``ManagerAddress/options``.
  /// - Returns: the sentence.
  public func reason(options: String) -> String? {
    switch outcome {
    case .failed, .skipped:
      UnitExplanation(of: unit, options: options).sentences.first
        ?? "systemd gives no reason; its result is \(unit.result)"
    case .running, .succeeded, .unknown, .never: nil
    }
  }

  private func time(_ name: String) -> UInt64? {
    unit[name]?.unsigned.flatMap { $0 == 0 || $0 == .max ? nil : $0 }
  }
}
