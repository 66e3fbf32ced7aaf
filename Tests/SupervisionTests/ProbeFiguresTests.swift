import Supervision
import Testing

@Suite("Figures of all probes")
struct ProbeFiguresTests {
  private static func probes(adaptive: Bool = false, ready: Bool = true) -> ProbeSet {
    var probes = ProbeSet(
      [ProbeKind.readiness, .liveness].map { kind in
        var settings = ProbeSettings(kind: kind, target: .unix(path: "/x"))
        settings.isAdaptive = adaptive
        return settings
      })
    _ = ready ? probes.adoptInstance(isReady: true) : probes.instanceStarted()
    return probes
  }

  @Test("come after ten seconds, stay for a minute, and are new when a verdict flips")
  func refresh() {
    let probes = Self.probes()
    var figures = ProbeFigures(count: 2)
    var texts: [Int: String] = [:]
    for second in 0..<200 {
      let before = figures.text
      let isBad = second == 90 || second == 5
      figures.take(
        second % 2, isBad ? .unhealthy("") : .healthy(""), took: .milliseconds(10),
        at: .seconds(second + 100), in: probes, isNews: isBad)
      if figures.text != before { texts[second] = figures.text }
    }
    #expect(texts.keys.sorted() == [10, 70, 90, 150])
    // 10 ms is in a class whose middle is 9.9 ms.
    #expect(texts[10] == "probes: 90.9% of 11 in 1min (9.9/9.9/9.9ms)")
    #expect(texts[70] == "probes: 100% of 56 in 1min (9.9/9.9/9.9ms), 98.5% of 71 in 10min (9.9/9.9/9.9ms)")
    #expect(texts[90]?.hasPrefix("probes: 98.") == true)
  }

  @Test("do not count what an instance that starts has answered")
  func starting() {
    var probes = Self.probes(ready: false)
    var figures = ProbeFigures(count: 2)
    func ask(_ outcome: ProbeOutcome, at second: Int) {
      _ = probes.finished(0, outcome, took: .zero)
      figures.take(0, outcome, took: .zero, at: .seconds(second), in: probes, isNews: false)
    }
    for second in 0..<30 { ask(.unhealthy("refused"), at: second) }
    #expect(figures.text.isEmpty)
    for second in 30..<40 { ask(.healthy(""), at: second) }
    #expect(figures.text.isEmpty)
    ask(.unhealthy("503"), at: 40)
    #expect(figures.text == "probes: 90.9% of 11 in 1min (0.1/0.1/0.1ms)")
  }

  @Test("tell the present pace of adaptive probes")
  func pace() {
    var probes = Self.probes(adaptive: true)
    for _ in 0..<20 { _ = probes.finished(0, .healthy(""), took: .milliseconds(30)) }
    var figures = ProbeFigures(count: 2)
    figures.take(0, .unhealthy(""), took: .zero, at: .zero, in: probes, isNews: true)
    #expect(figures.text.isEmpty)
    figures.take(0, .unhealthy(""), took: .zero, at: .seconds(10), in: probes, isNews: true)
    #expect(figures.text == "probes: 0% of 2 in 1min, every 10s to 20s within 100ms to 1s")
  }
}
