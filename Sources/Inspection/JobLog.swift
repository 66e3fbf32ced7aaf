import Glibc
package import Systemd

/// Chooses the lines of a unit's journal that tell why a job failed.
package enum JobLog {
  /// How many lines are chosen at most.
  package static let limit = 8
  /// How many of the last lines are looked at.
  static let searched = 100
  /// How long the journal may take for what the manager has told already.
  static let patience = Duration.milliseconds(500)

  /// What the manager writes when a unit has failed, and when a job for it has: `SD_MESSAGE_UNIT_FAILURE_RESULT` and
  /// `SD_MESSAGE_UNIT_FAILED` of `sd-messages.h`.
  static let ends = [
    MessageID(0xd9b3_73ed_55a6_4feb_8242_e02d_be79_a49c),
    MessageID(0xbe02_cf68_55d2_428b_a40d_f7e9_d022_f03d),
  ]

  /// What it writes when a job for a start is done, be it for a condition that did not hold: `SD_MESSAGE_UNIT_STARTED`.
  static let started = MessageID(0x39f5_3479_d3a0_45ac_8e11_7862_4823_1fbf)

  /// Entries of a unit's processes, and what the manager wrote about one run; see ``isOf(_:_:since:)``.
  ///
  /// A process that ends at once is gone before journald can look up its unit; what the manager's own code wrote in it,
  /// such as that a program is not there, has the run's ID all the same.
  static func match(_ unit: String, _ run: MessageID, _ scope: ProcessUnit.Scope) -> JournalMatch {
    let id = run.description
    let user = JournalMatch.Term("_UID", "\(geteuid())")
    switch scope {
    case .system:
      return JournalMatch(alternatives: [
        [.init("_SYSTEMD_UNIT", unit)], [.init("_UID", "0"), .init("INVOCATION_ID", id)],
      ])
    case .user:
      return JournalMatch(alternatives: [
        [user, .init("_SYSTEMD_USER_UNIT", unit)], [user, .init("USER_INVOCATION_ID", id)],
        // What journald puts down for a process of a user's unit that is gone already.
        [user, .init("_SYSTEMD_UNIT", unit)],
      ])
    }
  }

  /// Whether an entry is of this run. Lines that journald takes when the run is over have no run's ID any more: for
  /// them the time decides.
  package static func isOf(_ run: MessageID, _ record: JournalRecord, since began: Duration) -> Bool {
    let id = ["_SYSTEMD_INVOCATION_ID", "INVOCATION_ID", "USER_INVOCATION_ID"].lazy.compactMap { record[$0] }
      .first { !$0.isEmpty }
    return id.map { $0 == run.description } ?? (record.realtime >= began)
  }

  /// The first entry that the manager wrote about a unit since a moment, of the given kinds; waited for no longer than
  /// `patience`.
  @LoopActor
  static func first(
    of kinds: [MessageID], about unit: String, since began: Duration, _ scope: ProcessUnit.Scope
  ) async -> JournalRecord? {
    let field: String
    switch scope {
    case .system: field = "UNIT"
    case .user: field = "USER_UNIT"
    }
    let match = JournalMatch(
      alternatives: kinds.map { [.init(field, unit), .init("MESSAGE_ID", $0.description)] })
    // A journal that nobody may read has nothing to wait for.
    guard let reader = try? JournalReader(match, from: .realtime(began), namespace: .all) else { return nil }
    return await TimeLimit.run(within: patience, name: "wait for the journal") {
      while !Task.isCancelled {
        do throws(SystemError) {
          if let record = try reader.next() { return record }
        } catch {
          return nil
        }
        await reader.wait()
      }
      return nil
    }.value
  }

  /// The lines of one run that matter.
  ///
  /// What the manager says of the unit's states and ends is left out, for that is explained in words; what it complains
  /// of stays. Where there are too many lines, errors and warnings come first, and of the others the last ones.
  ///
  /// - Parameter records: entries of the run, the oldest first.
  /// - Returns: the chosen entries in their order.
  package static func relevant(_ records: [JournalRecord]) -> [JournalRecord] {
    let said = records.filter { !isStateOfUnit($0) && !$0.message.isEmpty }
    guard said.count > limit else { return said }
    let severe = said.indices.filter { isSevere(said[$0]) }.suffix(limit)
    let rest = said.indices.reversed().filter { !isSevere(said[$0]) }.prefix(limit - severe.count)
    return (severe + rest).sorted().map { said[$0] }
  }

  private static func isSevere(_ record: JournalRecord) -> Bool {
    (record.priority?.rawValue ?? 6) <= 4
  }

  /// Whether the manager tells of a state, an end or a job.
  private static func isStateOfUnit(_ record: JournalRecord) -> Bool {
    guard record["SYSLOG_IDENTIFIER"] == "systemd", record["UNIT"] ?? record["USER_UNIT"] != nil else {
      return false
    }
    return record.messageID != nil || !isSevere(record)
  }
}
