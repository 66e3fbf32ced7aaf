/// A key of a terminal.
public enum Key: Sendable, Hashable {
  /// One that writes a character.
  case character(Unicode.Scalar)
  /// A letter with Ctrl.
  case control(Unicode.Scalar)
  /// The arrows.
  case up, down, left, right
  /// A screen up and down, to the begin and the end.
  case pageUp, pageDown, home, end
  /// Return.
  case enter
  /// Escape.
  case escape
  /// Backspace, and Delete.
  case backspace, delete
}

/// Makes keys of the bytes that a terminal sends; see `console_codes(4)`. Bytes may come in any pieces.
public struct KeyReader: Sendable {
  /// No key has more bytes.
  private static let longest = 32
  private static let escape: UInt8 = 0x1b

  private var bytes: [UInt8] = []

  /// Makes a reader that has seen nothing.
  public init() {}

  /// Whether bytes are there that are no whole key yet. An Escape that stands alone may be the key or the begin of
  /// another one: after a moment without further bytes it is the key, see ``flush()``.
  public var isPending: Bool { !bytes.isEmpty }

  /// Takes bytes; returns the keys that are whole.
  public mutating func read(_ new: some Sequence<UInt8>) -> [Key] {
    bytes += new
    var keys: [Key] = []
    while !bytes.isEmpty {
      guard let (key, count) = first else {
        if bytes.count <= Self.longest { break }
        bytes.removeFirst()
        continue
      }
      bytes.removeFirst(count)
      if let key { keys.append(key) }
    }
    return keys
  }

  /// Says that nothing follows what has come; returns the keys in it.
  public mutating func flush() -> [Key] {
    let isEscape = bytes.first == Self.escape
    bytes = []
    return isEscape ? [.escape] : []
  }

  // MARK: Steps

  /// The first key and its length in bytes; a nil key is one that nobody needs. Nil if more bytes have to come.
  private var first: (key: Key?, count: Int)? {
    let byte = bytes[0]
    switch byte {
    case Self.escape: return sequence
    case 0x0a, 0x0d: return (.enter, 1)
    case 0x08, 0x7f: return (.backspace, 1)
    case 0: return (nil, 1)
    case ..<0x1b: return (.control(Unicode.Scalar(byte + 0x60)), 1)
    case ..<0x20: return (nil, 1)
    case ..<0x80: return (.character(Unicode.Scalar(byte)), 1)
    default: return character
    }
  }

  private var character: (key: Key?, count: Int)? {
    let length =
      switch bytes[0] {
      case 0xc2..<0xe0: 2
      case 0xe0..<0xf0: 3
      case 0xf0..<0xf5: 4
      default: 1
      }
    guard bytes.count >= length else { return nil }
    let scalars = Array(String(decoding: bytes[..<length], as: UTF8.self).unicodeScalars)
    guard scalars.count == 1, scalars[0] != "\u{fffd}" else { return (nil, 1) }
    return (DisplayText.isHostile(scalars[0]) ? nil : .character(scalars[0]), length)
  }

  /// A key that begins with Escape: `ESC [ parameters final` or `ESC O final`.
  private var sequence: (key: Key?, count: Int)? {
    guard bytes.count > 1 else { return nil }
    switch bytes[1] {
    case UInt8(ascii: "O"):
      guard bytes.count > 2 else { return nil }
      return (Self.key(final: bytes[2], ""), 3)
    case UInt8(ascii: "["):
      guard let end = bytes.dropFirst(2).firstIndex(where: { (0x40...0x7e).contains($0) }) else { return nil }
      return (Self.key(final: bytes[end], String(decoding: bytes[2..<end], as: UTF8.self)), end + 1)
    default:
      // A letter with Alt, or Escape and then another key.
      return (.escape, 1)
    }
  }

  private static func key(final: UInt8, _ parameters: String) -> Key? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "M"): .enter
    case UInt8(ascii: "~"):
      switch parameters.split(separator: ";").first ?? "" {
      case "1", "7": .home
      case "4", "8": .end
      case "3": .delete
      case "5": .pageUp
      case "6": .pageDown
      default: nil
      }
    default: nil
    }
  }
}
