extension UnitName {
  /// The name that a command means by what its user typed, as `systemd-escape --mangle` and `systemctl` find it.
  ///
  /// A valid name stands. A path below `/dev` or `/sys` becomes a device, another absolute path a mount point. In all
  /// else slashes become dashes, other odd characters are escaped, and `.service` is added where no unit type is.
  /// The empty text and what gets too long are errors.
  public init(mangling text: String) throws(ValueError) {
    let bytes = Array(text.utf8)
    guard !bytes.isEmpty else { throw ValueError(message: "the unit name is empty") }
    if let name = (try? UnitName(text)) ?? Self.name(ofPath: text) {
      self = name
      return
    }
    let mangled = bytes.flatMap { byte -> [UInt8] in
      if byte == ASCII.slash { return [ASCII.dash] }
      return Self.isAllowed(byte) || byte == ASCII.at ? [byte] : WordWriter.hexEscape(byte)
    }.text
    if let name = try? UnitName(mangled) {
      self = name
    } else {
      self = try UnitName("\(mangled).service")
    }
  }

  /// The name of the unit that belongs to a path, as for mount points and devices: `/srv/a b` is `srv-a\x20b.mount`.
  ///
  /// A name that would be too long is cut and ends in a hash of the whole, as systemd does it. A path with `..` in it,
  /// and a suffix that is no unit type, are errors.
  public init(path: String, suffix: String) throws(ValueError) {
    let text = "\(try Self.escapePath(path)).\(suffix)"
    guard text.utf8.count > Self.maximumLength else {
      self = try UnitName(text)
      return
    }
    guard Self.suffixes.contains(suffix) else {
      throw ValueError(message: "'.\(suffix)' is no unit type such as '.mount'")
    }
    // The NUL behind the C string is hashed too.
    let hash = SipHash.hash(Array(text.utf8) + [0], key: (0x324a_3258_fb37_f2ec, 0x9aeb_210d_9b06_9f84))
    let kept = text.utf8.prefix(Self.maximumLength - suffix.utf8.count - 18)
    self = try UnitName("\(Array(kept).text)_\(hash.hexBytes).\(suffix)")
  }

  /// The instance of this unit's template for any text, which is escaped: `a@.service` and `x/y` give `a@x-y.service`.
  public func instantiated(escaping text: String) throws(ValueError) -> UnitName {
    try instantiated(Self.escape(text))
  }

  /// The instance of this unit's template for a path: `a@.service` and `/x/y` give `a@x-y.service`.
  public func instantiated(path: String) throws(ValueError) -> UnitName {
    try instantiated(try Self.escapePath(path))
  }

  /// The device or mount point of an absolute path without `..`.
  private static func name(ofPath path: String) -> UnitName? {
    guard path.utf8.first == ASCII.slash else { return nil }
    let parts = path.utf8.split(separator: ASCII.slash).map(Array.init).filter { $0 != [ASCII.dot] }
    let isDevice = parts.count > 1 && (parts[0] == Array("dev".utf8) || parts[0] == Array("sys".utf8))
    return try? UnitName(path: path, suffix: isDevice ? "device" : "mount")
  }
}

/// SipHash-2-4, with which systemd shortens the names of units.
enum SipHash {
  /// The hash under a key, which is given as two little-endian words.
  static func hash(_ bytes: [UInt8], key: (UInt64, UInt64)) -> UInt64 {
    var state = State(
      v0: key.0 ^ 0x736f_6d65_7073_6575, v1: key.1 ^ 0x646f_7261_6e64_6f6d, v2: key.0 ^ 0x6c79_6765_6e65_7261,
      v3: key.1 ^ 0x7465_6462_7974_6573)
    let whole = bytes.count / 8 * 8
    for start in stride(from: 0, to: whole, by: 8) { state.take(word(bytes[start..<(start + 8)])) }
    state.take(word(bytes[whole...]) | UInt64(bytes.count & 0xff) << 56)
    state.v2 ^= 0xff
    for _ in 0..<4 { state.round() }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private struct State {
    var v0, v1, v2, v3: UInt64

    mutating func take(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    mutating func round() {
      v0 &+= v1
      v1 = v1 << 13 | v1 >> 51
      v1 ^= v0
      v0 = v0 << 32 | v0 >> 32
      v2 &+= v3
      v3 = v3 << 16 | v3 >> 48
      v3 ^= v2
      v0 &+= v3
      v3 = v3 << 21 | v3 >> 43
      v3 ^= v0
      v2 &+= v1
      v1 = v1 << 17 | v1 >> 47
      v1 ^= v2
      v2 = v2 << 32 | v2 >> 32
    }
  }
}

extension UInt64 {
  /// The bytes from the lowest on, with two hexadecimal digits each.
  fileprivate var hexBytes: String {
    (0..<8).map { index in
      let digits = String((self >> UInt64(index * 8)) & 0xff, radix: 16)
      return digits.utf8.count < 2 ? "0\(digits)" : digits
    }.joined()
  }
}
