import Testing

@testable import Presentation

@Suite("Presentation")
struct PresentationTests {
  @Test(
    "what could steer a terminal is escaped, all else stands",
    arguments: [
      ("nginx.service", "nginx.service"), ("größe", "größe"), ("a\u{1b}[31mb", "a\\x1b[31mb"),
      ("a\nb\r", "a\\x0ab\\x0d"), ("a\tb", "a b"), ("\u{202e}evil", "\\u{202e}evil"), ("\u{9b}1m", "\\x9b1m"),
      ("\u{7f}", "\\x7f"),
    ])
  func escapes(text: String, shown: String) {
    #expect(DisplayText.escaped(text) == shown)
  }

  @Test("width counts columns", arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("", 0)])
  func width(text: String, columns: Int) {
    #expect(DisplayText.width(text) == columns)
  }

  @Test(
    "a cut text fits", arguments: [("abcdef", 4, "abc…"), ("日本語", 4, "日…"), ("ab", 4, "ab"), ("abc", 1, "…")])
  func cuts(text: String, width: Int, result: String) {
    #expect(DisplayText.cut(text, to: width, ellipsis: "…") == result)
  }

  @Test("a table aligns its columns and ends no line in blanks")
  func table() {
    var table = Table([.init("UNIT", yield: 1), .init("N", isNumber: true), .init("STATE")])
    table.add(["a.service", "7", "active"])
    table.add(["bb.service", "12", ""])
    #expect(table.text() == "UNIT        N STATE\na.service   7 active\nbb.service 12\n")
    #expect(table.text(hasLegend: false) == "a.service   7 active\nbb.service 12\n")
  }

  @Test("a few long names give way before the columns of all rows")
  func fairWidths() {
    var table = Table([
      .init("A", yield: 1, leastWidth: 4, fairWidth: 6), .init("B", yield: 2, leastWidth: 4),
    ])
    table.add(["name", "described"])
    table.add(["a very long name", "described"])
    #expect(table.text(width: 18, hasLegend: false) == "name     described\na ver... described\n")
    #expect(table.text(width: 14, hasLegend: false) == "name   desc...\na v... desc...\n")
  }

  @Test("columns give way where there is no room, in their order and not below their least width")
  func yields() {
    var table = Table([.init("A", yield: 1, leastWidth: 4), .init("B", yield: 2, leastWidth: 4), .init("C")])
    table.add(["aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"])
    #expect(table.text(width: 26, hasLegend: false) == "aaaaaaaaaa b... cccccccccc\n")
    #expect(table.text(width: 22, hasLegend: false) == "aaa... b... cccccccccc\n")
    #expect(table.text(width: 5, hasLegend: false) == "a... b... cccccccccc\n")
  }

  @Test(
    "instants are written in UTC and in a zone",
    arguments: [
      (1_795_527_204_123_456, "2026-11-24T13:33:24.123456Z", "Tue 2026-11-24 14:33:24"),
      (951_782_400_000_000, "2000-02-29T00:00:00.000000Z", "Tue 2000-02-29 01:00:00"),
      (1, "1970-01-01T00:00:00.000001Z", "Thu 1970-01-01 01:00:00"),
      (4_102_444_799_999_999, "2099-12-31T23:59:59.999999Z", "Fri 2100-01-01 00:59:59"),
    ] as [(UInt64, String, String)])
  func instants(microseconds: UInt64, rfc3339: String, text: String) throws {
    let instant = try #require(Timestamp(microseconds: microseconds))
    #expect(instant.rfc3339 == rfc3339)
    #expect(instant.text(offset: 3600) == text)
  }

  @Test("never has no instant", arguments: [0, UInt64.max] as [UInt64])
  func never(microseconds: UInt64) {
    #expect(Timestamp(microseconds: microseconds) == nil)
  }

  @Test(
    "distances have two units at most",
    arguments: [
      (0, "0s"), (59, "59s"), (60, "1min"), (3725, "1h 2min"), (86_400, "1d"), (31_557_603, "1y"),
      (90_061, "1d 1h"), (604_800 + 3600, "1w"),
    ] as [(UInt64, String)])
  func spans(seconds: UInt64, text: String) {
    #expect(Timestamp.span(seconds: seconds) == text)
  }

  @Test(
    "sizes have few digits",
    arguments: [
      (0, "0B"), (1023, "1023B"), (1024, "1.0K"), (1536, "1.5K"), (1_048_575, "1023K"),
      (134_217_728, "128M"), (.max, "15.9E"),
    ] as [(UInt64, String)])
  func sizes(bytes: UInt64, text: String) {
    #expect(ByteCount.text(bytes) == text)
  }
}
