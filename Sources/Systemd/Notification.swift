import CSystemd
import Glibc

/// What a service tells its service manager in one datagram, such as `[.ready, .status("serving")]`.
///
/// The protocol is that of `sd_notify(3)`: lines `NAME=value`. If a field occurs twice the first one counts.
public struct Notification: Sendable, Hashable, ExpressibleByArrayLiteral {
  /// The most bytes of a datagram; systemd drops longer ones.
  public static let sizeLimit = 4096
  /// The most bytes of a status text or a descriptor name; the rest is cut off.
  public static let statusLimit = 2048

  /// The fields in the order in which they are sent.
  public var fields: [NotificationField]

  /// Combines `fields`.
  public init(_ fields: [NotificationField]) { self.fields = fields }

  /// Combines fields as in `let notification: Notification = [.ready, .status("serving")]`.
  public init(arrayLiteral elements: NotificationField...) { fields = elements }

  /// The start of a reload as `Type=notify-reload` wants it: `RELOADING=1` and the time on `CLOCK_MONOTONIC`.
  ///
  /// The end of the reload is told by ``NotificationField/ready``.
  public static func reloading(_ more: NotificationField...) -> Notification {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    let microseconds = UInt64(now.tv_sec) * 1_000_000 + UInt64(now.tv_nsec) / 1000
    return Notification([.reloading, .monotonicTime(microseconds: microseconds)] + more)
  }

  /// Whether `field` is among the fields.
  public func contains(_ field: NotificationField) -> Bool { fields.contains(field) }

  /// The status text, if there is one.
  public var status: String? {
    for case .status(let text) in fields { return text }
    return nil
  }

  /// The process that the service declares its main one, if it does.
  public var mainProcess: Int32? {
    for case .mainProcess(let pid) in fields { return pid }
    return nil
  }

  /// The time for which it asks to be left alone, from now on, if it does.
  public var timeoutExtension: Duration? {
    for case .extendTimeout(let duration) in fields { return duration }
    return nil
  }

  /// The name under which its descriptors are to be stored or removed, if there is one.
  public var descriptorName: String? {
    for case .descriptorName(let name) in fields { return name }
    return nil
  }

  /// The datagram's bytes.
  ///
  /// Control characters in values become spaces, so that no value can smuggle in another field.
  ///
  /// - Returns: lines without a final newline, at most ``sizeLimit`` bytes.
  /// - Throws: ``NotificationError`` if there is nothing to send, a name cannot be sent or the size is
  ///   exceeded.
  public func encoded() throws(NotificationError) -> [UInt8] {
    guard !fields.isEmpty else { throw .empty }
    var bytes: [UInt8] = []
    for field in fields {
      let (name, value) = field.assignment
      guard NotificationField.isValidName(name) else { throw .invalidName(name) }
      if !bytes.isEmpty { bytes.append(UInt8(ascii: "\n")) }
      bytes += name.utf8
      bytes.append(UInt8(ascii: "="))
      Self.append(value, to: &bytes, limit: field.isText ? Self.statusLimit : Self.sizeLimit + 1)
    }
    guard bytes.count <= Self.sizeLimit else { throw .tooLong(bytes.count) }
    return bytes
  }

  private static func append(_ value: String, to bytes: inout [UInt8], limit: Int) {
    var left = limit
    for scalar in value.unicodeScalars {
      let isControl = scalar.value < 0x20 || scalar.value == 0x7F
      let encoded = UTF8.width(scalar)
      guard encoded <= left else { return }
      left -= encoded
      if isControl { bytes.append(UInt8(ascii: " ")) } else { bytes += Array(String(scalar).utf8) }
    }
  }
}

/// Why a notification cannot be encoded or a datagram cannot be read.
public enum NotificationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There is no field in it.
  case empty
  /// It has this many bytes, more than ``Notification/sizeLimit``.
  case tooLong(Int)
  /// A field's name is no name: capital letters, digits and underscores, not more than 64.
  case invalidName(String)
  /// A zero byte stands in the middle.
  case embeddedZero

  /// A sentence that says what is wrong.
  public var description: String {
    switch self {
    case .empty: "the notification has no field"
    case .tooLong(let size): "the notification has \(size) bytes, \(Notification.sizeLimit) are allowed"
    case .invalidName(let name): "\"\(name)\" is no name of a notification field: expected A-Z, 0-9 and _"
    case .embeddedZero: "the notification has a zero byte in the middle"
    }
  }
}
