import TestSupport
import Testing

@testable import UnitFiles

@Suite("TimeSpan")
struct TimeSpanTests {
  /// Each line as `systemd-analyze timespan` of systemd 252 reads it, in microseconds.
  @Test(
    "a time span has systemd's length",
    arguments: [
      ("0", 0), ("90", 90_000_000), ("1.5s", 1_500_000), ("1min 30.5s", 90_500_000), ("1us", 1),
      ("5 3s", 8_000_000),
      (".5s", 500_000), ("1h30m", 5_400_000_000), ("1y 2M 3w", 38_631_600_000_000), ("1.0000001s", 1_000_000),
      ("+5", 5_000_000), ("12.34 .56", 12_900_000), ("1µs", 1), ("1μs", 1), ("1 min 2 s", 62_000_000),
      ("  7  ", 7_000_000), ("1minutes", 60_000_000), ("1month", 2_629_800_000_000), ("1m", 60_000_000),
      ("1msec", 1000), ("1sec1sec", 2_000_000), ("2min 200ms", 120_200_000), ("1.5h", 5_400_000_000),
      ("1d 1hr 1hour", 93_600_000_000), ("1weeks", 604_800_000_000), ("1years", 31_557_600_000_000),
    ] as [(String, Int64)])
  func parse(text: String, microseconds: Int64) throws {
    #expect(try TimeSpan.parse(text) == .microseconds(microseconds))
    if let oracle = Files.output(of: "systemd-analyze timespan", [text]) {
      #expect(oracle.contains("s: \(microseconds)\n"))
    }
  }

  @Test("infinity is no span", arguments: ["infinity", " infinity "])
  func infinity(text: String) throws {
    #expect(try TimeSpan.parse(text) == nil)
  }

  @Test(
    "what systemd does not read is an error at its place",
    arguments: [
      ("", 0), ("  ", 2), ("-1", 0), ("1.s", 2), ("1..5", 2), ("5 x", 2), ("12.34.56", 5), ("3. 1", 2),
      ("1MIN", 2),
      ("18446744073709551615us", 0), ("18446744073709551616", 0), ("584542y", 0),
      ("9223372036854775808us", 0), ("9223372036854775807us 9223372036854775807us 1us", 47), ("1minu", 4),
      ("2 infinity", 2),
      ("infinity 2", 9), ("ten", 0), ("5s -3s", 3), ("1x", 1), ("++1", 0),
    ])
  func reject(text: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try TimeSpan.parse(text) }
    #expect(error?.offset == offset)
    if Files.output(of: "systemd-analyze timespan", ["1s"]) != nil {
      #expect(Files.output(of: "systemd-analyze timespan", [text]) == nil)
    }
  }

  @Test(
    "a span is written in its shortest form",
    arguments: [
      (.zero, "0"), (.seconds(90), "1min 30s"), (.milliseconds(200), "200ms"), (.milliseconds(1500), "1.5s"),
      (.microseconds(7), "7us"), (.microseconds(1_500), "1.5ms"), (.nanoseconds(900), "0"),
      (.seconds(3600), "1h"),
      (.milliseconds(90_050), "1min 30.05s"), (.milliseconds(60_020), "1min 20ms"),
      (.seconds(93_784), "1d 2h 3min 4s"),
      (.seconds(31_557_600 + 2_629_800 + 604_800), "1y 1month 1w"), (.seconds(-5), "-5s"),
      (.milliseconds(-5), "-5ms"),
    ] as [(Duration, String)])
  func format(span: Duration, text: String) {
    #expect(TimeSpan.format(span) == text)
  }

  @Test("a span that is written is read as the same span", arguments: 0..<300)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let microseconds = Int64.random(
      in: 0...(Int64(1) << Int64.random(in: 1...62, using: &generator)), using: &generator)
    let span = Duration.microseconds(microseconds)
    #expect(try TimeSpan.parse(TimeSpan.format(span)) == span)
  }

  @Test("random text is read or refused as systemd does", arguments: 0..<40)
  func fuzz(seed: UInt64) {
    guard Files.output(of: "systemd-analyze timespan", ["1s"]) != nil else {
      return print("systemd-analyze is missing: nothing compared")
    }
    var generator = SeededGenerator(seed: seed)
    let pieces = ["1", "2", "0", ".", " ", "s", "m", "min", "us", "h", "M", "+", "5", "infinity", "d", "y"]
    let text = (0..<Int.random(in: 1...7, using: &generator))
      .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
    let ours: UInt64?
    do { ours = try TimeSpan.microseconds(text, bareUnit: 1_000_000) ?? .max } catch { ours = nil }
    let theirs = Files.output(of: "systemd-analyze timespan", [text])?.split(separator: "\n")
      .compactMap { $0.contains("\u{3bc}s: ") ? UInt64($0.split(separator: " ").last ?? "") : nil }.first
    #expect(ours == theirs, "'\(text)'")
  }
}
