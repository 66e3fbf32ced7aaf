import Supervision
import Testing

@Suite("Back-off")
struct BackOffTests {
  static let rows: [(BackOff.Settings, [Duration])] = [
    (BackOff.Settings(), [0, 2, 4, 8, 16, 30, 30, 30].map { .seconds($0) }),
    (.with { $0.first = .seconds(1) }, [1, 2, 4].map { .seconds($0) }),
    (.with { $0.factor = 1 }, [0, 2, 2, 2, 2].map { .seconds($0) }),
    (
      .with {
        $0.delay = .milliseconds(100)
        $0.factor = 1.5
      }, [0, 100, 150, 225].map { .milliseconds($0) }
    ),
    (.with { $0.maximum = .seconds(1) }, [0, 1, 1].map { .seconds($0) }),
    (.with { $0.delay = .zero }, [0, 0, 0].map { .seconds($0) }),
    (.with { $0.factor = 0.5 }, [0, 2, 2, 2].map { .seconds($0) }),
  ]

  @Test("the waits grow by the factor up to the maximum", arguments: rows)
  func waits(settings: BackOff.Settings, waits: [Duration]) {
    var backOff = BackOff(settings)
    let now = ContinuousClock.now
    for (index, wait) in waits.enumerated() {
      #expect(backOff.wait(at: index) == wait)
      #expect(
        backOff.decide(at: now, healthySince: nil, random: 0.5) == .restart(after: wait, attempt: index + 1))
    }
  }

  static let hostile: [(factor: Double, delay: Duration, maximum: Duration, position: Int, wait: Duration)] =
    [
      (2, .seconds(2), .seconds(30), .max, .seconds(30)),
      (100, .seconds(2), .seconds(Int64.max), .max, .seconds(Int64.max)),
      (100, .seconds(1), .seconds(Int64.max), 63, .seconds(Int64.max)),
      (.infinity, .seconds(2), .seconds(30), 3, .seconds(30)),
      (1.05, .seconds(2), .seconds(300), 1000, .seconds(300)),
      (1, .seconds(2), .seconds(300), .max, .seconds(2)),
      (2, .seconds(2), .zero, .max, .zero),
    ]

  @Test("no setting makes a wait overflow or keeps it from its maximum", arguments: hostile)
  func extremes(factor: Double, delay: Duration, maximum: Duration, position: Int, wait: Duration) {
    let backOff = BackOff(
      .with {
        $0.factor = factor
        $0.delay = delay
        $0.maximum = maximum
      })
    #expect(backOff.wait(at: position) == wait)
  }

  @Test("a wait never shrinks along the row", arguments: [1, 1.01, 1.5, 2, 10, 100])
  func monotonic(factor: Double) {
    let backOff = BackOff(.with { $0.factor = factor })
    let waits = (0...200).map { backOff.wait(at: $0) }
    #expect(zip(waits, waits.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(waits.allSatisfy { $0 <= backOff.settings.maximum })
  }

  @Test(
    "jitter moves a wait to either side, by its fraction at most",
    arguments: [(0.0, 1.0), (0.25, 1.5), (0.5, 2.0), (0.75, 2.5), (1.0, 3.0)])
  func jitter(random: Double, seconds: Double) {
    var backOff = BackOff(.with { $0.jitter = 0.5 })
    let now = ContinuousClock.now
    #expect(
      backOff.decide(at: now, healthySince: nil, random: random) == .restart(after: .zero, attempt: 1))
    #expect(
      backOff.decide(at: now, healthySince: nil, random: random)
        == .restart(after: .seconds(seconds), attempt: 2))
  }

  @Test("full jitter may halve nothing below zero")
  func fullJitter() {
    var backOff = BackOff(
      .with {
        $0.jitter = 1
        $0.first = .seconds(1)
      })
    let decision = backOff.decide(at: ContinuousClock.now, healthySince: nil, random: 0)
    #expect(decision == .restart(after: .zero, attempt: 1))
  }

  @Test("the limit counts restarts within its interval, which slides")
  func window() {
    var backOff = BackOff(
      .with {
        $0.limit = 2
        $0.limitInterval = .seconds(60)
      })
    let begin = ContinuousClock.now
    func decide(_ seconds: Int) -> BackOff.Decision {
      backOff.decide(at: begin + .seconds(seconds), healthySince: nil, random: 0.5)
    }
    #expect(decide(0) == .restart(after: .zero, attempt: 1))
    #expect(decide(30) == .restart(after: .seconds(2), attempt: 2))
    #expect(decide(59) == .limitReached(restarts: 2))
    // The first one has left the window; the row of waits goes on.
    #expect(decide(60) == .restart(after: .seconds(4), attempt: 2))
    #expect(decide(61) == .limitReached(restarts: 2))
    #expect(decide(90) == .restart(after: .seconds(8), attempt: 2))
  }

  @Test("an interval of infinity counts for ever")
  func infiniteInterval() {
    var backOff = BackOff(
      .with {
        $0.limit = 1
        $0.limitInterval = nil
      })
    let begin = ContinuousClock.now
    #expect(backOff.decide(at: begin, healthySince: nil, random: 0) == .restart(after: .zero, attempt: 1))
    #expect(
      backOff.decide(at: begin + .seconds(1_000_000_000), healthySince: nil, random: 0)
        == .limitReached(restarts: 1))
  }

  @Test("a limit of 0 is none")
  func noLimit() {
    var backOff = BackOff(.with { $0.limit = 0 })
    let now = ContinuousClock.now
    for attempt in 1...1000 {
      guard case .restart(_, attempt) = backOff.decide(at: now, healthySince: nil, random: 0.5) else {
        Issue.record("no restart at attempt \(attempt)")
        return
      }
    }
  }

  @Test(
    "the row begins anew, and earlier restarts are forgotten, after enough health",
    arguments: [(59_999, false), (60_000, true), (3_600_000, true)])
  func healthyReset(milliseconds: Int, resets: Bool) {
    var backOff = BackOff(.with { $0.limit = 3 })
    let begin = ContinuousClock.now
    for _ in 1...3 { _ = backOff.decide(at: begin, healthySince: nil, random: 0.5) }
    let end = begin + .milliseconds(milliseconds)
    let decision = backOff.decide(at: end, healthySince: begin, random: 0.5)
    #expect(decision == (resets ? .restart(after: .zero, attempt: 1) : .limitReached(restarts: 3)))
  }

  @Test("new settings keep the row")
  func newSettings() {
    var backOff = BackOff(BackOff.Settings())
    let now = ContinuousClock.now
    for _ in 1...3 { _ = backOff.decide(at: now, healthySince: nil, random: 0.5) }
    backOff.settings.maximum = .seconds(5)
    #expect(
      backOff.decide(at: now, healthySince: nil, random: 0.5) == .restart(after: .seconds(5), attempt: 4))
    backOff.settings.limit = 2
    #expect(backOff.decide(at: now, healthySince: nil, random: 0.5) == .limitReached(restarts: 4))
  }
}

extension BackOff.Settings {
  /// The defaults with changes.
  fileprivate static func with(_ change: (inout BackOff.Settings) -> Void) -> BackOff.Settings {
    var settings = BackOff.Settings()
    change(&settings)
    return settings
  }
}
