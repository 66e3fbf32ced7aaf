import TestSupport
import Testing

@testable import Probes

@Suite
struct ProbeTextTests {
  @Test(
    "text from outside becomes one printable line",
    arguments: [
      ("plain", "plain"), ("a\u{1B}[31mb", "a?[31mb"), ("a\nb\r\tc", "a?b??c"),
      ("\u{202E}abc\u{7F}\u{9B}", "?abc??"),
      ("na\u{EF}ve \u{1F600}", "na\u{EF}ve \u{1F600}"), ("a\u{2028}b", "a?b"), ("", ""),
    ])
  func printable(text: String, expected: String) {
    #expect(ProbeText.printable(text) == expected)
  }

  @Test("text is cut off at 200 scalars, even within one character")
  func bounded() {
    #expect(ProbeText.printable(String(repeating: "x", count: 200)).unicodeScalars.count == 200)
    let long = ProbeText.printable("e" + String(repeating: "\u{301}", count: 5000))
    #expect(long.unicodeScalars.count == 200)
    #expect(long.hasSuffix("…"))
  }

  @Test(
    "random bytes never yield a control character or more than 200 scalars",
    arguments: 0..<50 as Range<UInt64>)
  func fuzz(seed: UInt64) {
    var generator = SeededGenerator(seed: seed &+ 1)
    let bytes = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for text in [ProbeText.firstLine(of: bytes), ProbeText.printable(String(decoding: bytes, as: UTF8.self))]
    {
      #expect(text.unicodeScalars.count <= 200)
      #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
  }

  @Test(
    "a time limit is written as systemd does",
    arguments: [
      (Duration.milliseconds(200), "200ms"), (.seconds(1), "1s"), (.milliseconds(1500), "1.5s"),
      (.milliseconds(1050), "1.05s"), (.seconds(60), "1min"), (.seconds(90), "90s"), (.seconds(-1), "0ms"),
    ])
  func limit(duration: Duration, text: String) {
    #expect(ProbeText.limit(duration) == text)
  }
}
