/// A JSON value, whose objects keep the order of their fields.
public indirect enum JSONValue: Sendable, Hashable {
  /// `null`: not known, or not there.
  case null
  /// `true` or `false`.
  case boolean(Bool)
  /// A whole number that may be negative.
  case integer(Int64)
  /// A whole number.
  case number(UInt64)
  /// A number with decimals; what is no finite number becomes `null`.
  case decimal(Double)
  /// Text.
  case string(String)
  /// A list.
  case list([JSONValue])
  /// Fields in their order.
  case object([Field])

  /// A field of an object.
  public struct Field: Sendable, Hashable {
    /// Its name.
    public let name: String
    /// Its value.
    public let value: JSONValue

    /// Describes a field.
    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// Text, or `null` for nil.
  public static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

  /// A whole number, or `null` for nil.
  public static func count(_ count: UInt64?) -> JSONValue { count.map { .number($0) } ?? .null }

  /// A point in time as RFC 3339 text, or `null` for nil.
  public static func time(_ time: Timestamp?) -> JSONValue { text(time?.rfc3339) }

  /// The value as text, without a newline at its end.
  ///
  /// Characters that could steer a terminal are written as `\uNNNN`, which reads back as the same text.
  ///
  /// - Parameter isPretty: whether fields and elements stand on lines of their own, indented by two blanks a level.
  /// - Returns: the text.
  public func text(isPretty: Bool = false) -> String {
    var bytes: [UInt8] = []
    write(to: &bytes, isPretty ? 0 : nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: Steps

  private func write(to bytes: inout [UInt8], _ depth: Int?) {
    switch self {
    case .null: bytes += "null".utf8
    case .boolean(let value): bytes += (value ? "true" : "false").utf8
    case .integer(let value): bytes += String(value).utf8
    case .number(let value): bytes += String(value).utf8
    case .decimal(let value): bytes += (value.isFinite ? String(value) : "null").utf8
    case .string(let text): Self.quote(text, to: &bytes)
    case .list(let values):
      Self.bracket("[", "]", values, to: &bytes, depth) { value, bytes, depth in
        value.write(to: &bytes, depth)
      }
    case .object(let fields):
      Self.bracket("{", "}", fields, to: &bytes, depth) { field, bytes, depth in
        Self.quote(field.name, to: &bytes)
        bytes += (depth == nil ? ":" : ": ").utf8
        field.value.write(to: &bytes, depth)
      }
    }
  }

  private static func bracket<Element>(
    _ open: String, _ close: String, _ elements: [Element], to bytes: inout [UInt8], _ depth: Int?,
    _ write: (Element, inout [UInt8], Int?) -> Void
  ) {
    bytes += open.utf8
    for (index, element) in elements.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      breakLine(to: &bytes, depth.map { $0 + 1 })
      write(element, &bytes, depth.map { $0 + 1 })
    }
    if !elements.isEmpty { breakLine(to: &bytes, depth) }
    bytes += close.utf8
  }

  private static func breakLine(to bytes: inout [UInt8], _ depth: Int?) {
    guard let depth else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { bytes += "  ".utf8 }
  }

  /// Appends text as a JSON string; characters that could steer a terminal are written as `\uNNNN`.
  package static func quote(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    if text.utf8.allSatisfy({
      $0 >= 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }) {
      bytes += text.utf8
    } else {
      for scalar in text.unicodeScalars { add(scalar, to: &bytes) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func add(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"": bytes += "\\\"".utf8
    case "\\": bytes += "\\\\".utf8
    case "\n": bytes += "\\n".utf8
    case "\t": bytes += "\\t".utf8
    case _ where DisplayText.isHostile(scalar):
      let digits = String(scalar.value, radix: 16)
      bytes += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
    default: bytes += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    }
  }
}
