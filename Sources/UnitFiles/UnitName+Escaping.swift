extension UnitName {
  /// Escapes any text for use in a unit name, as `systemd-escape(1)` does.
  public static func escape(_ text: String) -> String { escape(Array(text.utf8)) }

  /// Escapes any bytes for use in a unit name: `/` becomes `-`, what may not stand becomes `\xNN`.
  public static func escape(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if byte == ASCII.slash {
        result.append(ASCII.dash)
      } else if isAllowed(byte), byte != ASCII.dash, byte != ASCII.backslash, index > 0 || byte != ASCII.dot {
        result.append(byte)
      } else {
        result += [ASCII.backslash, UInt8(ascii: "x"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return result.text
  }

  /// Escapes a path, as `systemd-escape --path` does: without slashes at the ends, `-` for the root.
  ///
  /// A path with a `..` in it, the lone `.`, and what is too long for a path are errors.
  public static func escapePath(_ path: String) throws(ValueError) -> String {
    let parts = path.utf8.split(separator: ASCII.slash).map(Array.init).filter { $0 != [ASCII.dot] }
    guard !parts.contains([ASCII.dot, ASCII.dot]) else {
      throw ValueError(message: "the path '\(path)' holds '..', which a unit name cannot say")
    }
    guard !parts.isEmpty || path.isEmpty || path.utf8.first == ASCII.slash else {
      throw ValueError(message: "'\(path)' names no place that a unit could stand for")
    }
    guard path.utf8.count < 4096, parts.allSatisfy({ $0.count <= 255 }) else {
      throw ValueError(message: "the path, or a part of it, is too long for Linux")
    }
    return parts.isEmpty ? "-" : escape(Array(parts.joined(separator: [ASCII.slash])))
  }

  /// Undoes `escape(_:)`; an escape that is none is an error. The result may be any bytes.
  public static func unescape(_ text: String) throws(ValueError) -> [UInt8] {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      guard bytes[index] == ASCII.backslash else {
        result.append(bytes[index] == ASCII.dash ? ASCII.slash : bytes[index])
        index += 1
        continue
      }
      guard index + 3 < bytes.count, bytes[index + 1] == UInt8(ascii: "x"),
        let high = bytes[index + 2].hexDigitValue, let low = bytes[index + 3].hexDigitValue
      else {
        throw ValueError(
          message: "'\(text)' holds a backslash without 'x' and two digits", offset: bytes.scalarOffset(index)
        )
      }
      result.append(high << 4 | low)
      index += 4
    }
    return result
  }

  /// Undoes `escapePath(_:)`; what is no escaped path is an error. The result begins with a slash.
  public static func unescapePath(_ text: String) throws(ValueError) -> [UInt8] {
    if text == "-" { return [ASCII.slash] }
    let path = try unescape(text)
    let parts = path.split(separator: ASCII.slash, omittingEmptySubsequences: false)
    let isNormal = parts.allSatisfy { part in
      (1...255).contains(part.count) && part != [ASCII.dot] && part != [ASCII.dot, ASCII.dot]
    }
    guard !path.isEmpty, path.count < 4095, isNormal else {
      throw ValueError(message: "'\(text)' is no escaped path")
    }
    return [ASCII.slash] + path
  }
}
