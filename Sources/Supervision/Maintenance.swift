public import UnitFiles

/// A time in which somebody works on a service: repairs of it are held back, probes and alerts are not.
///
/// It is kept in a small file a unit, so that it outlives the unit, `upkeep-run` and a reboot, and ends by itself.
public struct Maintenance: Sendable, Hashable {
  /// The longest maintenance.
  public static let longest: Duration = .seconds(31 * 86_400)
  /// The largest file, in bytes.
  public static let largestFile = 4096
  /// The value that comes with SIGCONT when the file was changed; without it the signal ends a back-off wait.
  public static let signalValue: Int32 = 0x7570
  /// The longest reason, in bytes.
  public static let longestReason = 500

  /// When it began, in microseconds since 1970.
  public let began: Int64
  /// When it ends, in microseconds since 1970.
  public let until: Int64
  /// Why, in words of whoever asked for it.
  public let reason: String
  /// Who asked for it; empty if that is not known.
  public let author: String

  /// Describes a maintenance.
  ///
  /// - Parameters:
  ///   - began: when it began, in microseconds since 1970.
  ///   - until: when it ends.
  ///   - reason: why, one line.
  ///   - author: who asked for it.
  /// - Throws: an end that is not after the begin or too long after it, or a reason that is none.
  public init(began: Int64, until: Int64, reason: String, author: String) throws(ValueError) {
    guard began >= 0, until > began, until - began <= Self.longest.wholeMicroseconds else {
      throw ValueError(message: "a maintenance ends after it begins, and lasts 31 days at most")
    }
    guard !reason.isEmpty, reason.utf8.count <= Self.longestReason, Self.isLine(reason) else {
      throw ValueError(message: "the reason is one line of \(Self.longestReason) bytes at most")
    }
    guard author.utf8.count <= Self.longestReason, Self.isLine(author) else {
      throw ValueError(message: "the name of whoever asks is one line of \(Self.longestReason) bytes at most")
    }
    self.began = began
    self.until = until
    self.reason = reason
    self.author = author
  }

  /// Whether it is on at a time in microseconds since 1970. A clock that was set back prolongs it, and one that is
  /// behind, as at the boot of a machine without a battery, does not end it.
  public func isOn(at now: Int64) -> Bool { now < until }

  /// Why nothing may be repaired, in words.
  public var hindrance: String { "maintenance: \(reason)" }

  // MARK: The file

  /// The text of its file.
  public var text: String {
    "# Written by upkeep maintenance; it ends by itself.\n"
      + "BEGAN=\(began)\nUNTIL=\(until)\nBY=\(author)\nREASON=\(reason)\n"
  }

  /// Reads the text of a file; lines that are not known are passed over.
  ///
  /// - Throws: what is missing or wrong in it.
  public init(parsing bytes: [UInt8]) throws(ValueError) {
    guard bytes.count <= Self.largestFile else {
      throw ValueError(message: "the file is larger than \(Self.largestFile) bytes")
    }
    var values: [Substring: Substring] = [:]
    let text = String(decoding: bytes, as: UTF8.self)
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      guard let mark = line.firstIndex(of: "=") else { continue }
      values[line[..<mark]] = line[line.index(after: mark)...]
    }
    guard let began = values["BEGAN"].flatMap({ Self.number($0) }),
      let until = values["UNTIL"].flatMap({ Self.number($0) })
    else { throw ValueError(message: "BEGAN= or UNTIL= is missing or no number") }
    try self.init(
      began: began, until: until, reason: String(values["REASON"] ?? ""), author: String(values["BY"] ?? ""))
  }

  private static func number(_ text: Substring) -> Int64? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int64(text) : nil
  }

  /// Whether a text has neither a newline nor anything else that steers a terminal.
  private static func isLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7f...0x9f).contains($0.value) }
  }

  // MARK: The place

  /// The folder of the system's maintenances, whose owner is root.
  public static let systemFolder = "/var/lib/upkeep/maintenance"

  /// The folder of the maintenances of a user's own units.
  ///
  /// - Parameters:
  ///   - stateHome: `XDG_STATE_HOME`; nil or empty if it is not set.
  ///   - home: the user's home.
  /// - Returns: a path; nil if there is no absolute one.
  public static func userFolder(stateHome: String?, home: String?) -> String? {
    if let stateHome, stateHome.hasPrefix("/") { return "\(stateHome)/upkeep/maintenance" }
    guard let home, home.hasPrefix("/") else { return nil }
    return "\(home)/.local/state/upkeep/maintenance"
  }
}

extension ServiceEvent {
  /// A maintenance began.
  ///
  /// - Parameters:
  ///   - maintenance: the maintenance.
  ///   - unit: the unit's name.
  ///   - end: when it ends, as people write it.
  /// - Returns: the event.
  public static func maintenanceBegan(_ maintenance: Maintenance, of unit: String, until end: String)
    -> ServiceEvent
  {
    ServiceEvent(
      .maintenanceBegan, "Maintenance until \(end): \(maintenance.reason)", fields: maintenance.fields(unit))
  }

  /// A maintenance is over.
  ///
  /// - Parameters:
  ///   - maintenance: the maintenance.
  ///   - unit: the unit's name.
  ///   - early: whether somebody ended it before its time.
  /// - Returns: the event.
  public static func maintenanceEnded(_ maintenance: Maintenance, of unit: String, early: Bool)
    -> ServiceEvent
  {
    ServiceEvent(
      .maintenanceEnded, "Maintenance \(early ? "ended early" : "over"): \(maintenance.reason)",
      fields: maintenance.fields(unit))
  }
}

extension Maintenance {
  fileprivate func fields(_ unit: String) -> [EventField: String] {
    [.unit: unit, .until: "\(until)", .reason: reason, .author: author]
  }
}
