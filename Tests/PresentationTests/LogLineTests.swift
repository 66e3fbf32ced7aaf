import Presentation
import Testing

@Suite("Lines of logs")
struct LogLineTests {
  private static let colourful = Palette(hasColour: true, hasUnicode: true)

  private static func line(_ message: String, priority: Int? = nil, mark: LogLine.Mark? = nil) -> LogLine {
    LogLine(
      time: "Nov 24 13:33:24", sender: "web[7]", message: Array(message.utf8), priority: priority, mark: mark)
  }

  @Test(
    "are harmless whatever stands in them",
    arguments: [
      ("plain", "Nov 24 13:33:24 web[7]: plain\n"),
      ("one\ntwo\n\n", "Nov 24 13:33:24 web[7]: one\n                        two\n"),
      ("", "Nov 24 13:33:24 web[7]: \n"),
      ("\u{1b}]0;owned\u{7}", "Nov 24 13:33:24 web[7]: \\x1b]0;owned\\x07\n"),
      ("a\rb\tc", "Nov 24 13:33:24 web[7]: a\\x0db c\n"),
      ("\u{202e}gpj", "Nov 24 13:33:24 web[7]: \\u{202e}gpj\n"),
    ])
  func harmless(message: String, expected: String) {
    #expect(Self.line(message).text(.plain) == expected)
  }

  @Test("show U+FFFD for bytes that are no text, and escape the sender's name too")
  func noText() {
    let line = LogLine(time: "t", sender: "\u{1b}c[1]", message: [0x61, 0xff, 0x62])
    #expect(line.text(.plain) == "t \\x1bc[1]: a\u{fffd}b\n")
  }

  @Test(
    "have the colour of their priority",
    arguments: [
      (0, "31"), (3, "31"), (4, "33"), (5, "1"), (6, nil), (7, "2"), (nil, nil),
    ] as [(Int?, String?)])
  func colours(priority: Int?, code: String?) {
    let expected = code.map { "\u{1b}[\($0)mhello\u{1b}[0m" } ?? "hello"
    #expect(
      Self.line("hello", priority: priority).text(Self.colourful) == "Nov 24 13:33:24 web[7]: \(expected)\n")
  }

  @Test("that are marks name the unit and what happened, on one line")
  func marks() {
    let mark = LogLine.Mark(unit: "web\u{1b}.service", word: "ready", style: .good, glyph: .tick)
    let line = Self.line("Ready\nafter 2s", mark: mark)
    #expect(line.text(.plain) == "Nov 24 13:33:24 --+ web\\x1b.service ready -- Ready after 2s\n")
    let told = Self.line(
      "a.service: Failed.", mark: LogLine.Mark(unit: "a.service", word: "failed", style: .bad, glyph: .cross))
    #expect(told.text(.plain) == "Nov 24 13:33:24 --x a.service failed -- Failed.\n")
    #expect(
      line.text(Self.colourful)
        == "Nov 24 13:33:24 \u{1b}[32m──✓ web\\x1b.service ready ──\u{1b}[0m Ready after 2s\n")
  }

  @Test("have times as syslog writes them, in any zone")
  func times() throws {
    let time = try #require(Timestamp(microseconds: 1_795_527_204_500_000))
    #expect(time.syslog(offset: 0) == "Nov 24 13:33:24")
    #expect(time.syslog(offset: 12 * 3600) == "Nov 25 01:33:24")
    #expect(try #require(Timestamp(microseconds: 1)).syslog(offset: -3600) == "Dec 31 23:00:00")
  }
}
