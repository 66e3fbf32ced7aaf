import Glibc
import Inspection
import Presentation
import Supervision
import Systemd
import SystemdManager

/// One run of `upkeep watch`: the manager's signals and the events of `upkeep-run`, as lines.
@LoopActor
final class UnitWatch {
  private let manager: ManagerOptions
  private let patterns: [String]
  private let isQuiet: Bool
  private let output: OutputFormat
  private let palette: Palette
  private let pages = PagedOutput(isPaged: false)
  private var work: Task<Result<Void, any Error>, Never>?
  private var isAbandoned = false

  init(_ command: WatchCommand, _ patterns: [String]) {
    manager = command.manager
    self.patterns = patterns
    isQuiet = command.outputOptions.quiet
    output = command.outputOptions.output
    palette = command.outputOptions.palette
  }

  /// Shows what happens until the task is cancelled or nobody reads it any more.
  func run() async throws {
    let monitor = UnitMonitor(manager.address, watching: [.restarts, .statusText, .serviceResult])
    do throws(BusError) {
      try await monitor.connect()
    } catch {
      throw manager.failure(error, "watch the units")
    }
    let journal = try journalReader()
    let work = EventLoop.main.spawn(name: "watch units") { [self] () -> Result<Void, any Error> in
      await follow(monitor)
      return .success(())
    }
    let events = journal.map { reader in
      EventLoop.main.spawn(name: "watch events") { [self] in await follow(reader) }
    }
    self.work = work
    let watch = OutputWatch { [unowned self] in end() }
    await withTaskCancellationHandler {
      _ = await work.value
    } onCancel: {
      work.cancel()
    }
    watch.cancel()
    events?.cancel()
    await events?.value
    if !isAbandoned { throw CancellationError() }
  }

  // MARK: Units

  private func follow(_ monitor: UnitMonitor) async {
    var isFirst = true
    while let event = await monitor.next() {
      switch event {
      case .connected:
        if output != .text {
          write(UnitNote.connected(isAgain: !isFirst))
        } else if !isQuiet {
          remark(isFirst ? "watching \(monitor.picture.units.count) units" : "connected again")
        }
        isFirst = false
      case .disconnected(let error):
        output == .text ? remark("connection lost: \(error)") : write(UnitNote.disconnected("\(error)"))
      case .unit(let change): if isWanted(change.name), let note = UnitNote(change) { write(note) }
      case .jobRemoved(let job, let result):
        if !result.isSuccess, isWanted(job.unit) { write(UnitNote.job(job.unit, result.rawValue)) }
      case .reloading(let isActive):
        if isActive {
          if output != .text {
            write(UnitNote.reloading)
          } else if !isQuiet {
            remark("systemd reads all units anew")
          }
        }
      case .missed(let count):
        output == .text
          ? remark("\(count) changes came too fast and are not shown") : write(UnitNote.missed(count))
      case .jobNew: break
      }
    }
  }

  private func isWanted(_ name: String) -> Bool {
    patterns.isEmpty || patterns.contains { $0 == name || Glob.matches(name, $0) }
  }

  // MARK: Events of upkeep-run

  /// What reads the events; nil where the journal is on another machine.
  private func journalReader() throws -> JournalReader? {
    guard manager.address.isLocal else { return nil }
    let match = JournalMatch(alternatives: [
      ServiceEvent.Kind.allCases.map { JournalMatch.Term("MESSAGE_ID", $0.rawValue) }
    ])
    do throws(SystemError) {
      return try JournalReader(match, from: .end)
    } catch {
      if !isQuiet { remark("no events of upkeep-run: \(error)") }
      return nil
    }
  }

  private func follow(_ reader: JournalReader) async {
    do throws(SystemError) {
      for try await record in reader.records() {
        // What journald saw counts, not what the entry says.
        guard let (kind, unit) = EventOrigin.event(isUser: manager.user, { record[$0] }), isWanted(unit)
        else {
          continue
        }
        write(UnitNote(kind, record, unit))
      }
    } catch {
      remark("no more events of upkeep-run: \(error)")
    }
  }

  // MARK: Output

  private func write(_ note: UnitNote) {
    pages.write(output == .text ? note.text(palette) : note.json.text(isPretty: output == .jsonPretty) + "\n")
    if pages.isOver { end() }
  }

  private func remark(_ text: String) { StandardError.line("upkeep: \(DisplayText.escaped(text))") }

  private func end() {
    isAbandoned = true
    work?.cancel()
  }
}
