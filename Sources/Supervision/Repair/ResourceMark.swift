import UnitFiles

/// A resource and how much of it may be used before a repair is due.
public enum ResourceMark: Sendable, Hashable {
  /// How much, as a part of what there is or as a number.
  public enum Level: Sendable, Hashable {
    /// A part from 0 to 1 of the limit.
    case part(Double)
    /// A number: bytes of memory, descriptors, tasks.
    case number(UInt64)
  }

  /// A kind of pressure stall information, see the kernel's `accounting/psi`.
  public enum Pressure: String, Sendable, Hashable, CaseIterable {
    case cpu, io, memory
  }

  /// The blocks or inodes in use of the file system that holds this path, a part from 0 to 1.
  case disk(path: String, Double)
  /// The unit's memory; a part is one of its lowest limit, or of the machine's memory if it has none.
  case memory(Level)
  /// Processor time per time, 1 for one processor.
  case processor(Double)
  /// Open descriptors of the main process; a part is one of its limit.
  case descriptors(Level)
  /// The unit's tasks; a part is one of its lowest limit.
  case tasks(Level)
  /// The part of time from 0 to 1 in which some task of the unit waited, over the kernel's last ten seconds.
  case pressure(Pressure, Double)

  // MARK: Readings

  /// What was read of a resource: whether the mark is passed, and how much it is, in words.
  public typealias Reading = (isAbove: Bool, text: String)

  /// Holds a part of what there is, such as 0.97, against a mark of a part.
  public static func reading(_ part: Double, above mark: Double) -> Reading {
    (part > mark, percent(part))
  }

  /// Holds an amount against a mark; nil for a mark that is a part of a limit that there is not.
  public static func reading(_ used: UInt64, of limit: UInt64?, above mark: Level) -> Reading? {
    switch mark {
    case .number(let most): return (used > most, "\(used)")
    case .part(let part):
      guard let limit, limit > 0 else { return nil }
      return reading(Double(used) / Double(limit), above: part)
    }
  }

  // MARK: Values

  static func disk(_ text: String) throws(ValueError) -> ResourceMark {
    guard let colon = text.lastIndex(of: ":") else {
      throw ValueError(
        message: "\"\(text)\" is no mark of a disk: write PATH:PERCENT, such as /var/lib/app:95%")
    }
    let path = try PolicyValue.absolutePath(String(text[..<colon]))
    return .disk(path: path, try percentage(text[text.index(after: colon)...], upTo: 100))
  }

  static func level(_ text: String, sizes: Bool) throws(ValueError) -> Level {
    if text.hasSuffix("%") { return .part(try percentage(Substring(text), upTo: 100)) }
    if sizes, let size = try ByteSize.parse(text) { return .number(size) }
    guard !sizes, let number = UInt64(text), text.utf8.first != 0x2b else {
      throw ValueError(
        message: "\"\(text)\" is no mark: write a percentage or a \(sizes ? "size such as 512M" : "number")")
    }
    return .number(number)
  }

  static func processor(_ text: String) throws(ValueError) -> ResourceMark {
    .processor(try percentage(Substring(text), upTo: 100_000))
  }

  static func pressure(_ text: String) throws(ValueError) -> ResourceMark {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw ValueError(message: "\"\(text)\" is no pressure: write memory:20%, cpu:50% or io:30%")
    }
    return .pressure(
      try PolicyValue.choice(String(parts[0]), Pressure.self), try percentage(parts[1], upTo: 100))
  }

  private static func percentage(_ text: Substring, upTo most: Int) throws(ValueError) -> Double {
    guard text.hasSuffix("%"), text.utf8.first.map({ (0x30...0x39).contains($0) }) == true,
      let percent = Int(text.dropLast()), (1...most).contains(percent)
    else { throw ValueError(message: "\"\(text)\" is no percentage: write 1% to \(most)%") }
    return Double(percent) / 100
  }
}

extension ResourceMark: CustomStringConvertible {
  /// The mark in a few words: `disk /var/lib/app above 95%`.
  public var description: String {
    switch self {
    case .disk(let path, let part): "disk of \(path) above \(Self.percent(part))"
    case .memory(.number(let size)): "memory above \(ByteSize.format(size))"
    case .memory(.part(let part)): "memory above \(Self.percent(part))"
    case .processor(let part): "processor time above \(Self.percent(part))"
    case .descriptors(let level): "open descriptors above \(Self.words(level))"
    case .tasks(let level): "tasks above \(Self.words(level))"
    case .pressure(let kind, let part): "\(kind.rawValue) pressure above \(Self.percent(part))"
    }
  }

  private static func words(_ level: Level) -> String {
    switch level {
    case .part(let part): percent(part)
    case .number(let number): "\(number)"
    }
  }

  private static func percent(_ part: Double) -> String { "\(Int((part * 100).rounded()))%" }
}
