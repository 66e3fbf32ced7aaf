import CSystemd
import Glibc

extension JournalReader {
  /// The last wanted entries, the oldest of them first; reading goes on behind the newest one.
  ///
  /// - Parameter count: how many at most.
  /// - Returns: the entries; fewer if there are no more.
  /// - Throws: `EBADMSG` and the like for a file that is broken.
  public func last(_ count: Int) throws(SystemError) -> [JournalRecord] {
    try seek(to: .end)
    guard count > 0 else { return [] }
    try check(unsafe sd_journal_seek_tail(raw), "sd_journal_seek_tail")
    var records: [JournalRecord] = []
    while records.count < count, try check(unsafe sd_journal_previous(raw), "sd_journal_previous") > 0 {
      do throws(SystemError) {
        records.append(try record())
      } catch  where error.errno == ENOENT || error.errno == EADDRNOTAVAIL {
        // The file with the entry was rotated away between the two calls.
      }
    }
    if let newest = records.first { try seek(to: .cursor(newest.cursor)) }
    return records.reversed()
  }
}
