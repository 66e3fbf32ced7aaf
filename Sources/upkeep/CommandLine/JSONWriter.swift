import Presentation

/// Writes JSON piece by piece, for answers with so many values that building them first would take longer.
///
/// Whoever calls it opens and closes objects and lists in pairs.
struct JSONWriter {
  /// What has been written, and not been taken by `takeBytes()` yet.
  private(set) var bytes: [UInt8] = []
  private let isPretty: Bool
  private var depth = 0
  /// Whether the innermost object or list has something in it, so that a comma has to follow.
  private var needsComma = false

  init(pretty: Bool) {
    isPretty = pretty
  }

  /// Gives what has been written since the last call.
  mutating func takeBytes() -> [UInt8] {
    defer { bytes.removeAll(keepingCapacity: true) }
    return bytes
  }

  /// Opens an object, as a value of a list, or under a key.
  mutating func beginObject(_ key: StaticString? = nil) { begin("{", key) }
  mutating func endObject() { end("}") }

  /// Opens a list, as a value of a list, or under a key.
  mutating func beginList(_ key: StaticString? = nil) { begin("[", key) }
  mutating func endList() { end("]") }

  mutating func field(_ key: StaticString, _ value: String) {
    name(key)
    quote(value)
  }

  mutating func field(_ key: StaticString, _ value: Int?) {
    name(key)
    bytes += (value.map(String.init) ?? "null").utf8
  }

  /// A number with decimals: the value divided by 10 to the power of `decimals`.
  mutating func field(_ key: StaticString, _ value: Int, decimals: Int) {
    name(key)
    bytes += DecimalText.text(value, decimals: decimals).utf8
  }

  mutating func value(_ value: String) {
    separate()
    quote(value)
  }

  // MARK: Steps

  private mutating func begin(_ bracket: Unicode.Scalar, _ key: StaticString?) {
    if let key { name(key) } else { separate() }
    bytes.append(UInt8(ascii: bracket))
    depth += 1
    needsComma = false
  }

  private mutating func end(_ bracket: Unicode.Scalar) {
    depth -= 1
    if needsComma { breakLine() }
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    if depth > 0 { breakLine() }
    needsComma = true
  }

  /// A key of ours, which needs no escapes.
  private mutating func name(_ key: StaticString) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    key.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
    if isPretty { bytes.append(UInt8(ascii: " ")) }
  }

  private mutating func breakLine() {
    guard isPretty else { return }
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { bytes += "  ".utf8 }
  }

  private mutating func quote(_ value: String) { JSONValue.quote(value, to: &bytes) }
}
