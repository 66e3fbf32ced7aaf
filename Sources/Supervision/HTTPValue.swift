import UnitFiles

/// Readers of the values of HTTP probes' keys.
enum HTTPValue {
  /// The most ranges in a set of statuses.
  static let mostRanges = 32
  /// The most lines that are added to a request's head.
  static let mostHeaders = 32
  /// The longest line of a head, in bytes.
  static let longestHeader = 4096
  /// The largest pattern for a body, in steps: each is tried at every character of what a server sends.
  static let mostSteps = 256
  /// The longest name of a host, as in DNS.
  static let longestHost = 253

  /// Statuses and ranges of them, separated by blanks.
  static func statuses(_ text: String) throws(ValueError) -> HTTPStatusSet {
    var ranges: [ClosedRange<Int>] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\t" }) {
      let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(status)
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last else {
        throw ValueError(
          message: "\"\(word)\" is no HTTP status: write 200 or 200-299, from 100 to 999",
          offset: text.unicodeScalars.distance(from: text.startIndex, to: word.startIndex))
      }
      ranges.append(first...last)
    }
    guard (1...mostRanges).contains(ranges.count) else {
      throw ValueError(message: "\"\(text)\" has not 1 to \(mostRanges) HTTP statuses")
    }
    return HTTPStatusSet(ranges)
  }

  private static func status(_ text: Substring) -> Int? {
    guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let status = Int(text),
      status >= 100
    else { return nil }
    return status
  }

  /// A header as on the wire: `NAME: VALUE`.
  static func header(_ text: String) throws(ValueError) -> HTTPCheck.Header {
    guard let colon = text.firstIndex(of: ":"), isToken(text[..<colon]), text.utf8.count <= longestHeader
    else {
      throw ValueError(
        message: "\"\(text)\" is no header: write NAME: VALUE, at most \(longestHeader) bytes")
    }
    let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
    var value = text[text.index(after: colon)...].unicodeScalars.drop(while: isBlank)
    while let last = value.last, isBlank(last) { value.removeLast() }
    guard value.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f || $0 == "\t" }) else {
      throw ValueError(message: "the value of header \(text[..<colon]) has a control character")
    }
    // These say where a message ends or whom it is for: wrong, they would turn the answer into another's.
    guard
      !["content-length", "transfer-encoding", "connection", "upgrade"].contains(
        text[..<colon].lowercased())
    else { throw ValueError(message: "the header \(text[..<colon]) is upkeep-run's own") }
    return HTTPCheck.Header(name: String(text[..<colon]), value: String(String.UnicodeScalarView(value)))
  }

  /// RFC 9110, 5.6.2.
  private static func isToken(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
        case 0x21, 0x23...0x27, 0x2a, 0x2b, 0x2d, 0x2e, 0x5e...0x60, 0x7c, 0x7e: true
        default: false
        }
      }
  }

  /// A host's name, without a port.
  static func host(_ text: String) throws(ValueError) -> String {
    let isName = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || (0x61...0x7a).contains(byte | 0x20)
        || [0x2d, 0x2e, 0x5f].contains(byte)
    }
    // A name of digits and dots would be taken for an address.
    guard isName, text.utf8.count <= longestHost, text.utf8.contains(where: { $0 >= 0x41 }),
      text.utf8.first != 0x2e, text.utf8.first != 0x2d
    else { throw ValueError(message: "\"\(text)\" is no host's name: write it without scheme and port") }
    return text
  }

  /// A pattern for a body.
  static func pattern(_ text: String) throws(ValueError) -> TextPattern {
    let pattern: TextPattern
    do throws(TextPattern.Failure) {
      pattern = try TextPattern(text)
    } catch {
      throw ValueError(message: "\"\(text)\": \(error.description)")
    }
    guard !text.isEmpty, pattern.stepCount <= mostSteps else {
      throw ValueError(message: "\"\(text)\" is no pattern of 1 to \(mostSteps) steps: look for less")
    }
    return pattern
  }

  /// The name of a systemd credential: a file's name.
  static func credential(_ text: String) throws(ValueError) -> String {
    guard (1...255).contains(text.utf8.count), text != ".", text != "..",
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != 0x2f && $0 != 0x3a })
    else {
      throw ValueError(message: "\"\(text)\" is no credential: write its name in LoadCredential=NAME:PATH")
    }
    return text
  }
}
