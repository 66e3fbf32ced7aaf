import Glibc

extension Array: BusValue where Element: BusValue {
  /// `a` and the element's signature.
  public static var busSignature: String { "a" + Element.busSignature }
  /// Writes the elements in order.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.open(.array, Element.busSignature)
    for element in self { try element.write(to: &message) }
    try message.close()
  }
  /// Reads elements in order.
  public init(from message: inout BusMessage) throws(SystemError) {
    self = []
    try message.enterOrFail(.array, Element.busSignature)
    while !message.isAtEnd { append(try Element(from: &message)) }
    try message.leave()
  }
}

extension Dictionary: BusValue where Key: BusValue, Value: BusValue {
  /// `a{` key, value `}`.
  public static var busSignature: String { "a" + entrySignature }
  private static var entrySignature: String { "{" + Key.busSignature + Value.busSignature + "}" }

  /// Writes the entries in any order.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.open(.array, Self.entrySignature)
    for (key, value) in self {
      try message.open(.entry, Key.busSignature + Value.busSignature)
      try key.write(to: &message)
      try value.write(to: &message)
      try message.close()
    }
    try message.close()
  }
  /// Reads entries; of several with one key the last one counts.
  public init(from message: inout BusMessage) throws(SystemError) {
    self = [:]
    try message.enterOrFail(.array, Self.entrySignature)
    while try message.enter(.entry, Key.busSignature + Value.busSignature) {
      let key = try Key(from: &message)
      self[key] = try Value(from: &message)
      try message.leave()
    }
    try message.leave()
  }
}

/// An anonymous D-Bus struct: `BusStruct("name", UInt32(1))` is `(su)`.
public struct BusStruct<each Field: BusValue>: BusValue {
  /// The fields as a tuple.
  public let fields: (repeat each Field)

  /// Groups `fields`.
  public init(_ fields: repeat each Field) { self.fields = (repeat each fields) }

  /// The fields' signatures in parentheses.
  public static var busSignature: String { "(" + BusArguments<repeat each Field>.busSignature + ")" }

  /// Writes the fields in order.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.open(.structure, BusArguments<repeat each Field>.busSignature)
    repeat try (each fields).write(to: &message)
    try message.close()
  }

  /// Reads the fields in order.
  public init(from message: inout BusMessage) throws(SystemError) {
    try message.enterOrFail(.structure, BusArguments<repeat each Field>.busSignature)
    // Straight into another initialiser: the compiler (6.3) crashes on a stored tuple of a pack.
    self.init(repeat try (each Field)(from: &message))
    try message.leave()
  }
}

/// Several values in a row, as a method's reply or a signal has them: `BusArguments<UInt32, String>` is `us`.
public struct BusArguments<each Value: BusValue>: BusValue {
  /// The values as a tuple.
  public let values: (repeat each Value)

  /// Groups `values`.
  public init(_ values: repeat each Value) { self.values = (repeat each values) }

  /// The values' signatures in a row.
  public static var busSignature: String {
    var signature = ""
    for type in repeat (each Value).self { signature += type.busSignature }
    return signature
  }

  /// Writes the values in order.
  public func write(to message: inout BusMessage) throws(SystemError) {
    repeat try (each values).write(to: &message)
  }

  /// Reads the values in order.
  public init(from message: inout BusMessage) throws(SystemError) {
    self.init(repeat try (each Value)(from: &message))
  }
}

extension BusStruct: Sendable where repeat each Field: Sendable {}
extension BusArguments: Sendable where repeat each Value: Sendable {}

/// A value that travels with its type (`v`) where the receiver knows the type: `BusBox(UInt32(1))`.
///
/// Where the type is open, use ``BusVariant``.
public struct BusBox<Value: BusValue>: BusValue {
  /// What is in it.
  public let value: Value

  /// Wraps `value`.
  public init(_ value: Value) { self.value = value }

  /// `v`
  public static var busSignature: String { "v" }

  /// Writes the type and the value.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.open(.variant, Value.busSignature)
    try value.write(to: &message)
    try message.close()
  }

  /// Reads a value of exactly this type.
  public init(from message: inout BusMessage) throws(SystemError) {
    try message.enterOrFail(.variant, Value.busSignature)
    value = try Value(from: &message)
    try message.leave()
  }
}

extension BusBox: Sendable where Value: Sendable {}

extension BusMessage {
  mutating func enterOrFail(_ type: BusType, _ contents: String? = nil) throws(SystemError) {
    guard try enter(type, contents) else {
      throw SystemError(errno: ENXIO, operation: "read past the end of a message", subject: contents ?? "")
    }
  }
}
