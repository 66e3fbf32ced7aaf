import Systemd

/// A timer: what it starts, when it ran and when it will run. Read out of the properties of
/// `org.freedesktop.systemd1.Timer`.
///
/// Times of the wall clock are microseconds since 1970, those of the monotonic clock microseconds since its start; nil
/// is systemd's "never". Texts are foreign: escape them before they are shown.
public struct TimerUnit: Sendable, Hashable {
  /// A line such as `OnCalendar=daily`.
  public struct Calendar: Sendable, Hashable {
    /// The directive, `OnCalendar`.
    public let directive: String
    /// When, in systemd's normal form, such as `*-*-* 00:00:00`; see `systemd.time(7)`.
    public let expression: String
    /// When it elapses next by the wall clock.
    public let next: UInt64?
  }

  /// A line such as `OnBootSec=15min`.
  public struct Monotonic: Sendable, Hashable {
    /// The directive as a unit file has it, such as `OnBootSec`.
    public let directive: String
    /// The microseconds after the moment that the directive names.
    public let delay: UInt64
    /// When it elapses next by the monotonic clock.
    public let next: UInt64?
  }

  /// The timer's name.
  public let name: String
  /// `Unit`: what it starts.
  public let activates: String
  /// `NextElapseUSecRealtime`: when a calendar's line elapses next, by the wall clock.
  public let nextRealtime: UInt64?
  /// `NextElapseUSecMonotonic`: when another line elapses next, by the monotonic clock.
  public let nextMonotonic: UInt64?
  /// `LastTriggerUSec`: when it elapsed last, by the wall clock; with ``isPersistent`` also before this boot.
  public let last: UInt64?
  /// `Result`: `success`, or why it failed, such as `resources`. That of the unit that it starts is another matter.
  public let result: String
  /// `TimersCalendar`: its lines with a calendar.
  public let calendars: [Calendar]
  /// `TimersMonotonic`: its lines with a delay.
  public let monotonics: [Monotonic]
  /// `OnClockChange`: whether it elapses when the wall clock is set.
  public let onClockChange: Bool
  /// `OnTimezoneChange`: whether it elapses when the time zone is changed.
  public let onTimezoneChange: Bool
  /// `AccuracyUSec`: how much later than planned it may elapse, in microseconds.
  public let accuracy: UInt64
  /// `RandomizedDelayUSec`: the most that chance adds, in microseconds.
  public let randomizedDelay: UInt64
  /// `FixedRandomDelay`: whether chance adds the same each time.
  public let hasFixedDelay: Bool
  /// `Persistent`: whether a run that was missed while the machine was off is made up for.
  public let isPersistent: Bool
  /// `WakeSystem`: whether it wakes the machine up.
  public let wakesSystem: Bool
  /// `RemainAfterElapse`: whether it stays in memory when it will not elapse again.
  public let remainsAfterElapse: Bool

  /// Reads a timer's properties; what is missing in them is empty, zero, false or never.
  public init(_ name: String, _ properties: UnitProperties) {
    func truth(_ name: String) -> Bool { properties[name]?.truth ?? false }
    self.name = name
    // All properties together have the interfaces' names in one heap, and `Unit` is the timer's.
    activates = properties["Unit"]?.text ?? ""
    nextRealtime = Self.instant(properties["NextElapseUSecRealtime"])
    nextMonotonic = Self.instant(properties["NextElapseUSecMonotonic"])
    last = Self.instant(properties["LastTriggerUSec"])
    result = properties["Result"]?.text ?? ""
    calendars = (properties["TimersCalendar"]?.elements ?? []).compactMap { line in
      guard let fields = line.elements, fields.count == 3 else { return nil }
      return Calendar(
        directive: fields[0].text ?? "", expression: fields[1].text ?? "", next: Self.instant(fields[2]))
    }
    monotonics = (properties["TimersMonotonic"]?.elements ?? []).compactMap { line in
      guard let fields = line.elements, fields.count == 3 else { return nil }
      return Monotonic(
        directive: Self.directive(fields[0].text ?? ""), delay: fields[1].unsigned ?? 0,
        next: Self.instant(fields[2]))
    }
    onClockChange = truth("OnClockChange")
    onTimezoneChange = truth("OnTimezoneChange")
    accuracy = properties["AccuracyUSec"]?.unsigned ?? 0
    randomizedDelay = properties["RandomizedDelayUSec"]?.unsigned ?? 0
    hasFixedDelay = truth("FixedRandomDelay")
    isPersistent = truth("Persistent")
    wakesSystem = truth("WakeSystem")
    remainsAfterElapse = truth("RemainAfterElapse")
  }

  /// When it elapses next by the wall clock: the earlier one of ``nextRealtime`` and ``nextMonotonic``.
  ///
  /// - Parameter start: when the monotonic clock of the timer's machine was at zero, in microseconds since 1970; nil if
  ///   nobody knows, so that only calendars count.
  /// - Returns: microseconds since 1970; nil if it does not elapse.
  public func next(monotonicStart start: UInt64?) -> UInt64? {
    guard let start, let nextMonotonic else { return nextRealtime }
    let (other, overflow) = start.addingReportingOverflow(nextMonotonic)
    guard !overflow else { return nextRealtime }
    return nextRealtime.map { min($0, other) } ?? other
  }

  /// 0 and 2^64-1 are "never".
  private static func instant(_ value: BusVariant?) -> UInt64? {
    value?.unsigned.flatMap { $0 == 0 || $0 == .max ? nil : $0 }
  }

  /// On the bus `OnBootUSec`, in files `OnBootSec`.
  private static func directive(_ name: String) -> String {
    name.hasSuffix("USec") ? "\(name.dropLast(4))Sec" : name
  }
}
