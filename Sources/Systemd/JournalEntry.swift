/// How much an entry matters; the levels of `syslog(3)`.
public enum JournalPriority: Int32, Sendable, Hashable, CaseIterable, Comparable {
  /// The system is unusable.
  case emergency = 0
  /// Somebody must act at once.
  case alert = 1
  /// A critical condition.
  case critical = 2
  /// An error.
  case error = 3
  /// A warning.
  case warning = 4
  /// Normal, but worth knowing.
  case notice = 5
  /// Information.
  case info = 6
  /// For debugging.
  case debug = 7

  /// Orders by number: what matters more is less.
  public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One entry of the journal with its fields.
public struct JournalEntry: Sendable, Hashable {
  /// The most fields of an entry.
  public static let fieldLimit = 256
  /// The most bytes of a value; the rest is cut off. journald cuts off at 48 KiB what it shows.
  public static let valueLimit = 65_536
  /// The most characters of a field's name, journald's own limit.
  public static let nameLimit = 64

  /// The fields by name and value, in order; a name may occur more than once.
  public private(set) var fields: [(name: String, value: [UInt8])] = []

  /// The first field that could not be taken; ``Journal/send(_:)`` reports it.
  var rejected: String?

  /// The first `MESSAGE`; empty if there is none.
  public var message: String {
    fields.first { $0.name == "MESSAGE" }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
  }

  /// Starts an entry with `MESSAGE`, `PRIORITY` and, if given, `MESSAGE_ID`.
  ///
  /// - Parameters:
  ///   - message: a line for people.
  ///   - priority: how much it matters.
  ///   - id: the kind of entry, for programs.
  ///   - fields: more fields; see ``append(_:_:)-(String,String)``.
  public init(
    _ message: String, priority: JournalPriority = .info, id: MessageID? = nil,
    fields: KeyValuePairs<String, String> = [:]
  ) {
    append("MESSAGE", message)
    append("PRIORITY", "\(priority.rawValue)")
    if let id { append("MESSAGE_ID", id.description) }
    for (name, value) in fields { append(name, value) }
  }

  /// Adds a field; the value may have several lines.
  public mutating func append(_ name: String, _ value: String) { append(name, Array(value.utf8)) }

  /// Adds a field of any bytes.
  ///
  /// Lower-case letters of the name are raised, `-` and `.` become `_`. A name that then has anything but
  /// A-Z, 0-9 and `_`, or does not start with a letter, is refused, and so is a field above ``fieldLimit``:
  /// ``Journal/send(_:)`` fails and names it.
  public mutating func append(_ name: String, _ value: [UInt8]) {
    guard let valid = Self.fieldName(name), fields.count < Self.fieldLimit else {
      rejected = rejected ?? name
      return
    }
    fields.append((valid, Array(value.prefix(Self.valueLimit))))
  }

  /// The journal's spelling of a field's name, nil if there is none.
  static func fieldName(_ name: String) -> String? {
    var bytes: [UInt8] = []
    for byte in name.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): bytes.append(byte - 0x20)
      case UInt8(ascii: "-"), UInt8(ascii: "."): bytes.append(UInt8(ascii: "_"))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): bytes.append(byte)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): bytes.append(byte)
      default: return nil
      }
    }
    // journald drops fields that start with an underscore: those are its own.
    guard let first = bytes.first, (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first),
      bytes.count <= nameLimit
    else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether both have the same fields in the same order.
  public static func == (left: Self, right: Self) -> Bool {
    left.rejected == right.rejected && left.fields.elementsEqual(right.fields) { $0 == $1 }
  }

  /// Feeds the fields to `hasher`.
  public func hash(into hasher: inout Hasher) {
    for (name, value) in fields {
      hasher.combine(name)
      hasher.combine(value)
    }
  }
}
