import Presentation
import UnitDesign

extension TimerSchedule.Trigger {
  /// The setting and its value, or its microseconds.
  var json: JSONValue {
    switch self {
    case .calendar(let text):
      .object([.init("setting", .string("OnCalendar")), .init("value", .string(text))])
    case .span(let base, let span):
      .object([
        .init("setting", .string(base.rawValue)),
        .init(
          "usec",
          .integer(span.components.seconds * 1_000_000 + span.components.attoseconds / 1_000_000_000_000)),
      ])
    }
  }
}
