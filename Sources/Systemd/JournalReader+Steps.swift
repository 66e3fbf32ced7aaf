import CSystemd
import Glibc

/// Reading without building a ``JournalRecord`` of each entry: step by step, and only the fields that are wanted.
extension JournalReader {
  /// Goes to the next wanted entry without reading it; false at the journal's present end, where it stays.
  ///
  /// - Throws: `EBADMSG` and the like for a file that is broken.
  public func advance() throws(SystemError) -> Bool {
    while try check(unsafe sd_journal_next(raw), "sd_journal_next") > 0 {
      guard let cursor = passed else { return true }
      passed = nil
      if unsafe sd_journal_test_cursor(raw, cursor) <= 0 { return true }
    }
    return false
  }

  /// Goes to the wanted entry before; false at the oldest one, where it stays.
  ///
  /// - Throws: `EBADMSG` and the like for a file that is broken.
  public func retreat() throws(SystemError) -> Bool {
    passed = nil
    return try check(unsafe sd_journal_previous(raw), "sd_journal_previous") > 0
  }

  /// When journald took the entry that the last step went to, since 1970.
  ///
  /// - Throws: `EADDRNOTAVAIL` where no step has been made.
  public func realtime() throws(SystemError) -> Duration {
    var time: UInt64 = 0
    try check(unsafe sd_journal_get_realtime_usec(raw, &time), "sd_journal_get_realtime_usec")
    return .microseconds(Int64(clamping: time))
  }

  /// The boot of the entry that the last step went to.
  ///
  /// - Throws: `EADDRNOTAVAIL` where no step has been made.
  public func boot() throws(SystemError) -> MessageID {
    let (_, id) = try monotonic()
    return MessageID(id)
  }

  /// The first values of fields of the entry that the last step went to; nil for those that it has not.
  ///
  /// - Parameter names: the fields.
  /// - Returns: the values in the order of the names.
  /// - Throws: what reading fails with.
  public func values(_ names: [StaticString]) throws(SystemError) -> [[UInt8]?] {
    var values = [[UInt8]?](repeating: nil, count: names.count)
    try unsafe forEachField { field, length in
      for (index, name) in names.enumerated() where name.utf8CodeUnitCount == length {
        guard values[index] == nil, let start = field.baseAddress,
          unsafe memcmp(name.utf8Start, start, length) == 0
        else { continue }
        values[index] = unsafe Array(field[(length + 1)...])
      }
    }
    return values
  }

  // MARK: Steps

  func monotonic() throws(SystemError) -> (time: UInt64, boot: UInt128) {
    var time: UInt64 = 0
    var boot = sd_id128_t()
    try check(unsafe sd_journal_get_monotonic_usec(raw, &time, &boot), "sd_journal_get_monotonic_usec")
    let id = unsafe withUnsafeBytes(of: &boot) { bytes in
      unsafe UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self))
    }
    return (time, id)
  }

  /// The entry's number among all that its journald has written, and the series of these numbers; nil with a libsystemd
  /// that does not tell.
  func sequence() throws(SystemError) -> (number: UInt64, id: UInt128)? {
    guard let function = unsafe Self.getSequence else { return nil }
    var number: UInt64 = 0
    var id = sd_id128_t()
    try check(
      unsafe csystemd_journal_get_seqnum(function, raw, &number, &id), "sd_journal_get_seqnum")
    let series = unsafe withUnsafeBytes(of: &id) { bytes in
      unsafe UInt128(bigEndian: bytes.loadUnaligned(as: UInt128.self))
    }
    return (number, series)
  }

  private nonisolated(unsafe) static let getSequence = unsafe dlsym(nil, "sd_journal_get_seqnum")

  /// Hands over each field of the entry, `NAME=value`, and the length of its name; the bytes are there for the call only.
  func forEachField(_ body: (UnsafeRawBufferPointer, Int) -> Void) throws(SystemError) {
    unsafe sd_journal_restart_data(raw)
    var (data, size, count) = unsafe (UnsafeRawPointer?.none, 0, 0)
    while count < Self.fieldLimit,
      try check(unsafe sd_journal_enumerate_available_data(raw, &data, &size), "sd_journal_enumerate_data")
        > 0
    {
      guard let start = unsafe data, let equals = unsafe memchr(start, Int32(UInt8(ascii: "=")), size) else {
        continue
      }
      count += 1
      let length = unsafe UnsafeRawPointer(equals) - start
      unsafe body(UnsafeRawBufferPointer(start: start, count: size), length)
    }
  }
}
