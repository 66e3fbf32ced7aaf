import Supervision
import Testing

@Suite("Figures of all probes")
struct ProbeFiguresTests {
  private static func tracks(adaptive: Bool = false) -> [ProbeTrack] {
    [ProbeKind.readiness, .liveness].map { kind in
      var settings = ProbeSettings(kind: kind, target: .unix(path: "/x"))
      settings.isAdaptive = adaptive
      return ProbeTrack(settings)
    }
  }

  @Test("come after ten seconds, stay for a minute, and are new when a verdict flips")
  func refresh() {
    let tracks = Self.tracks()
    var figures = ProbeFigures(count: 2)
    var texts: [Int: String] = [:]
    for second in 0..<200 {
      let before = figures.text
      let isBad = second == 90 || second == 5
      figures.take(
        second % 2, isBad ? .unhealthy("") : .healthy(""), took: .milliseconds(10),
        at: .seconds(second + 100),
        tracks, isNews: isBad)
      if figures.text != before { texts[second] = figures.text }
    }
    #expect(texts.keys.sorted() == [10, 70, 90, 150])
    // 10 ms is in a class whose middle is 9.9 ms.
    #expect(texts[10] == "probes: 90.9% of 11 in 1min (9.9/9.9/9.9ms)")
    #expect(texts[70] == "probes: 100% of 56 in 1min (9.9/9.9/9.9ms), 98.5% of 71 in 10min (9.9/9.9/9.9ms)")
    #expect(texts[90]?.hasPrefix("probes: 98.") == true)
  }

  @Test("tell the present pace of adaptive probes")
  func pace() {
    var tracks = Self.tracks(adaptive: true)
    for _ in 0..<20 { _ = tracks[0].record(.healthy(""), took: .milliseconds(300)) }
    var figures = ProbeFigures(count: 2)
    figures.take(0, .unhealthy(""), took: .zero, at: .zero, tracks, isNews: true)
    #expect(figures.text.isEmpty)
    figures.take(0, .unhealthy(""), took: .zero, at: .seconds(10), tracks, isNews: true)
    let pace = "every 10s to 20s within \(TimeSpanWords.of(tracks[0].timeout)) to 1s"
    #expect(figures.text == "probes: 0% of 2 in 1min, \(pace)")
  }
}

private enum TimeSpanWords {
  static func of(_ time: Duration) -> String { "\(Int((time / .milliseconds(1)).rounded(.down)))ms" }
}
