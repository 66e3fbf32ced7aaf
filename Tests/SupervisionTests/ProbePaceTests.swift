import Supervision
import TestSupport
import Testing
import UnitFiles

@Suite("Pace of an adaptive probe")
struct ProbePaceTests {
  private static func settings(
    interval: Duration = .seconds(10), timeout: Duration = .seconds(1), failure: Int = 3,
    adaptive: Bool = true
  ) -> ProbeSettings {
    var settings = ProbeSettings(
      kind: .liveness, target: .unix(path: "/x"), interval: interval, timeout: timeout,
      failureThreshold: failure)
    settings.isAdaptive = adaptive
    return settings
  }

  /// A pace after answers: `.` is healthy in `took`, `x` unhealthy, `?` unknown.
  private static func pace(
    _ answers: String, took: Duration = .milliseconds(2), _ settings: ProbeSettings = settings()
  ) -> ProbePace {
    var pace = ProbePace(settings)
    for answer in answers {
      switch answer {
      case ".": pace.take(.healthy(""), took: took)
      case "x": pace.take(.unhealthy(""), took: settings.timeout)
      default: pace.take(.unknown(""), took: .zero)
      }
    }
    return pace
  }

  private static func words(_ pace: ProbePace) -> String {
    "\(TimeSpan.format(pace.interval)) within \(TimeSpan.format(pace.timeout))"
  }

  @Test(
    "is slower after long health and faster after the first doubt, and its time-out follows the answers",
    arguments: [
      ("", "10s within 1s"), (".", "10s within 100ms"), ("..........", "10s within 100ms"),
      ("...........", "11s within 100ms"), ("...............", "15s within 100ms"),
      ("....................", "20s within 100ms"),
      ("........................................", "20s within 100ms"),
      ("x", "2.5s within 1s"), ("....................x", "2.5s within 1s"), ("...x.", "2.5s within 100ms"),
      ("...x..", "2.5s within 100ms"), ("...x...", "10s within 100ms"),
      ("....................x...", "10s within 100ms"),
      ("....................x...........", "11s within 100ms"),
      ("?", "10s within 1s"), ("....................???", "20s within 100ms"), ("x???", "2.5s within 1s"),
    ])
  func paces(answers: String, words: String) {
    #expect(Self.words(Self.pace(answers)) == words)
  }

  @Test(
    "keeps its bounds",
    arguments: [
      // One failure judges: no later and with no less time than written.
      (settings(failure: 1), "10s within 1s", "2.5s within 1s"),
      (settings(failure: 2), "17.5s within 100ms", "2.5s within 1s"),
      (settings(failure: 1_000_000), "20s within 100ms", "2.5s within 1s"),
      (
        settings(interval: .milliseconds(200), timeout: .milliseconds(50)), "400ms within 50ms",
        "100ms within 50ms"
      ),
      (
        settings(interval: .milliseconds(50), timeout: .milliseconds(50)), "50ms within 50ms",
        "50ms within 50ms"
      ),
      // Attempts that take longer than the interval hold each other up: nothing can be won back.
      (settings(interval: .seconds(1), timeout: .seconds(5)), "1s within 100ms", "250ms within 5s"),
      (settings(adaptive: false), "10s within 1s", "10s within 1s"),
    ])
  func bounds(settings: ProbeSettings, well: String, doubtful: String) {
    let health = String(repeating: ".", count: 100)
    #expect(Self.words(Self.pace(health, settings)) == well)
    #expect(Self.words(Self.pace(health + "x", settings)) == doubtful)
  }

  @Test("takes the smoothed round trip and four times its deviation for the time-out, as TCP does")
  func roundTrip() {
    // By hand, after RFC 6298: R=200 gives 200+4*100; then R'=200: var 75; R'=280: srtt 210, var 76.25.
    #expect(Self.pace(".", took: .milliseconds(200)).timeout == .milliseconds(600))
    #expect(Self.pace("..", took: .milliseconds(200)).timeout == .milliseconds(500))
    var pace = Self.pace("..", took: .milliseconds(200))
    pace.take(.healthy(""), took: .milliseconds(280))
    #expect(pace.timeout == .milliseconds(515))
    // Steady answers: the deviation goes to zero, and the bounds hold.
    #expect(
      Self.pace(String(repeating: ".", count: 60), took: .milliseconds(300)).timeout < .milliseconds(302))
    #expect(Self.pace("..", took: .milliseconds(900)).timeout == .seconds(1))
  }

  /// A service that answers in a time each, and from a moment on not at all; how long after it the verdict flips.
  private static func detection(_ settings: ProbeSettings, failing moment: Duration) -> Duration {
    var track = ProbeTrack(settings)
    var now = Duration.zero
    while true {
      let isHealthy = now < moment
      let took = isHealthy ? Duration.milliseconds(5) : track.timeout
      let delay: Duration
      if track.record(isHealthy ? .healthy("") : .unhealthy(""), took: took) { return now + took - moment }
      delay = track.delay(afterAttemptOf: took, beforeFirstReady: false)
      now += took + delay
    }
  }

  @Test("never finds a failure later than the plain one could", arguments: 0..<200 as Range<UInt64>)
  func neverLater(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let interval = Duration.milliseconds(Int.random(in: 50...20_000, using: &random))
    let timeout = Duration.milliseconds(Int.random(in: 10...10_000, using: &random))
    let failure = Int.random(in: 1...6, using: &random)
    let adaptive = Self.settings(interval: interval, timeout: timeout, failure: failure)
    let moment = Duration.milliseconds(Int.random(in: 1...1_000_000, using: &random))
    // The plain one at its worst: the service fails just after it was looked at.
    let worst = interval + max(interval, timeout) * (failure - 1) + timeout
    #expect(Self.detection(adaptive, failing: moment) <= worst, "seed \(seed)")
  }

  @Test(
    "never judges a service whose answers keep within the plain time-out", arguments: 0..<100 as Range<UInt64>
  )
  func neverTooSoon(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let settings = Self.settings(failure: Int.random(in: 1...4, using: &random))
    var track = ProbeTrack(settings)
    for _ in 0..<500 {
      // Quick for long, then slow at once, as under a sudden load.
      let time = Duration.milliseconds(Int.random(in: 0..<10, using: &random) < 8 ? 2 : 999)
      let isInTime = time <= track.timeout
      let flipped = track.record(isInTime ? .healthy("") : .unhealthy(""), took: min(time, track.timeout))
      #expect(!flipped)
    }
    #expect(track.verdict == .healthy)
  }
}
