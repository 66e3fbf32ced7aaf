import Presentation
import Systemd

/// `upkeep logs --list-boots`.
@LoopActor
struct LogBoots {
  private let options: JournalOptions
  private let format: LogFormat

  init(_ options: JournalOptions, _ format: LogFormat) {
    self.options = options
    self.format = format
  }

  /// Shows all boots, the oldest first.
  func show() throws(ExitError) {
    let reader = try LogPlace.open(options, hasUnits: false)
    let boots: [JournalBoot]
    do throws(SystemError) {
      boots = try reader.boots()
    } catch {
      throw ExitError("cannot read the journal: \(error)")
    }
    let pages = PagedOutput(isPaged: !options.noPager)
    pages.write(format == .json || format == .jsonPretty ? json(boots) : text(boots))
    pages.finish()
    if options.isLocal, !options.quiet, let hint = LogRights.hint { StandardError.line("upkeep: \(hint)") }
  }

  // MARK: Steps

  private static func time(_ time: Duration) -> Timestamp? {
    let parts = time.components
    return Timestamp(
      microseconds: UInt64(max(parts.seconds, 0)) * 1_000_000
        + UInt64(max(parts.attoseconds, 0) / 1_000_000_000_000))
  }

  private func text(_ boots: [JournalBoot]) -> String {
    let terminal = Terminal()
    var table = Table([
      .init("BOOT", isNumber: true), .init("ID"), .init("FIRST ENTRY"), .init("LAST ENTRY"),
    ])
    for (index, boot) in boots.enumerated() {
      let times = [boot.first, boot.last].map { time in
        Self.time(time).map { moment in moment.text(offset: options.utc ? 0 : Terminal.offset(at: moment)) }
          ?? "-"
      }
      table.add([
        Table.Cell("\(index + 1 - boots.count)"), Table.Cell("\(boot.id)"), Table.Cell(times[0]),
        Table.Cell(times[1]),
      ])
    }
    return table.text(options.plain ? .plain : terminal.palette)
  }

  private func json(_ boots: [JournalBoot]) -> String {
    let objects = boots.enumerated().map { index, boot in
      JSONValue.object([
        .init("boot", .integer(Int64(index + 1 - boots.count))), .init("id", .string("\(boot.id)")),
        .init("first", .time(Self.time(boot.first))), .init("last", .time(Self.time(boot.last))),
      ])
    }
    return JSONValue.list(objects).text(isPretty: format == .jsonPretty) + "\n"
  }
}
