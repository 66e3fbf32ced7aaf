/// An entry as it stands in the journal. All of it but the fields that begin with `_` is what somebody wrote: foreign
/// text, to be escaped before it is shown.
public struct JournalRecord: Sendable, Hashable {
  /// A field with its value.
  public struct Field: Sendable, Hashable {
    /// The name, such as `MESSAGE`; those that begin with `_` are journald's word, not the writer's.
    public let name: String
    /// The value, of any bytes.
    public let value: [UInt8]

    /// Describes a field.
    public init(_ name: String, _ value: [UInt8]) {
      self.name = name
      self.value = value
    }
  }

  /// The fields in the journal's order; a name may occur more than once.
  public let fields: [Field]
  /// The place in the journal, for ``JournalReader/seek(to:)``.
  public let cursor: String
  /// When journald took it: the time since 1970 by the wall clock.
  public let realtime: Duration
  /// When journald took it: the time since its boot, without suspend (`CLOCK_MONOTONIC`).
  public let monotonic: Duration

  /// Describes an entry.
  public init(fields: [Field], cursor: String, realtime: Duration, monotonic: Duration) {
    self.fields = fields
    self.cursor = cursor
    self.realtime = realtime
    self.monotonic = monotonic
  }

  /// The first value of a field as text, with U+FFFD for what is not UTF-8; nil if it is not there.
  public subscript(name: String) -> String? {
    fields.first { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
  }

  /// `MESSAGE`; empty if there is none.
  public var message: String { self["MESSAGE"] ?? "" }
  /// `MESSAGE_ID`, the kind of entry.
  public var messageID: MessageID? { self["MESSAGE_ID"].flatMap { MessageID($0) } }
  /// `PRIORITY`.
  public var priority: JournalPriority? {
    self["PRIORITY"].flatMap { Int32($0) }.flatMap { JournalPriority(rawValue: $0) }
  }
  /// `_SYSTEMD_UNIT`: the unit whose process wrote it.
  public var unit: String? { self["_SYSTEMD_UNIT"] }
  /// `_PID`: the process that wrote it; nil for entries of the kernel.
  public var process: Int32? { self["_PID"].flatMap { Int32($0) } }
}
