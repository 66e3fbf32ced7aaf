import Glibc
import Supervision
import Systemd

/// What the journal says about a crash, as far as this program may read it.
@LoopActor
enum CrashJournal {
  /// systemd-coredump's entry for a core dump: `SD_MESSAGE_COREDUMP` of `sd-messages.h`.
  private static let coreDumped: MessageID = 0xfc2e_22bc_6ee6_47b6_b907_29ab_34a2_50b1
  /// Where systemd-coredump takes core dumps; without it nobody writes such an entry.
  private static let socket = "/run/systemd/coredump"
  /// How many bytes of a field are read.
  private static let valueLimit = 4096
  /// How many entries beyond the wanted ones are looked at: Upkeep's own are among them.
  private static let others = 40

  /// A core dump that is kept.
  struct CoreDump: Sendable, Hashable {
    /// Its file; nil if it is kept in the journal or not at all.
    let file: String?
    /// The place of its entry in the journal.
    let cursor: String
  }

  /// The last lines that the processes of a run wrote within a time, the oldest first; empty if nothing can be read.
  static func lines(
    of invocation: MessageID, from begin: Duration, until end: Duration?, most: Int
  ) -> [String] {
    do throws(SystemError) {
      let reader = try JournalReader(
        .field("_SYSTEMD_INVOCATION_ID", invocation.description), namespace: .all, valueLimit: valueLimit)
      let records = try reader.last(most + others).filter { record in
        record["UPKEEP_EVENT"] == nil && record.realtime >= begin && record.realtime <= end ?? record.realtime
      }
      return records.flatMap { $0.message.split(separator: "\n").map(String.init) }.suffix(most)
    } catch {
      return []
    }
  }

  /// Waits for systemd-coredump's entry about a crash; nil if there is none in time, or it cannot be read.
  static func coreDump(of crash: Crash, since: Duration, within patience: Duration) async -> CoreDump? {
    guard crash.hasCoreDump, unsafe access(socket, F_OK) == 0 else { return nil }
    // It may have been written before the end was noticed here.
    let match = JournalMatch.field("COREDUMP_PID", "\(crash.pid)")
      .and(.field("MESSAGE_ID", coreDumped.description))
    guard canRead,
      let reader = try? JournalReader(match, from: .realtime(since - .seconds(5)), valueLimit: valueLimit)
    else { return nil }
    return await TimeLimit.run(within: patience, name: "wait for the core dump") {
      while !Task.isCancelled {
        do throws(SystemError) {
          while let record = try reader.next() {
            // Anybody may write such an entry; what journald says of the writer counts.
            guard record.unit?.hasPrefix("systemd-coredump@") == true else { continue }
            return CoreDump(file: record["COREDUMP_FILENAME"], cursor: record.cursor)
          }
        } catch {
          return nil
        }
        await reader.wait()
      }
      return nil
    }.value
  }

  /// Whether there is anything in the journal for this program: one that it may not read has nothing to wait for.
  private static var canRead: Bool {
    do throws(SystemError) { return try JournalReader().advance() } catch { return false }
  }
}
