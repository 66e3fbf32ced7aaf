import CSystemd
import Glibc

/// The journal as something to read: a place in it that moves from entry to entry, and waits at the end for more.
///
/// Each reader has the journal's files open. Nothing waits but by suspending; reading itself is from memory-mapped
/// files. See `sd-journal(3)`.
@LoopActor @safe
public final class JournalReader {
  /// The most fields that are read of an entry; the rest is left out.
  public nonisolated static let fieldLimit = 1024

  /// Where reading begins.
  public enum Place: Sendable, Hashable {
    /// Before the oldest entry.
    case beginning
    /// After the newest entry of this moment.
    case end
    /// Before the first entry that journald took at this time since 1970, or later.
    case realtime(Duration)
    /// After the entry with this cursor, or where it would be.
    case cursor(String)
  }

  /// Which of a machine's journals; see `LogNamespace=` in `systemd.exec(5)`.
  public enum Namespace: Sendable, Hashable {
    /// The one of units without a namespace.
    case standard
    /// All of them.
    case all
    /// This one alone.
    case only(String)
    /// This one and the standard one.
    case with(String)
  }

  var raw: OpaquePointer?
  private let loop: EventLoop
  private var source: DescriptorSource?
  private var timer: TimerSource?
  private var waiter: CheckedContinuation<Void, Never>?
  private var isChanged = false
  // The entry with the cursor itself is not wanted again.
  var passed: String?

  /// Opens this machine's journal. The corresponding C function is
  /// `sd_journal_open_namespace(3)`.
  ///
  /// - Parameters:
  ///   - match: which entries; the others are passed over.
  ///   - place: where to begin.
  ///   - namespace: which of the machine's journals.
  ///   - valueLimit: how many bytes of a value are read at least; the rest of a longer one may be cut off.
  ///   - loop: the loop that watches for new entries.
  /// - Throws: the reason. A journal without files, or that one may not read, has no entries and is no error.
  public convenience init(
    _ match: JournalMatch = .all, from place: Place = .beginning, namespace: Namespace = .standard,
    valueLimit: Int = JournalEntry.valueLimit, on loop: EventLoop = .main
  ) throws(SystemError) {
    var raw: OpaquePointer?
    let (name, extra): (String?, Int) =
      switch namespace {
      case .standard: (nil, 0)
      case .all: (nil, Int(SD_JOURNAL_ALL_NAMESPACES))
      case .only(let name): (name, 0)
      case .with(let name): (name, Int(SD_JOURNAL_INCLUDE_DEFAULT_NAMESPACE))
      }
    let flags = Int32(Int(SD_JOURNAL_LOCAL_ONLY) | extra)
    try check(unsafe sd_journal_open_namespace(&raw, name, flags), "sd_journal_open_namespace", name ?? "")
    unsafe try self.init(owning: raw, match, place, valueLimit, loop)
  }

  /// Opens the journal of another system whose files are below a folder, such as a container's; parameters as for the
  /// machine's. `sd_journal_open_directory(3)` with `SD_JOURNAL_OS_ROOT`.
  public convenience init(
    root: String, _ match: JournalMatch = .all, from place: Place = .beginning,
    valueLimit: Int = JournalEntry.valueLimit, on loop: EventLoop = .main
  ) throws(SystemError) {
    var raw: OpaquePointer?
    try check(
      unsafe sd_journal_open_directory(&raw, root, Int32(SD_JOURNAL_OS_ROOT)), "sd_journal_open_directory",
      root)
    unsafe try self.init(owning: raw, match, place, valueLimit, loop)
  }

  /// Opens the journal files of a folder; parameters as for the machine's. `sd_journal_open_directory(3)`.
  public convenience init(
    directory: String, _ match: JournalMatch = .all, from place: Place = .beginning,
    valueLimit: Int = JournalEntry.valueLimit, on loop: EventLoop = .main
  ) throws(SystemError) {
    var raw: OpaquePointer?
    try check(
      unsafe sd_journal_open_directory(&raw, directory, 0), "sd_journal_open_directory", directory)
    unsafe try self.init(owning: raw, match, place, valueLimit, loop)
  }

  private init(
    owning raw: OpaquePointer?, _ match: JournalMatch, _ place: Place, _ valueLimit: Int, _ loop: EventLoop
  ) throws(SystemError) {
    unsafe self.raw = raw
    self.loop = loop
    try check(unsafe sd_journal_set_data_threshold(raw, valueLimit), "sd_journal_set_data_threshold")
    // Before the first look: what is written after it is then seen, by a look or by the watch.
    let descriptor = try check(unsafe sd_journal_get_fd(raw), "sd_journal_get_fd")
    source = try DescriptorSource(descriptor, for: .readable, on: loop) { [unowned self] _ in changed() }
    timer = TimerSource(on: loop) { [unowned self] in changed() }
    try set(match)
    try seek(to: place)
  }

  isolated deinit {
    source?.cancel()
    unsafe sd_journal_close(raw)
  }

  /// Wants these entries from now on, and stays where it is.
  public func set(_ match: JournalMatch) throws(SystemError) {
    unsafe sd_journal_flush_matches(raw)
    for (index, alternative) in match.alternatives.enumerated() {
      if index > 0 { try check(unsafe sd_journal_add_disjunction(raw), "sd_journal_add_disjunction") }
      for term in alternative {
        let text = "\(term.field)=\(term.value)"
        let result = unsafe text.withCString { unsafe sd_journal_add_match(raw, $0, text.utf8.count) }
        try check(result, "sd_journal_add_match", text)
      }
    }
  }

  /// Goes to a place; the next entry read is the first wanted one after it.
  ///
  /// - Throws: `EINVAL` for a text that is no cursor.
  public func seek(to place: Place) throws(SystemError) {
    passed = nil
    switch place {
    case .beginning: try check(unsafe sd_journal_seek_head(raw), "sd_journal_seek_head")
    case .end:
      // Not sd_journal_seek_tail: after it the next entry is not the one that comes next.
      try check(unsafe sd_journal_seek_realtime_usec(raw, try afterNewest()), "sd_journal_seek_realtime_usec")
    case .realtime(let time):
      try check(unsafe sd_journal_seek_realtime_usec(raw, time.microseconds), "sd_journal_seek_realtime_usec")
    case .cursor(let cursor):
      try check(unsafe sd_journal_seek_cursor(raw, cursor), "sd_journal_seek_cursor", cursor)
      passed = cursor
    }
  }

  /// The next wanted entry; nil at the journal's present end.
  ///
  /// - Throws: `EBADMSG` and the like for a file that is broken.
  public func next() throws(SystemError) -> JournalRecord? {
    while try check(unsafe sd_journal_next(raw), "sd_journal_next") > 0 {
      if let cursor = passed {
        passed = nil
        if unsafe sd_journal_test_cursor(raw, cursor) > 0 { continue }
      }
      do throws(SystemError) {
        return try record()
      } catch  where error.errno == ENOENT || error.errno == EADDRNOTAVAIL {
        // The file with the entry was rotated away between the two calls.
      }
    }
    return nil
  }

  /// Suspends until the journal may have more entries, or the task is cancelled; for one task at a time.
  public func wait() async {
    precondition(waiter == nil, "two tasks wait with one JournalReader")
    arm()
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if isChanged || Task.isCancelled { continuation.resume() } else { waiter = continuation }
      }
    } onCancel: {
      EventLoop.main.spawn(name: "cancel wait for journal") { self.resume() }
    }
    timer?.disarm()
    isChanged = false
  }

  /// The wanted entries from here on, and the new ones as they come, until the reader stops, its task is cancelled or
  /// the journal cannot be read.
  public func records() -> JournalRecords { JournalRecords(reader: self) }

  // MARK: Steps

  private func changed() {
    // sd_journal_process tells by its result what changed; whatever it was, looking again is right.
    unsafe sd_journal_process(raw)
    resume()
  }

  private func resume() {
    isChanged = waiter == nil
    waiter?.resume()
    waiter = nil
  }

  /// Journals on network file systems tell nothing and are looked at now and again.
  private func arm() {
    guard unsafe sd_journal_reliable_fd(raw) == 0 else { return }
    timer?.arm(after: .seconds(2))
  }

  private func afterNewest() throws(SystemError) -> UInt64 {
    try check(unsafe sd_journal_seek_tail(raw), "sd_journal_seek_tail")
    guard try check(unsafe sd_journal_previous(raw), "sd_journal_previous") > 0 else { return 0 }
    var time: UInt64 = 0
    try check(unsafe sd_journal_get_realtime_usec(raw, &time), "sd_journal_get_realtime_usec")
    return time + 1
  }

  /// The entry that the last step went to, with all its fields.
  ///
  /// - Throws: `EADDRNOTAVAIL` where no step has been made.
  public func record() throws(SystemError) -> JournalRecord {
    var (realtime, monotonic) = (UInt64(0), UInt64(0))
    try check(unsafe sd_journal_get_realtime_usec(raw, &realtime), "sd_journal_get_realtime_usec")
    var boot = sd_id128_t()
    try check(unsafe sd_journal_get_monotonic_usec(raw, &monotonic, &boot), "sd_journal_get_monotonic_usec")
    var text: UnsafeMutablePointer<CChar>?
    try check(unsafe sd_journal_get_cursor(raw, &text), "sd_journal_get_cursor")
    defer { unsafe free(text) }
    let cursor = unsafe text.map { unsafe String(cString: $0) } ?? ""
    unsafe sd_journal_restart_data(raw)
    var fields: [JournalRecord.Field] = []
    var (data, size) = unsafe (UnsafeRawPointer?.none, 0)
    while fields.count < Self.fieldLimit,
      try check(unsafe sd_journal_enumerate_available_data(raw, &data, &size), "sd_journal_enumerate_data")
        > 0
    {
      let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
      guard let equals = unsafe bytes.firstIndex(of: UInt8(ascii: "=")) else { continue }
      fields.append(
        unsafe JournalRecord.Field(
          String(decoding: bytes[..<equals], as: UTF8.self), Array(bytes[(equals + 1)...])))
    }
    return JournalRecord(
      fields: fields, cursor: cursor, realtime: .microseconds(Int64(clamping: realtime)),
      monotonic: .microseconds(Int64(clamping: monotonic)))
  }
}

/// Entries of the journal as they come; see ``JournalReader/records()``.
public struct JournalRecords: AsyncSequence, Sendable {
  /// What comes.
  public typealias Element = JournalRecord
  /// Why no more comes.
  public typealias Failure = SystemError

  let reader: JournalReader

  /// Reads on from where the reader is.
  public func makeAsyncIterator() -> Iterator { Iterator(reader: reader) }

  /// Reads entry after entry.
  public struct Iterator: AsyncIteratorProtocol {
    let reader: JournalReader

    /// The next entry, once there is one; nil when the task is cancelled.
    public mutating func next() async throws(SystemError) -> JournalRecord? {
      try await next(isolation: nil)
    }

    /// The next entry, once there is one; nil when the task is cancelled.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(SystemError) -> JournalRecord? {
      while !Task.isCancelled {
        if let record = try await reader.next() { return record }
        await reader.wait()
      }
      return nil
    }
  }
}
