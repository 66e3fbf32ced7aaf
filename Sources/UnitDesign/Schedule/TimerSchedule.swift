public import UnitFiles

/// When a timer elapses, by its settings, and what that is in words.
public struct TimerSchedule: Sendable, Hashable {
  /// What a span counts from.
  public enum Base: String, Sendable, Hashable, CaseIterable {
    /// The start of the timer.
    case active = "OnActiveSec"
    /// The boot.
    case boot = "OnBootSec"
    /// The start of the manager.
    case startup = "OnStartupSec"
    /// The last start of the unit.
    case unitActive = "OnUnitActiveSec"
    /// The last end of the unit.
    case unitInactive = "OnUnitInactiveSec"

    /// Finds a base by its setting, `OnBootSec`, or by its name on the bus, `OnBootUSec`.
    public init?(name: String) {
      self.init(rawValue: name.hasSuffix("USec") ? String(name.dropLast(4)) + "Sec" : name)
    }
  }

  /// One setting that makes the timer elapse.
  public enum Trigger: Sendable, Hashable {
    /// `OnCalendar=`, as it is written.
    case calendar(String)
    /// A span from a base.
    case span(Base, Duration)
  }

  /// The settings, in the order of the file.
  public var triggers: [Trigger]
  /// `RandomizedDelaySec=`: by how much later it elapses at most.
  public var randomDelay: Duration
  /// `OnClockChange=` and `OnTimezoneChange=`.
  public var onClockChange: Bool
  /// The same for changes of the time zone.
  public var onZoneChange: Bool

  /// Describes a schedule.
  public init(
    _ triggers: [Trigger], randomDelay: Duration = .zero, onClockChange: Bool = false,
    onZoneChange: Bool = false
  ) {
    self.triggers = triggers
    self.randomDelay = randomDelay
    self.onClockChange = onClockChange
    self.onZoneChange = onZoneChange
  }

  /// The calendar expressions that can be read.
  public var expressions: [CalendarExpression] {
    triggers.compactMap { trigger in
      guard case .calendar(let text) = trigger else { return nil }
      return try? CalendarExpression.parse(text)
    }
  }

  // MARK: Words

  /// The schedule in words, such as `15 min after boot, then every day`; what words would not make clearer stands as it
  /// is written.
  public var words: String {
    var parts = triggers.compactMap(Self.calendar)
    let starts = triggers.compactMap(Self.start)
    var repeats = triggers.compactMap(Self.repetition)
    if starts.isEmpty, parts.isEmpty {
      repeats = repeats.map { "\($0), once its unit has run" }
    } else if !starts.isEmpty, !repeats.isEmpty {
      repeats[0] = "then \(repeats[0])"
    }
    if !starts.isEmpty || !repeats.isEmpty {
      let first = starts.isEmpty ? "" : starts.joined(separator: " and ") + (repeats.isEmpty ? "" : ", ")
      parts.append(first + repeats.joined(separator: " and "))
    }
    if onClockChange { parts.append("when the clock is set") }
    if onZoneChange { parts.append("when the time zone changes") }
    guard !parts.isEmpty else { return "never" }
    let delay = randomDelay > .zero ? ", up to \(Self.span(randomDelay)) later" : ""
    return parts.joined(separator: "; ") + delay
  }

  private static func calendar(_ trigger: Trigger) -> String? {
    switch trigger {
    case .calendar(let text): (try? CalendarExpression.parse(text))?.words ?? text
    case .span: nil
    }
  }

  private static func start(_ trigger: Trigger) -> String? {
    switch trigger {
    case .calendar, .span(.unitActive, _), .span(.unitInactive, _): nil
    case .span(.boot, let span): span == .zero ? "at boot" : "\(Self.span(span)) after boot"
    case .span(.startup, let span):
      span == .zero ? "when systemd starts" : "\(Self.span(span)) after systemd's start"
    case .span(.active, let span):
      span == .zero ? "when the timer starts" : "\(Self.span(span)) after the timer's start"
    }
  }

  private static func repetition(_ trigger: Trigger) -> String? {
    switch trigger {
    case .calendar, .span(.boot, _), .span(.startup, _), .span(.active, _): nil
    case .span(.unitActive, let span): "every \(interval(span))"
    case .span(.unitInactive, let span): "\(Self.span(span)) after each run"
    }
  }

  /// `15 min`, `1h 30min`.
  private static func span(_ span: Duration) -> String {
    let text = TimeSpan.format(span)
    guard !text.contains(" "), let unit = text.firstIndex(where: { !$0.isNumber && $0 != "." }) else {
      return text
    }
    return "\(text[..<unit]) \(text[unit...])"
  }

  /// `day` for one day, `2 days`, `15 min`.
  private static func interval(_ span: Duration) -> String {
    let text = Self.span(span)
    let parts = text.split(separator: " ")
    let names = ["w": "week", "d": "day", "h": "hour", "month": "month", "y": "year"]
    guard parts.count == 2, parts[0].allSatisfy(\.isNumber) else { return text }
    if parts[0] == "1" { return names[String(parts[1])] ?? (parts[1] == "min" ? "minute" : text) }
    return names[String(parts[1])].map { "\(parts[0]) \($0)s" } ?? text
  }
}
