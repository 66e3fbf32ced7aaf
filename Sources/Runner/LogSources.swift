import Glibc
import LogMatching
import Processes
import Supervision
import Systemd

/// What repair rules look at besides the service's own output: files, and the journal of other units.
@LoopActor
final class LogSources {
  private let onHit: @LoopActor (Int, () -> [String]) -> Void
  private let onMiss: @LoopActor (Int) -> Void
  private var files: [LogFileWatch] = []
  private var followers: [Task<Void, Never>] = []

  /// Begins to look.
  ///
  /// - Parameters:
  ///   - rules: all rules, whose patterns were checked before.
  ///   - scope: whose units the rules name.
  ///   - onHit: called for each line that counts.
  ///   - onMiss: called when other lines came between.
  ///   - onTrouble: called with the reason when a source cannot be read.
  init(
    _ rules: [RepairRule], scope: ProcessUnit.Scope,
    onHit: @escaping @LoopActor (Int, () -> [String]) -> Void,
    onMiss: @escaping @LoopActor (Int) -> Void, onTrouble: @escaping @LoopActor (String) -> Void
  ) {
    self.onHit = onHit
    self.onMiss = onMiss
    for (index, rule) in rules.enumerated() where !rule.log.files.isEmpty || !rule.log.units.isEmpty {
      do throws(PatternFailure) {
        guard let watch = try LogWatch([(index, rule)]) else { continue }
        for path in rule.log.files {
          unsafe files.append(
            LogFileWatch(
              path, onLines: { [unowned self] lines in unsafe take(lines, watch) }, onTrouble: onTrouble))
        }
        if !rule.log.units.isEmpty { follow(rule.log.units, scope, watch, onTrouble) }
      } catch {
        onTrouble("Log patterns of rule \(rule.name) are not looked for: \(error.description)")
      }
    }
  }

  /// Looks at nothing any more.
  func end() {
    for follower in followers { follower.cancel() }
    followers = []
    files = []
  }

  // MARK: Steps

  private func take(_ lines: UnsafeRawBufferPointer, _ watch: LogWatch) {
    unsafe watch.take(lines, onHit: onHit, onMiss: onMiss)
  }

  private func follow(
    _ units: [String], _ scope: ProcessUnit.Scope, _ watch: LogWatch,
    _ onTrouble: @escaping @LoopActor (String) -> Void
  ) {
    followers.append(
      EventLoop.main.spawn(name: "journal of other units") { [weak self] in
        do throws(SystemError) {
          let reader = try JournalReader(Self.match(units, scope), from: .end)
          var records = reader.records().makeAsyncIterator()
          while let record = try await records.next() { self?.take(record, watch) }
        } catch {
          onTrouble("The journal of \(units.joined(separator: ", ")) cannot be read: \(error)")
        }
      })
  }

  private func take(_ record: JournalRecord, _ watch: LogWatch) {
    // A rule never fires on Upkeep's own lines.
    guard record["UPKEEP_EVENT"] == nil, let message = record.fields.first(where: { $0.name == "MESSAGE" })
    else { return }
    let line = message.value.filter { $0 != UInt8(ascii: "\n") } + [UInt8(ascii: "\n")]
    unsafe line.withUnsafeBytes { unsafe take($0, watch) }
  }

  private static func match(_ units: [String], _ scope: ProcessUnit.Scope) -> JournalMatch {
    let matches = units.map { unit in
      switch scope {
      case .system: JournalMatch.unit(unit)
      case .user: JournalMatch.userUnit(unit, user: getuid())
      }
    }
    return JournalMatch(alternatives: matches.flatMap(\.alternatives))
  }
}
