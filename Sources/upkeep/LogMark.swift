import Inspection
import Presentation
import Supervision

/// What happened to a unit, by the kind of its entry: systemd's own and those of `upkeep-run`.
enum LogMark {
  /// The mark for an entry; nil for an ordinary line.
  ///
  /// Anybody may write any `MESSAGE_ID`: systemd's count only from the manager itself, and ours only from `upkeep-run`,
  /// for the unit whose process journald saw writing them.
  static func mark(_ fields: LogFields) -> LogLine.Mark? {
    guard let id = fields.messageID else { return nil }
    if fields.process == "1" || fields.isOfUserManager, let subject = fields.subject,
      let look = systemd(id, fields)
    {
      return LogLine.Mark(unit: subject, word: look.word, style: look.style, glyph: look.glyph)
    }
    guard
      let (kind, unit) = EventOrigin.event(isUser: false, { fields[$0] })
        ?? EventOrigin.event(isUser: true, { fields[$0] })
    else { return nil }
    let look = look(of: kind)
    return LogLine.Mark(unit: unit, word: look.word, style: look.style, glyph: look.glyph)
  }

  typealias Look = (word: String, style: Palette.Style?, glyph: Palette.Glyph)

  /// The kinds of `sd-messages.h` that tell of a unit's life.
  private static func systemd(_ id: String, _ fields: LogFields) -> Look? {
    switch id {
    case "7d4958e842da4a758f6c1cdc7b36dcc5": ("starting", nil, .arrow)
    case "39f53479d3a045ac8e11786248231fbf": ("started", .good, .dot)
    case "be02cf6855d2428ba40df7e9d022f03d": ("start failed", .bad, .cross)
    case "de5b426a63be47a7b6ac3eaac82e2f6f": ("stopping", nil, .arrow)
    case "9d1aaa27d60140bd96365438aad20286": ("stopped", nil, .circle)
    case "d34d037fff1847e6ae669a370e694725": ("reloading", nil, .arrow)
    case "7b05ebc668384222baa8881179cfda54": ("reloaded", .good, .dot)
    case "5eb03494b6584870a536b337290809b3": ("restart", .warning, .arrow)
    case "ae8f7b866b0347b9af31fe1c80b127c0": ("resources", nil, .circle)
    case "7ad2d189f7e94e70a38c781354912448": ("ended well", nil, .circle)
    case "0e4284a0caca4bfc81c0bb6786972673": ("skipped", nil, .circle)
    case "d9b373ed55a64feb8242e02dbe79a49c": ("failed", .bad, .cross)
    case "641257651c1b4ec9a8624d7a40a9e1e7": ("cannot execute", .bad, .cross)
    case "98e322203f7a4ed290d09fe03c09fe15":
      ("process ended", fields.priority ?? 6 <= 5 ? .warning : nil, .circle)
    case "d989611b15e44c9dbf31e3c81256e4ed", "fe6faa94e7774663a0da52717891d8ef":
      ("out of memory", .bad, .cross)
    default: nil
    }
  }

  static func look(of kind: ServiceEvent.Kind) -> Look {
    switch kind {
    case .started: ("started", nil, .arrow)
    case .startFailed: ("start failed", .bad, .cross)
    case .ready: ("ready", .good, .tick)
    case .unready: ("not ready", .warning, .cross)
    case .ended: ("ended", .warning, .circle)
    case .crashed: ("crashed", .bad, .cross)
    case .judged: ("judged", .bad, .cross)
    case .probeFlipped: ("probe", nil, .arrow)
    case .examined: ("examined", .warning, .dot)
    case .commandRun: ("command run", nil, .arrow)
    case .backingOff: ("backing off", .warning, .arrow)
    case .limitReached: ("restart limit", .bad, .cross)
    case .stopping: ("stopping", nil, .arrow)
    case .killed: ("killed", .warning, .cross)
    case .stopped: ("stopped", nil, .circle)
    case .hookRan: ("hook", nil, .tick)
    case .hookFailed: ("hook failed", .warning, .cross)
    case .maintenanceBegan: ("maintenance", .warning, .arrow)
    case .maintenanceEnded: ("maintenance over", nil, .circle)
    case .reloaded: ("policy reloaded", .good, .dot)
    case .reloadRefused: ("policy refused", .bad, .cross)
    case .repairing: ("repairing", .warning, .arrow)
    case .repaired: ("repaired", .good, .tick)
    case .notRepaired: ("not repaired", .bad, .cross)
    case .cleaned: ("cleaned", nil, .circle)
    case .repairExhausted: ("repairs used up", .bad, .cross)
    case .repairHeldBack: ("repair held back", .warning, .circle)
    case .alert: ("alert", .bad, .cross)
    case .unexpected: ("defect", .bad, .cross)
    }
  }
}
