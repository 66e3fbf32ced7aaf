import Inspection
import Testing

@Suite("Times for logs")
struct LogTimeTests {
  /// 2026-11-24 13:33:24.5 UTC, a Tuesday.
  private static let now: Int64 = 1_795_527_204_500_000

  /// Two hours ahead of UTC until 2026-10-25 01:00 UTC, one hour from then on, as Berlin is.
  private static let berlin = LogTime(now: now) { $0 < 1_792_890_000 ? 7200 : 3600 }
  private static let utc = LogTime(now: now) { _ in 0 }

  @Test(
    "are read as systemd.time(7) has them",
    arguments: [
      ("now", 1_795_527_204_500_000), ("today", 1_795_478_400_000_000), ("yesterday", 1_795_392_000_000_000),
      ("tomorrow", 1_795_564_800_000_000), ("-1h", 1_795_523_604_500_000), ("+5min", 1_795_527_504_500_000),
      ("- 1h 30min", 1_795_521_804_500_000), ("1 hour ago", 1_795_523_604_500_000),
      ("2 days 3 hours ago", 1_795_343_604_500_000), ("90 ago", 1_795_527_114_500_000),
      ("@1700000000", 1_700_000_000_000_000), ("@1700000000.25", 1_700_000_000_250_000),
      ("2026-11-24", 1_795_478_400_000_000), ("2026-11-24 13:00", 1_795_525_200_000_000),
      ("2026-11-24 13:00:05", 1_795_525_205_000_000), ("Tue 2026-11-24 13:00:05", 1_795_525_205_000_000),
      ("2026-11-24 13:00:05.25", 1_795_525_205_250_000), ("13:00", 1_795_525_200_000_000),
      ("13:00:05", 1_795_525_205_000_000), ("2026-11-24T13:00:00Z", 1_795_525_200_000_000),
      ("2026-11-24T13:00:00.123456Z", 1_795_525_200_123_456),
      ("2026-11-24T13:00:00+02:00", 1_795_518_000_000_000),
      ("2026-11-24 13:00 UTC", 1_795_525_200_000_000), ("2024-02-29", 1_709_164_800_000_000),
      ("1970-01-01", 0), ("-100y", 0),
    ] as [(String, Int64)])
  func forms(text: String, expected: Int64) throws {
    #expect(try Self.utc.microseconds(text) == expected)
  }

  @Test(
    "are local unless they say a zone, on both sides of a change of the clocks",
    arguments: [
      ("today", 1_795_474_800), ("2026-11-24 13:00", 1_795_521_600), ("2026-11-24 13:00 UTC", 1_795_525_200),
      ("2026-07-01 12:00", 1_782_900_000), ("2026-10-25 01:30", 1_792_884_600),
      ("2026-10-25 02:30", 1_792_888_200), ("2026-10-25 03:30", 1_792_895_400), ("14:00", 1_795_525_200),
    ] as [(String, Int64)])
  func local(text: String, expected: Int64) throws {
    #expect(try Self.berlin.microseconds(text) == expected * 1_000_000)
  }

  @Test(
    "are refused with the forms that there are",
    arguments: [
      "", " ", "soon", "ago", "-", "1 hour", "2026-13-01", "2026-02-29", "2026-11-31", "26-11-24", "25:00",
      "12:60", "12:00:61", "2026-11-24 noon", "@", "@x", "@+1", "2026-11-24 13:00 14:00", "-1parsec",
      "1969-12-31", "2026-11-24T13:00:00+99:00", "99999999999999999999 ago", "@99999999999999999999", "+-1h",
      String(repeating: "1", count: 200),
    ])
  func refused(text: String) throws {
    let error = #expect(throws: LogTime.Failure.self) { try Self.utc.microseconds(text) }
    #expect(error?.description.contains("write for example -1h") == true)
  }
}
