import FoundationEssentials
import Glibc

/// A line of a log as people have them: text with a time at its begin, or an entry that journalctl printed as JSON.
struct LogEntry {
  /// What was said.
  var message: [UInt8]
  /// When, since 1970; nil if the line does not say.
  var time: Duration?

  /// What `journalctl -o json` prints; a message that is no text comes as numbers.
  private struct Printed: Decodable {
    enum Message: Decodable {
      case text(String)
      case bytes([UInt8])

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
          self = .text(text)
        } else {
          self = .bytes(try container.decode([UInt8].self))
        }
      }
    }

    var message: Message?
    var time: String?

    enum CodingKeys: String, CodingKey {
      case message = "MESSAGE"
      case time = "__REALTIME_TIMESTAMP"
    }
  }

  /// Reads a line without its newline.
  init(_ line: [UInt8]) {
    if line.first == UInt8(ascii: "{"),
      let printed = try? JSONDecoder().decode(Printed.self, from: Data(line)),
      let stamp = printed.time.flatMap({ Int64($0) })
    {
      switch printed.message {
      case .text(let text): message = Array(text.utf8)
      case .bytes(let bytes): message = bytes
      case nil: message = []
      }
      time = .microseconds(stamp)
      return
    }
    message = line
    time = Self.time(String(decoding: line.prefix(40), as: UTF8.self))
  }

  /// The time that a line begins with: `2026-11-24T14:03:22.5Z`, also with a blank for the T, and without a zone, which
  /// is UTC then.
  private static func time(_ text: String) -> Duration? {
    let bytes = Array(text.utf8)
    guard bytes.count >= 19, bytes[4] == 0x2d, bytes[7] == 0x2d, [0x54, 0x20].contains(bytes[10]),
      bytes[13] == 0x3a
    else { return nil }
    let digits = [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19].map { range in
      Int(String(decoding: bytes[range], as: UTF8.self))
    }
    let numbers = digits.compactMap { $0 }
    guard numbers.count == 6, (1...12).contains(numbers[1]), (1...31).contains(numbers[2]) else { return nil }
    var civil = unsafe tm()
    unsafe civil.tm_year = Int32(clamping: numbers[0] - 1900)
    unsafe civil.tm_mon = Int32(clamping: numbers[1] - 1)
    unsafe civil.tm_mday = Int32(clamping: numbers[2])
    unsafe civil.tm_hour = Int32(clamping: numbers[3])
    unsafe civil.tm_min = Int32(clamping: numbers[4])
    unsafe civil.tm_sec = Int32(clamping: numbers[5])
    var time = Duration.seconds(unsafe timegm(&civil))
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }.prefix(6)
      let scale = (0..<(6 - fraction.count)).reduce(1) { scale, _ in scale * 10 }
      time += .microseconds((Int(String(decoding: fraction, as: UTF8.self)) ?? 0) * scale)
      rest = rest.dropFirst().drop { (0x30...0x39).contains($0) }
    }
    let zone = rest.prefix(6)
    guard let sign = zone.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return time }
    let parts = zone.dropFirst().filter { $0 != 0x3a }
    guard parts.count >= 4, let number = Int(String(decoding: parts.prefix(4), as: UTF8.self)) else {
      return time
    }
    let offset = Duration.seconds((number / 100 * 60 + number % 100) * 60)
    return sign == UInt8(ascii: "+") ? time - offset : time + offset
  }
}
