import Glibc

/// The wording of outcomes: short, and safe to print whatever a server sent.
enum ProbeText {
  /// How long a detail or a reason may be, in Unicode scalars.
  static let limit = 200

  /// `text` on one line without control or format characters, cut off at ``limit``.
  ///
  /// What is removed could move a terminal's cursor, forge a log line or turn the direction of writing.
  static func printable(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if result.count == limit - 1 {
        result.append("…")
        break
      }
      result.append(isPrintable(scalar) ? scalar : "?")
    }
    return String(result)
  }

  private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }

  /// The first line of `bytes` that says something, made printable; empty if there is none.
  static func firstLine(of bytes: some Sequence<UInt8>) -> String {
    var line: [UInt8] = []
    for byte in bytes {
      if byte == 0x0A || byte == 0x0D {
        if line.contains(where: { $0 > 0x20 }) { break }
        line = []
      } else {
        line.append(byte)
        // A scalar has at most four bytes.
        if line.count >= limit * 4 { break }
      }
    }
    let text = String(decoding: line.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
    return text.utf8.contains { $0 > 0x20 } ? printable(text) : ""
  }

  /// A time limit as systemd writes it, such as `1s`, `1.5s` or `200ms`.
  static func limit(_ duration: Duration) -> String {
    let milliseconds = max(0, self.milliseconds(duration))
    if milliseconds < 1000 { return "\(milliseconds)ms" }
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000)
    if rest > 0 {
      var digits = String(String(1000 + rest).dropFirst())
      while digits.last == "0" { digits.removeLast() }
      return "\(seconds).\(digits)s"
    }
    return seconds % 60 == 0 ? "\(seconds / 60)min" : "\(seconds)s"
  }

  /// The time that an answer took, such as `3 ms`.
  static func elapsed(_ duration: Duration) -> String {
    let milliseconds = self.milliseconds(duration)
    return milliseconds < 1 ? "under 1 ms" : "\(milliseconds) ms"
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    let (seconds, attoseconds) = duration.components
    return min(seconds, 1_000_000_000) * 1000 + attoseconds / 1_000_000_000_000_000
  }

  /// The system's own words for an error number, as part of a sentence.
  static func reason(errno: Int32) -> String {
    switch errno {
    case ECONNREFUSED: return "connection refused"
    case EHOSTUNREACH: return "no route to the host"
    case ENETUNREACH: return "the network is out of reach"
    case ECONNRESET: return "connection reset"
    case ENOENT, ENOTDIR: return "no such socket"
    case EPROTOTYPE: return "not a stream socket"
    default:
      let text = unsafe String(cString: strerror(errno))
      return text.prefix(1).lowercased() + text.dropFirst()
    }
  }
}
