import TestSupport
import Testing

@testable import UnitFiles

@Suite("Booleans and sizes")
struct ValueTests {
  @Test("systemd's words for yes and no are read in any case")
  func booleans() throws {
    for text in ["1", "yes", "Y", "TRUE", "t", "On"] { #expect(try Boolean.parse(text)) }
    for text in ["0", "no", "N", "False", "f", "OFF"] { #expect(try !Boolean.parse(text)) }
    for text in ["", "2", "ja", "yes ", "truee"] {
      #expect(throws: ValueError.self) { try Boolean.parse(text) }
    }
  }

  @Test(
    "a size is counted to the base 1024",
    arguments: [
      ("0", 0), ("4096", 4096), ("1K", 1024), ("64M", 64 << 20), ("1.5G", 3 << 29),
      ("1G 500M", (1 << 30) + (500 << 20)),
      ("15E", 15 << 60), ("10B", 10), ("1K5", 1029), (" 7 K", 7168), ("0.5K", 512), ("10.M", 10 << 20),
      ("1.1", 1),
      ("18446744073709551615", .max), ("2T", 2 << 40), ("3P", 3 << 50),
      ("15.9999999999999999999E", 18_446_744_073_709_551_604),
    ] as [(String, UInt64)])
  func sizes(text: String, bytes: UInt64) throws {
    #expect(try ByteSize.parse(text) == bytes)
  }

  @Test("infinity is no size")
  func infiniteSize() throws {
    #expect(try ByteSize.parse("infinity") == nil)
  }

  @Test(
    "a size that systemd does not read is an error at its place",
    arguments: [
      ("", 0), ("K", 0), ("-1", 0), ("+1", 0), ("1k", 1), ("1KB", 2), ("16E", 0), ("18446744073709551616", 0),
      ("1M 1G", 4), ("1 1", 3), ("5x", 1), ("15E 1024P", 4), ("Infinity", 0),
    ])
  func badSizes(text: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try ByteSize.parse(text) }
    #expect(error?.offset == offset)
  }

  @Test("any text is read or refused", arguments: 0..<500)
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("0123456789.KMGTPEB +-:infty\u{b5}s".utf8)
    let text = String(decoding: generator.bytes(count: 12, from: alphabet), as: UTF8.self)
    if let size = try? ByteSize.parse(text) {
      #expect(text.contains { $0.isNumber })
      #expect(try ByteSize.parse("\(size)") == size)
    }
    if (try? TimeSpan.parse(text)) != nil { #expect(text.contains { $0.isNumber }) }
    for resource in Resource.allCases { _ = try? ResourceLimit.parse(text, for: resource) }
  }
}
