/// The sixteen resources that Linux limits, by their names in `limits.conf(5)`.
public enum Resource: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// CPU time, in seconds.
  case cpu
  /// The size of a file that is written, in bytes.
  case fsize
  /// The data segment, in bytes.
  case data
  /// The stack, in bytes.
  case stack
  /// A core dump, in bytes.
  case core
  /// Resident memory, in bytes; Linux takes no notice of it.
  case rss
  /// The processes of the user.
  case nproc
  /// Open files: one more than the largest descriptor.
  case nofile
  /// Locked memory, in bytes.
  case memlock
  /// The address space, in bytes.
  case `as`
  /// File locks; Linux takes no notice of it.
  case locks
  /// Queued signals of the user.
  case sigpending
  /// POSIX message queues of the user, in bytes.
  case msgqueue
  /// The ceiling of the nice level, as 20 minus the level: 1 to 40.
  case nice
  /// The real-time priority.
  case rtprio
  /// CPU time of a real-time process between two system calls that block, in microseconds.
  case rttime

  /// Finds a resource by its short name (`nofile`) or its directive (`LimitNOFILE`), in any case of the letters.
  public init?(name: String) {
    let name = name.lowercased()
    self.init(rawValue: name.hasPrefix("limit") ? String(name.dropFirst(5)) : name)
  }

  /// The unit file's key, for example `LimitNOFILE`.
  public var directive: String { "Limit\(rawValue.uppercased())" }

  /// The short name.
  public var description: String { rawValue }

  /// The kernel's number, `RLIMIT_...` of `getrlimit(2)`; the same on every architecture that systemd and Swift share.
  public var number: Int32 {
    switch self {
    case .cpu: 0
    case .fsize: 1
    case .data: 2
    case .stack: 3
    case .core: 4
    case .rss: 5
    case .nproc: 6
    case .nofile: 7
    case .memlock: 8
    case .as: 9
    case .locks: 10
    case .sigpending: 11
    case .msgqueue: 12
    case .nice: 13
    case .rtprio: 14
    case .rttime: 15
    }
  }

  /// One limit in the kernel's unit, nil for infinity.
  func value(of text: String) throws(ValueError) -> UInt64? {
    switch self {
    case .fsize, .data, .stack, .core, .rss, .memlock, .as, .msgqueue:
      return try ByteSize.parse(text)
    case .cpu:
      guard let span = try TimeSpan.microseconds(text, bareUnit: 1_000_000) else { return nil }
      return span / 1_000_000 + (span % 1_000_000 > 0 ? 1 : 0)
    case .rttime:
      return try TimeSpan.microseconds(text, bareUnit: 1)
    case .nice:
      return try niceCeiling(text)
    case .nproc, .nofile, .locks, .sigpending, .rtprio:
      if text == "infinity" { return nil }
      guard let number = UInt64(decimal: Array(text.utf8)[...]) else {
        throw ValueError(message: "'\(text)' is no number; write for example '4096' or 'infinity'")
      }
      return number
    }
  }

  /// A limit in the kernel's unit as `value(of:)` reads it.
  func text(_ limit: UInt64) -> String {
    switch self {
    case .cpu:
      // The longest span is rounded up to a second that no span can say.
      let (span, overflow) = limit.multipliedReportingOverflow(by: 1_000_000)
      return TimeSpan.format(TimeSpan.duration(overflow ? .max - 1 : span))
    case .rttime:
      return TimeSpan.format(TimeSpan.duration(limit))
    case .fsize, .data, .stack, .core, .rss, .memlock, .as, .msgqueue, .nice, .nproc, .nofile, .locks,
      .sigpending, .rtprio:
      return String(limit)
    }
  }

  private func niceCeiling(_ text: String) throws(ValueError) -> UInt64 {
    let isLevel = text.hasPrefix("+") || text.hasPrefix("-")
    let number = Int(text)
    if isLevel, let number, (-20...19).contains(number) { return UInt64(20 - number) }
    if !isLevel, let number, (1...40).contains(number) { return UInt64(number) }
    throw ValueError(
      message: "'\(text)' is no nice limit; write a level from '-20' to '+19' with its sign, or 1 to 40")
  }
}
