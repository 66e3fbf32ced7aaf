/// UTF-8 as systemd accepts it: well formed, and without surrogates and noncharacters.
enum UTF8Text {
  /// The index of the first byte that does not belong to valid text, or nil when all of it is valid.
  static func firstInvalid(in bytes: ArraySlice<UInt8>) -> Int? {
    var index = bytes.startIndex
    while index < bytes.endIndex {
      let first = bytes[index]
      if first < 0x80 {
        index += 1
        continue
      }
      guard let length = sequenceLength(first), index + length <= bytes.endIndex else { return index }
      var scalar = UInt32(first) & (0x7f >> UInt32(length))
      for offset in 1..<length {
        let byte = bytes[index + offset]
        guard byte & 0xc0 == 0x80 else { return index }
        scalar = scalar << 6 | UInt32(byte & 0x3f)
      }
      guard isAllowed(scalar), encodedLength(scalar) == length else { return index }
      index += length
    }
    return nil
  }

  /// The length of the character that begins here when it is valid and can be seen, so that a person reads it in a
  /// file as it is; nil for bytes that are not UTF-8, controls, blanks other than the space, and invisible marks.
  static func readableLength(at index: Int, in bytes: [UInt8]) -> Int? {
    guard let length = sequenceLength(bytes[index]), index + length <= bytes.count else { return nil }
    let sequence = bytes[index..<(index + length)]
    guard firstInvalid(in: sequence) == nil, let scalar = sequence.text.unicodeScalars.first else {
      return nil
    }
    return invisible.contains { $0.contains(scalar.value) } ? nil : length
  }

  /// C1 controls, blanks, joiners, marks of direction and of bytes, tags and private characters.
  private static let invisible: [ClosedRange<UInt32>] = [
    0x80...0xa0, 0xad...0xad, 0x61c...0x61c, 0x115f...0x1160, 0x1680...0x1680, 0x180b...0x180f,
    0x2000...0x200f, 0x2028...0x202f, 0x205f...0x206f, 0x3000...0x3000, 0x3164...0x3164, 0xe000...0xf8ff,
    0xfeff...0xfeff, 0xffa0...0xffa0, 0xfff0...0xfffd, 0xe_0000...0x10_ffff,
  ]

  /// Whether systemd takes the code point: a scalar value that is no noncharacter.
  static func isAllowed(_ scalar: UInt32) -> Bool {
    scalar < 0x11_0000 && scalar & 0xffff_f800 != 0xd800 && !(0xfdd0...0xfdef).contains(scalar)
      && scalar & 0xfffe != 0xfffe
  }

  /// Appends a code point in UTF-8's manner, also a lone surrogate, which systemd's `\u` lets pass.
  static func append(_ scalar: UInt32, to bytes: inout [UInt8]) {
    switch encodedLength(scalar) {
    case 1: bytes.append(UInt8(truncatingIfNeeded: scalar))
    case 2: bytes.append(0xc0 | UInt8(truncatingIfNeeded: scalar >> 6))
    case 3:
      bytes.append(0xe0 | UInt8(truncatingIfNeeded: scalar >> 12))
      bytes.append(continuation(scalar >> 6))
    default:
      bytes.append(0xf0 | UInt8(truncatingIfNeeded: scalar >> 18))
      bytes.append(continuation(scalar >> 12))
      bytes.append(continuation(scalar >> 6))
    }
    if scalar >= 0x80 { bytes.append(continuation(scalar)) }
  }

  // MARK: Steps

  private static func continuation(_ bits: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: bits & 0x3f) }

  private static func sequenceLength(_ first: UInt8) -> Int? {
    switch first {
    case 0xc2...0xdf: 2
    case 0xe0...0xef: 3
    case 0xf0...0xf4: 4
    default: nil
    }
  }

  private static func encodedLength(_ scalar: UInt32) -> Int {
    scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x1_0000 ? 3 : 4
  }
}
