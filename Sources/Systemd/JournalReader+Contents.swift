import CSystemd

/// A boot that the journal has entries of.
public struct JournalBoot: Sendable, Hashable {
  /// Its ID.
  public let id: MessageID
  /// When its first entry was taken, since 1970.
  public let first: Duration
  /// When its last entry was taken, since 1970.
  public let last: Duration

  /// Describes a boot.
  public init(id: MessageID, first: Duration, last: Duration) {
    self.id = id
    self.first = first
    self.last = last
  }
}

/// What the journal holds at all.
extension JournalReader {
  /// The most different values that are looked at of one field.
  public nonisolated static let valueCountLimit = 100_000

  /// All values that a field has in any entry, whatever is wanted, in no order. `sd_journal_query_unique(3)`.
  ///
  /// - Parameter field: the name, such as `_SYSTEMD_UNIT`.
  /// - Returns: at most ``valueCountLimit`` values.
  /// - Throws: `EINVAL` for what is no field's name.
  public func uniqueValues(of field: String) throws(SystemError) -> Set<String> {
    try check(unsafe sd_journal_query_unique(raw, field), "sd_journal_query_unique", field)
    unsafe sd_journal_restart_unique(raw)
    var values: Set<String> = []
    var (data, size) = unsafe (UnsafeRawPointer?.none, 0)
    while values.count < Self.valueCountLimit,
      try check(
        unsafe sd_journal_enumerate_available_unique(raw, &data, &size), "sd_journal_enumerate_unique")
        > 0
    {
      let bytes = unsafe UnsafeRawBufferPointer(start: data, count: size)
      values.insert(unsafe String(decoding: bytes.dropFirst(field.utf8.count + 1), as: UTF8.self))
    }
    return values
  }

  /// All boots that the journal has entries of, the oldest first. What is wanted is all entries afterwards, and the place
  /// is the beginning.
  ///
  /// - Throws: what reading fails with.
  public func boots() throws(SystemError) -> [JournalBoot] {
    var boots: [JournalBoot] = []
    for id in try uniqueValues(of: "_BOOT_ID").compactMap({ MessageID($0) }) {
      try set(.boot(id))
      try seek(to: .beginning)
      guard try advance() else { continue }
      let first = try realtime()
      try seek(to: .end)
      guard try retreat() else { continue }
      boots.append(JournalBoot(id: id, first: first, last: try realtime()))
    }
    try set(.all)
    try seek(to: .beginning)
    return boots.sorted { ($0.first, $0.id.value) < ($1.first, $1.id.value) }
  }
}
