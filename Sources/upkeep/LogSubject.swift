import Systemd

/// What a command reads of the journal: which entries, and how each is written.
@LoopActor
protocol LogSubject: AnyObject {
  /// What has been written and is to be taken.
  var buffer: ByteBuffer { get }
  /// What entries are called when there are none.
  var noun: String { get }
  /// Whether the bytes are for programs alone, so that no pager is to see them.
  var isRaw: Bool { get }

  /// Looks in the journal for the units whose entries are wanted.
  ///
  /// - Throws: what is wrong with a unit's name; what reading the journal fails with.
  func units(_ reader: JournalReader) throws -> LogUnits

  /// Whether the entry where a reader stands is wanted, among those that the journal finds.
  func wants(_ reader: JournalReader) throws(SystemError) -> Bool

  /// Writes the entry where a reader stands.
  func add(_ reader: JournalReader) throws(SystemError)
}
