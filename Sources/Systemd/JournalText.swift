/// Bytes of the journal as `journalctl -o json` writes them: text where they are printable UTF-8, else numbers.
enum JournalText {
  /// Adds the bytes as a JSON string; bytes that are not printable UTF-8 become a list of numbers.
  static func append(_ bytes: UnsafeRawBufferPointer, to buffer: ByteBuffer) {
    let begin = buffer.count
    buffer.append(UInt8(ascii: "\""))
    if unsafe !buffer.append(plain: bytes) {
      guard unsafe isPrintable(bytes) else {
        buffer.truncate(to: begin)
        return unsafe appendNumbers(bytes, to: buffer)
      }
      unsafe appendEscaped(bytes, to: buffer)
    }
    buffer.append(UInt8(ascii: "\""))
  }

  /// Whether the bytes are UTF-8 without control characters but tab and, if allowed, newline: what a terminal shows and
  /// does not obey.
  static func isPrintable(_ bytes: UnsafeRawBufferPointer, newline: Bool = true) -> Bool {
    var index = 0
    while index < bytes.count {
      let byte = unsafe bytes[index]
      if byte < 0x80 {
        guard byte &- 0x20 < 0x5f || byte == 0x09 || (newline && byte == 0x0a) else { return false }
        index += 1
        continue
      }
      guard let (scalar, length) = unsafe scalar(bytes, index), isAllowed(scalar) else { return false }
      index += length
    }
    return true
  }

  // MARK: Steps

  /// The character of several bytes at a place and their number; nil for what is not UTF-8.
  private static func scalar(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> (UInt32, Int)? {
    let first = unsafe UInt32(bytes[index])
    let (length, least): (Int, UInt32)
    var value: UInt32
    switch first {
    case 0xc2..<0xe0: (length, least, value) = (2, 0x80, first & 0x1f)
    case 0xe0..<0xf0: (length, least, value) = (3, 0x800, first & 0x0f)
    case 0xf0..<0xf5: (length, least, value) = (4, 0x1_0000, first & 0x07)
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    for offset in 1..<length {
      let next = unsafe UInt32(bytes[index + offset])
      guard next & 0xc0 == 0x80 else { return nil }
      value = value << 6 | next & 0x3f
    }
    return value >= least ? (value, length) : nil
  }

  /// Neither a control character, nor half of a pair of UTF-16, nor what Unicode says is no character.
  private static func isAllowed(_ scalar: UInt32) -> Bool {
    switch scalar {
    case 0..<0xa0, 0xd800..<0xe000, 0xfdd0...0xfdef: false
    default: scalar <= 0x10_ffff && scalar & 0xfffe != 0xfffe
    }
  }

  private static func appendEscaped(_ bytes: UnsafeRawBufferPointer, to buffer: ByteBuffer) {
    buffer.reserve(bytes.count * 2)
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        buffer.append(UInt8(ascii: "\\"))
        buffer.append(byte)
      case 0x0a: buffer.append("\\n")
      case 0x09: buffer.append("\\t")
      default: buffer.append(byte)
      }
    }
  }

  private static func appendNumbers(_ bytes: UnsafeRawBufferPointer, to buffer: ByteBuffer) {
    buffer.append(UInt8(ascii: "["))
    for index in bytes.indices {
      if index > 0 { buffer.append(UInt8(ascii: ",")) }
      unsafe buffer.append(decimal: UInt64(bytes[index]))
    }
    buffer.append(UInt8(ascii: "]"))
  }
}
