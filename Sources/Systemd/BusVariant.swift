import Glibc

/// A value of any D-Bus type, such as a property's.
public indirect enum BusVariant: Sendable, Hashable {
  /// `y`
  case byte(UInt8)
  /// `b`
  case boolean(Bool)
  /// `n`
  case int16(Int16)
  /// `q`
  case uint16(UInt16)
  /// `i`
  case int32(Int32)
  /// `u`
  case uint32(UInt32)
  /// `x`
  case int64(Int64)
  /// `t`
  case uint64(UInt64)
  /// `d`
  case double(Double)
  /// `s`
  case string(String)
  /// `o`
  case objectPath(ObjectPath)
  /// `g`
  case signature(String)
  /// `a`: elements of one signature.
  case array(of: String, [BusVariant])
  /// `a{..}`: keys of one signature and values of another.
  case dictionary(key: String, value: String, [BusVariant: BusVariant])
  /// `(...)`
  case structure([BusVariant])
  /// `v` inside another value.
  case variant(BusVariant)
  /// A value that cannot be kept, such as a descriptor; it was left out.
  case unsupported(String)

  /// The signature of what is in it.
  public var contentSignature: String {
    switch self {
    case .byte: "y"
    case .boolean: "b"
    case .int16: "n"
    case .uint16: "q"
    case .int32: "i"
    case .uint32: "u"
    case .int64: "x"
    case .uint64: "t"
    case .double: "d"
    case .string: "s"
    case .objectPath: "o"
    case .signature: "g"
    case .array(let element, _): "a" + element
    case .dictionary(let key, let value, _): "a{" + key + value + "}"
    case .structure(let fields): "(" + fields.map(\.contentSignature).joined() + ")"
    case .variant: "v"
    case .unsupported(let signature): signature
    }
  }

  /// The text of a string, an object path or a signature; nil for others.
  public var text: String? {
    switch self {
    case .string(let text), .signature(let text): text
    case .objectPath(let path): path.value
    case .variant(let inner): inner.text
    default: nil
    }
  }

  /// An integer of any size, if it is not negative; nil for others.
  public var unsigned: UInt64? {
    switch self {
    case .byte(let number): UInt64(number)
    case .uint16(let number): UInt64(number)
    case .uint32(let number): UInt64(number)
    case .uint64(let number): number
    case .int16, .int32, .int64: signed.flatMap { UInt64(exactly: $0) }
    case .variant(let inner): inner.unsigned
    default: nil
    }
  }

  /// An integer of any size, if it fits in 64 bits with a sign; nil for others.
  public var signed: Int64? {
    switch self {
    case .int16(let number): Int64(number)
    case .int32(let number): Int64(number)
    case .int64(let number): number
    case .byte, .uint16, .uint32, .uint64: unsigned.flatMap { Int64(exactly: $0) }
    case .variant(let inner): inner.signed
    default: nil
    }
  }

  /// A truth value; nil for others.
  public var truth: Bool? {
    switch self {
    case .boolean(let truth): truth
    case .variant(let inner): inner.truth
    default: nil
    }
  }

  /// The elements of an array or the fields of a struct; nil for others.
  public var elements: [BusVariant]? {
    switch self {
    case .array(_, let elements), .structure(let elements): elements
    case .variant(let inner): inner.elements
    default: nil
    }
  }
}

extension BusVariant: BusValue {
  /// `v`
  public static var busSignature: String { "v" }

  /// Writes the type and the value.
  public func write(to message: inout BusMessage) throws(SystemError) {
    try message.open(.variant, contentSignature)
    try writeContent(to: &message)
    try message.close()
  }

  /// Reads a value of any type. libsystemd bounds how deep values may be nested.
  public init(from message: inout BusMessage) throws(SystemError) {
    try message.enterOrFail(.variant)
    self = try Self.content(of: &message)
    try message.leave()
  }

  private func writeContent(to message: inout BusMessage) throws(SystemError) {
    switch self {
    case .byte(let value): try value.write(to: &message)
    case .boolean(let value): try value.write(to: &message)
    case .int16(let value): try value.write(to: &message)
    case .uint16(let value): try value.write(to: &message)
    case .int32(let value): try value.write(to: &message)
    case .uint32(let value): try value.write(to: &message)
    case .int64(let value): try value.write(to: &message)
    case .uint64(let value): try value.write(to: &message)
    case .double(let value): try value.write(to: &message)
    case .string(let value): try value.write(to: &message)
    case .objectPath(let value): try value.write(to: &message)
    case .signature(let value): try message.appendText(.signature, value)
    case .variant(let value): try value.write(to: &message)
    case .array(let element, let values):
      try message.open(.array, element)
      for value in values { try value.writeContent(to: &message) }
      try message.close()
    case .dictionary(let key, let value, let entries):
      try message.open(.array, "{" + key + value + "}")
      for entry in entries {
        try message.open(.entry, key + value)
        try entry.key.writeContent(to: &message)
        try entry.value.writeContent(to: &message)
        try message.close()
      }
      try message.close()
    case .structure(let fields):
      try message.open(.structure, fields.map(\.contentSignature).joined())
      for field in fields { try field.writeContent(to: &message) }
      try message.close()
    case .unsupported(let signature):
      throw SystemError(errno: EOPNOTSUPP, operation: "write a D-Bus value of type", subject: signature)
    }
  }

  private static func content(of message: inout BusMessage) throws(SystemError) -> BusVariant {
    guard let (type, contents) = message.next else {
      throw SystemError(errno: ENXIO, operation: "read past the end of a message")
    }
    switch type {
    case .byte: return .byte(try message.read())
    case .boolean: return .boolean(try message.read())
    case .int16: return .int16(try message.read())
    case .uint16: return .uint16(try message.read())
    case .int32: return .int32(try message.read())
    case .uint32: return .uint32(try message.read())
    case .int64: return .int64(try message.read())
    case .uint64: return .uint64(try message.read())
    case .double: return .double(try message.read())
    case .string: return .string(try message.read())
    case .objectPath: return .objectPath(try message.read())
    case .signature: return .signature(try message.readText(.signature))
    case .variant: return .variant(try message.read())
    case .structure:
      try message.enterOrFail(.structure, contents)
      var fields: [BusVariant] = []
      while !message.isAtEnd { fields.append(try content(of: &message)) }
      try message.leave()
      return .structure(fields)
    case .array where contents.hasPrefix("{"):
      return try dictionary(of: &message, contents)
    case .array:
      try message.enterOrFail(.array, contents)
      var elements: [BusVariant] = []
      while !message.isAtEnd { elements.append(try content(of: &message)) }
      try message.leave()
      return .array(of: contents, elements)
    default:
      try message.skip()
      return .unsupported(String(UnicodeScalar(UInt8(bitPattern: type.code))))
    }
  }

  private static func dictionary(
    of message: inout BusMessage, _ contents: String
  ) throws(SystemError) -> BusVariant {
    // Keys are basic types, whose signature is one letter.
    let entry = String(contents.dropFirst().dropLast())
    var entries: [BusVariant: BusVariant] = [:]
    try message.enterOrFail(.array, contents)
    while try message.enter(.entry, entry) {
      let key = try content(of: &message)
      entries[key] = try content(of: &message)
      try message.leave()
    }
    try message.leave()
    return .dictionary(key: String(entry.prefix(1)), value: String(entry.dropFirst()), entries)
  }
}
