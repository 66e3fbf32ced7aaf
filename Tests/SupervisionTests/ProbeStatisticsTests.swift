import Supervision
import TestSupport
import Testing

@Suite("Figures of a probe")
struct ProbeStatisticsTests {
  @Test("a time is told within a tenth", arguments: 0..<100 as Range<UInt64>)
  func histogram(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    // From 0.1 ms to 100 s, evenly by ratio.
    let times = (0..<Int.random(in: 1...400, using: &random)).map { _ in
      var time = 100.0
      for _ in 0..<Int.random(in: 0...19, using: &random) { time *= 2 }
      return Duration.microseconds(min(time * Double.random(in: 1...2, using: &random), 100_000_000))
    }
    var histogram = LatencyHistogram()
    for time in times { histogram.add(time) }
    let sorted = times.sorted()
    #expect(histogram.total == times.count)
    for part in [0.5, 0.95, 0.99, 1] {
      let exact = sorted[max(Int((Double(sorted.count) * part).rounded(.up)), 1) - 1]
      let told = try #require(histogram.quantile(part))
      #expect(abs(told / exact - 1) < 0.1, "seed \(seed): \(told) for \(exact)")
    }
  }

  @Test("times beyond the classes count as the last of them, and none is none")
  func edges() {
    var histogram = LatencyHistogram()
    #expect(histogram.quantile(0.5) == nil)
    histogram.add(.zero)
    #expect(histogram.quantile(0.5) == .microseconds(100))
    histogram.add(.seconds(100_000))
    #expect(abs((histogram.quantile(1) ?? .zero) / .seconds(100) - 1) < 0.1)
  }

  /// Attempts, successes and the median in milliseconds, of each window.
  private func rows(_ statistics: ProbeStatistics, at now: Int) -> [String] {
    statistics.summaries(at: .seconds(now)).map { summary in
      let median = summary.latencies.quantile(0.5).map { "\(Int(($0 / .milliseconds(1)).rounded()))" } ?? "-"
      return "\(summary.attempts) \(summary.successes) \(median)"
    }
  }

  @Test("each window forgets what is older than it is long")
  func windows() {
    var statistics = ProbeStatistics()
    #expect(rows(statistics, at: 5) == ["0 0 -", "0 0 -", "0 0 -"])
    for second in 0..<60 { statistics.take(.healthy(""), took: .milliseconds(10), at: .seconds(second)) }
    statistics.take(.unhealthy(""), took: .seconds(1), at: .seconds(59))
    statistics.take(.unknown(""), took: .seconds(1), at: .seconds(59))
    #expect(rows(statistics, at: 59) == ["61 60 10", "61 60 10", "61 60 10"])
    #expect(rows(statistics, at: 60) == ["56 55 10", "61 60 10", "61 60 10"])
    #expect(rows(statistics, at: 119) == ["0 0 -", "61 60 10", "61 60 10"])
    #expect(rows(statistics, at: 700) == ["0 0 -", "0 0 -", "61 60 10"])
    #expect(rows(statistics, at: 3900) == ["0 0 -", "0 0 -", "0 0 -"])
    // A ring that has gone round begins anew.
    statistics.take(.healthy(""), took: .milliseconds(20), at: .seconds(3900))
    #expect(rows(statistics, at: 3900) == ["1 1 20", "1 1 20", "1 1 20"])
  }

  @Test(
    "a window reaches back for eleven twelfths of its length at least", arguments: 0..<50 as Range<UInt64>)
  func reach(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var statistics = ProbeStatistics()
    let attempts = (0..<2000).map { _ in Double.random(in: 0...5000, using: &random) }.sorted()
    for time in attempts { statistics.take(.healthy(""), took: .milliseconds(1), at: .seconds(time)) }
    let now = attempts.last ?? 0
    for summary in statistics.summaries(at: .seconds(now)) {
      let length = summary.window / .seconds(1)
      #expect(summary.attempts <= attempts.count { $0 > now - length })
      #expect(summary.attempts >= attempts.count { $0 > now - length * 11 / 12 })
    }
  }
}
