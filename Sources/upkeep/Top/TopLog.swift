import Glibc
import Presentation
import Systemd
import SystemdManager

/// The log of a unit as `upkeep top` shows it: the last entries, and then those that come.
@LoopActor
final class TopLog {
  /// So many of the entries before are shown.
  private static let before = 500

  private let reader: JournalReader
  private var isStanding = false

  /// Opens the journal and goes to the first entry that is shown.
  ///
  /// - Throws: why there is none to read.
  init(_ unit: String, _ address: ManagerAddress) throws {
    guard address.isLocal else { throw ExitError("the log of \(address) cannot be read from here") }
    let match =
      switch address.scope {
      case .system: JournalMatch.unit(unit)
      case .user: JournalMatch.userUnit(unit, user: getuid())
      }
    do throws(SystemError) {
      reader = try JournalReader(match, from: .end, namespace: .all)
      for _ in 0..<Self.before {
        guard try reader.retreat() else { break }
        isStanding = true
      }
    } catch {
      throw ExitError("cannot read the journal: \(error)")
    }
  }

  /// The entries that have come since the last call.
  func lines() throws -> [LogLine] {
    var lines: [LogLine] = []
    do throws(SystemError) {
      while lines.count < TopState.logLimit {
        // At the begin it stands on the first of them.
        if !isStanding, try !reader.advance() { break }
        isStanding = false
        if let line = try line() { lines.append(line) }
      }
    } catch {
      throw ExitError("cannot read the journal: \(error)")
    }
    return lines
  }

  /// Suspends until there may be more entries.
  func wait() async { await reader.wait() }

  // MARK: Steps

  private func line() throws(SystemError) -> LogLine? {
    do throws(SystemError) {
      let fields = LogFields(try reader.values(LogFields.names))
      let seconds = try reader.realtime().components.seconds
      guard let message = fields.message else { return nil }
      let time = Timestamp(microseconds: UInt64(max(seconds, 0)) * 1_000_000)
      return LogLine(
        time: time?.syslog(offset: Int(LogClock.offset(at: seconds))) ?? "-", sender: fields.sender,
        message: message, priority: fields.priority, mark: LogMark.mark(fields))
    } catch  where error.errno == ENOENT || error.errno == EADDRNOTAVAIL || error.errno == EBADMSG {
      // The file with the entry was rotated away meanwhile, or the entry is broken; the others are not.
      return nil
    }
  }
}
