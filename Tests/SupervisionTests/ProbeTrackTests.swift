import Supervision
import Testing

@Suite("One probe")
struct ProbeTrackTests {
  static func track(
    _ kind: ProbeKind, success: Int = 1, failure: Int = 3, isReady: Bool = false
  ) -> ProbeTrack {
    ProbeTrack(
      ProbeSettings(
        kind: kind, target: .unix(path: "/x"), successThreshold: success, failureThreshold: failure),
      isReady: isReady)
  }

  static let beginnings: [(ProbeKind, isReady: Bool, ProbeTrack.Verdict)] = [
    (.startup, false, .unknown), (.readiness, false, .unhealthy), (.liveness, false, .healthy),
    (.startup, true, .healthy), (.readiness, true, .healthy), (.liveness, true, .healthy),
  ]

  @Test("a probe begins as the kubelet's does", arguments: beginnings)
  func beginning(kind: ProbeKind, isReady: Bool, verdict: ProbeTrack.Verdict) {
    let track = Self.track(kind, isReady: isReady)
    #expect(track.verdict == verdict)
    #expect(track.lastOutcome == nil)
    #expect(track.reason == "")
  }

  // h healthy, u unhealthy, ? could not be made; H and U where the verdict flips.
  static let sequences: [(ProbeKind, success: Int, failure: Int, String)] = [
    (.liveness, 1, 3, "hhuuU"), (.liveness, 1, 3, "uuhuuU"), (.liveness, 1, 1, "U"),
    (.liveness, 1, 3, "uu??U?"), (.readiness, 1, 3, "HuuUHhuhuuU"),
    (.readiness, 3, 2, "hhuhhHuUuuhhH"), (.readiness, 2, 1, "h?HUhu"), (.startup, 1, 3, "uuH"),
    (.startup, 1, 3, "uuUu"), (.startup, 1, 30, "u?u?uH"), (.readiness, 1, 1, "HUHUHU"),
  ]

  @Test("a verdict flips only after a run of equal answers", arguments: sequences)
  func runs(kind: ProbeKind, success: Int, failure: Int, run: String) {
    var track = Self.track(kind, success: success, failure: failure)
    for (index, letter) in run.enumerated() {
      let outcome: ProbeOutcome =
        switch letter.lowercased() {
        case "h": .healthy("200")
        case "u": .unhealthy("503")
        default: .unknown("no curl")
        }
      let flips = letter.isUppercase
      #expect(track.record(outcome) == flips, "\(run) at \(index)")
      #expect(track.lastOutcome == outcome)
    }
  }

  @Test("a probe that cannot be made changes nothing", arguments: ProbeKind.allCases)
  func unknown(kind: ProbeKind) {
    var track = Self.track(kind, failure: 1)
    let verdict = track.verdict
    for _ in 1...1000 {
      let flips = track.record(.unknown("no such program"))
      #expect(!flips)
    }
    #expect(track.verdict == verdict)
    #expect(track.reason == "the probe could not be made: no such program")
  }

  static let delays: [(ProbeKind, beforeFirstReady: Bool, took: Duration, Duration)] = [
    (.readiness, true, .milliseconds(50), .milliseconds(150)), (.readiness, true, .seconds(1), .zero),
    (.readiness, false, .seconds(1), .seconds(9)), (.liveness, true, .seconds(1), .seconds(9)),
    (.startup, true, .seconds(1), .seconds(9)), (.liveness, false, .seconds(11), .zero),
  ]

  @Test(
    "the interval runs from attempt to attempt, and is short while a service becomes ready", arguments: delays
  )
  func delay(kind: ProbeKind, beforeFirstReady: Bool, took: Duration, delay: Duration) {
    #expect(Self.track(kind).delay(afterAttemptOf: took, beforeFirstReady: beforeFirstReady) == delay)
  }

  @Test("the start interval is never longer than the interval")
  func shortInterval() {
    let track = ProbeTrack(
      ProbeSettings(
        kind: .readiness, target: .unix(path: "/x"), interval: .milliseconds(50),
        startInterval: .milliseconds(200)))
    #expect(track.delay(afterAttemptOf: .zero, beforeFirstReady: true) == .milliseconds(50))
  }
}
