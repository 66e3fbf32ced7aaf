import CSystemd
import Glibc

/// A Swift type that D-Bus can carry.
///
/// The type is the signature: `[String: UInt32]` is `a{su}`. A struct of one's own reads and writes its
/// fields one after the other, which is what a method's arguments look like; inside other values use
/// ``BusStruct``.
public protocol BusValue {
  /// The D-Bus signature, such as `a{su}`.
  static var busSignature: String { get }
  /// Writes the value at the message's end.
  func write(to message: inout BusMessage) throws(SystemError)
  /// Reads the message's next value; another type is `ENXIO`.
  init(from message: inout BusMessage) throws(SystemError)
}

/// The path of an object on the bus, such as `/org/freedesktop/systemd1`.
public struct ObjectPath: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The path's text; an invalid one is refused when a message is written.
  public let value: String

  /// Wraps a path.
  public init(_ value: String) { self.value = value }

  /// Wraps a path.
  public init(stringLiteral value: String) { self.value = value }

  /// The path's text.
  public var description: String { value }
}

extension ObjectPath: BusValue {
  /// `o`
  public static var busSignature: String { "o" }
  /// Writes the path.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.appendText(.objectPath, value)
  }
  /// Reads a path.
  public init(from message: inout BusMessage) throws(SystemError) {
    value = try message.readText(.objectPath)
  }
}

extension String: BusValue {
  /// `s`
  public static var busSignature: String { "s" }
  /// Writes the text, which must not contain a zero byte.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.appendText(.string, self)
  }
  /// Reads text.
  public init(from message: inout BusMessage) throws(SystemError) { self = try message.readText(.string) }
}

extension Bool: BusValue {
  /// `b`
  public static var busSignature: String { "b" }
  /// Writes the truth value.
  public func write(to message: inout BusMessage) throws(SystemError) {
    // libsystemd keeps a truth value in a C int.
    var value: Int32 = self ? 1 : 0
    try unsafe message.appendBasic(.boolean, &value)
  }
  /// Reads a truth value.
  public init(from message: inout BusMessage) throws(SystemError) {
    var value: Int32 = 0
    try unsafe message.readBasic(.boolean, into: &value)
    self = value != 0
  }
}

/// A number of fixed size that libsystemd copies as it is.
public protocol BusNumber: BusValue, BitwiseCopyable, Numeric {
  /// The number's type code.
  static var busType: BusType { get }
}

extension BusNumber {
  /// The type code as text.
  public static var busSignature: String { String(UnicodeScalar(UInt8(bitPattern: busType.code))) }
  /// Writes the number.
  public func write(to message: inout BusMessage) throws(SystemError) {
    var value = self
    try unsafe message.appendBasic(Self.busType, &value)
  }
  /// Reads a number of exactly this type.
  public init(from message: inout BusMessage) throws(SystemError) {
    self = 0
    try unsafe message.readBasic(Self.busType, into: &self)
  }
}

extension UInt8: BusNumber {
  /// `y`
  public static var busType: BusType { .byte }
}
extension Int16: BusNumber {
  /// `n`
  public static var busType: BusType { .int16 }
}
extension UInt16: BusNumber {
  /// `q`
  public static var busType: BusType { .uint16 }
}
extension Int32: BusNumber {
  /// `i`
  public static var busType: BusType { .int32 }
}
extension UInt32: BusNumber {
  /// `u`
  public static var busType: BusType { .uint32 }
}
extension Int64: BusNumber {
  /// `x`
  public static var busType: BusType { .int64 }
}
extension UInt64: BusNumber {
  /// `t`
  public static var busType: BusType { .uint64 }
}
extension Double: BusNumber {
  /// `d`
  public static var busType: BusType { .double }
}
