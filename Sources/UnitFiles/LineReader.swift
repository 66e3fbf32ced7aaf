/// Cuts bytes into physical lines where systemd's own reader does.
///
/// A line ends at a newline, a carriage return or a NUL, and a run in which each of these stands at most once is one
/// end: `\n`, `\r\n` and `\n\r` are one, `\n\n` are two.
struct LineReader {
  /// One physical line: its content, and where the next one begins.
  struct Line {
    var content: Range<Int>
    var end: Int
    /// The index of a NUL in the line's end.
    var nul: Int?
  }

  let bytes: [UInt8]
  private var next = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  mutating func readLine() -> Line? {
    guard next < bytes.count else { return nil }
    let start = next
    while next < bytes.count, Self.endMark(bytes[next]) == 0 { next += 1 }
    var line = Line(content: start..<next, end: next, nul: nil)
    var seen: UInt8 = 0
    while next < bytes.count {
      let mark = Self.endMark(bytes[next])
      // A NUL closes the run, a mark seen before begins the next line's end.
      guard mark != 0, seen & (mark | Self.nulMark) == 0 else { break }
      if mark == Self.nulMark { line.nul = next }
      seen |= mark
      next += 1
    }
    line.end = next
    return line
  }

  private static let nulMark: UInt8 = 1

  private static func endMark(_ byte: UInt8) -> UInt8 {
    switch byte {
    case 0: nulMark
    case ASCII.newline: 2
    case ASCII.carriageReturn: 4
    default: 0
    }
  }
}
