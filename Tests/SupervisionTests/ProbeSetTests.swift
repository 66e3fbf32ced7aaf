import Supervision
import Testing
import UnitFiles

extension ProbeSet.Step {
  /// The step in two or three words: `attempt 0 1s`, `wait 1 10s`, `unready 503`.
  var words: String {
    switch self {
    case .attempt(let index, let timeout): "attempt \(index) \(TimeSpan.format(timeout))"
    case .wait(let index, let time): "wait \(index) \(TimeSpan.format(time))"
    case .cancel(let index): "cancel \(index)"
    case .record(let event): "record \(event.kind.name)"
    case .listen(let index): "listen \(index)"
    case .started: "started"
    case .ready: "ready"
    case .unready(let reason): "unready \(reason)"
    case .judged(let judgement): "judged \(judgement)"
    }
  }
}

extension ProbeSet.Step {
  var event: ServiceEvent? { if case .record(let event) = self { event } else { nil } }
}

extension ProbeSet {
  // Without the events, which a test of their own looks at.
  fileprivate mutating func ok(_ index: Int, took: Duration = .zero) -> [String] {
    finished(index, .healthy("200"), took: took).filter { $0.event == nil }.map(\.words)
  }

  fileprivate mutating func bad(_ index: Int, _ reason: String = "503") -> [String] {
    finished(index, .unhealthy(reason), took: .zero).filter { $0.event == nil }.map(\.words)
  }

  fileprivate mutating func start() -> [String] { instanceStarted().map(\.words) }
}

@Suite("All probes of a service")
struct ProbeSetTests {
  static func probe(
    _ kind: ProbeKind, _ name: String = "/x", delay: Duration = .zero, success: Int = 1, failure: Int = 3
  ) -> ProbeSettings {
    ProbeSettings(
      kind: kind, target: .unix(path: name), initialDelay: delay, successThreshold: success,
      failureThreshold: failure)
  }

  static let notify = ProbeSettings(kind: .readiness, target: .notify)

  @Test("without a readiness probe a service is ready when it has started")
  func noProbes() {
    var probes = ProbeSet([])
    #expect(probes.start() == ["ready"])
    #expect(probes.missing == "")
    probes = ProbeSet([Self.probe(.liveness)])
    #expect(probes.start() == ["ready", "attempt 0 1s"])
  }

  @Test("a readiness probe makes the service ready, unready and ready again")
  func readiness() {
    var probes = ProbeSet([Self.probe(.readiness)])
    #expect(probes.start() == ["attempt 0 1s"])
    #expect(probes.bad(0, "refused") == ["wait 0 200ms"])
    #expect(probes.missing == "readiness probe unix:/x (refused)")
    #expect(probes.due(0).map(\.words) == ["attempt 0 1s"])
    #expect(probes.ok(0, took: .seconds(1)) == ["ready", "wait 0 9s"])
    #expect(probes.missing == "")
    #expect(probes.bad(0) == ["wait 0 10s"])
    #expect(probes.bad(0) == ["wait 0 10s"])
    #expect(probes.bad(0, "500") == ["unready 500", "wait 0 10s"])
    #expect(probes.bad(0) == ["wait 0 10s"])
    #expect(probes.ok(0) == ["ready", "wait 0 10s"])
  }

  @Test("each flip of a probe's verdict is an event of its own, and nothing between two flips is")
  func flips() {
    var probes = ProbeSet([
      Self.probe(.startup, "/s"), Self.probe(.readiness, "/a"), Self.probe(.readiness, "/b"),
      Self.probe(.liveness, "/l"),
    ])
    _ = probes.start()
    func told(_ index: Int, _ outcome: ProbeOutcome) -> [String] {
      probes.finished(index, outcome, took: .zero).compactMap(\.event).map { "\($0.priority) \($0.message)" }
    }
    #expect(told(0, .unhealthy("refused")) == [])
    #expect(told(0, .healthy("open")) == ["6 Startup probe unix:/s is healthy: open"])
    #expect(told(1, .healthy("200 in 3 ms")) == ["6 Readiness probe unix:/a is healthy: 200 in 3 ms"])
    #expect(told(1, .healthy("200 in 4 ms")) == [])
    #expect(told(2, .unknown("no descriptor")) == [])
    #expect(told(3, .healthy("open")) == [])
    #expect(told(1, .unhealthy("503")) == [] && told(1, .unhealthy("503")) == [])
    #expect(told(1, .unhealthy("504")) == ["4 Readiness probe unix:/a is unhealthy: 504"])
    #expect(told(3, .unhealthy("x")) == [] && told(3, .unhealthy("x")) == [])
    let last = probes.finished(3, .unhealthy("no answer"), took: .zero)
    #expect(
      last.compactMap(\.event).first?.fields == [
        .probeKind: "liveness", .probe: "unix:/l", .verdict: "unhealthy", .reason: "no answer",
      ])
    #expect(last.first?.event != nil && last.last?.words == "judged liveness probe failed: no answer")
  }

  @Test("nothing else is asked until every startup probe has succeeded once, and then they stop")
  func startup() {
    var probes = ProbeSet([
      Self.probe(.startup, "/a"), Self.probe(.startup, "/b"), Self.probe(.readiness, "/c"),
      Self.probe(.liveness, "/d", delay: .seconds(7)),
    ])
    #expect(probes.start() == ["attempt 0 1s", "attempt 1 1s"])
    #expect(probes.missing == "startup probe unix:/a, startup probe unix:/b")
    #expect(probes.ok(2) == [])
    #expect(probes.ok(0) == [])
    #expect(probes.ok(0) == [])
    #expect(probes.due(0) == [])
    #expect(probes.bad(1) == ["wait 1 10s"])
    #expect(probes.ok(1) == ["started", "attempt 2 1s", "wait 3 7s"])
    #expect(probes.bad(0) == [] && probes.bad(1) == [])
    #expect(probes.missing == "readiness probe unix:/c")
    #expect(probes.ok(2) == ["ready", "wait 2 10s"])
  }

  @Test("with startup probes alone the service is ready when they have succeeded")
  func startupAlone() {
    var probes = ProbeSet([Self.probe(.startup)])
    #expect(probes.start() == ["attempt 0 1s"])
    #expect(probes.ok(0) == ["started", "ready"])
  }

  @Test("a startup probe that fails as often as it may ends the instance, and all others rest")
  func startupFailure() {
    var probes = ProbeSet([Self.probe(.startup, "/a", failure: 2), Self.probe(.startup, "/b")])
    _ = probes.start()
    #expect(probes.bad(0) == ["wait 0 10s"])
    #expect(probes.bad(0, "refused") == ["cancel 0", "cancel 1", "judged startup probe failed: refused"])
    #expect(probes.ok(1) == [])
    #expect(probes.start() == ["attempt 0 1s", "attempt 1 1s"])
  }

  @Test("after a liveness failure nothing is asked, and nothing is judged twice, until the next instance")
  func liveness() {
    var probes = ProbeSet([Self.probe(.readiness, "/a"), Self.probe(.liveness, "/b")])
    #expect(probes.start() == ["attempt 0 1s", "attempt 1 1s"])
    _ = probes.ok(0)
    #expect(probes.bad(1) == ["wait 1 10s"] && probes.bad(1) == ["wait 1 10s"])
    #expect(probes.bad(1, "timeout") == ["cancel 0", "cancel 1", "judged liveness probe failed: timeout"])
    #expect(probes.bad(1) == [] && probes.bad(0) == [] && probes.due(1) == [])
    #expect(probes.instanceEnded() == [])
    #expect(probes.start() == ["attempt 0 1s", "attempt 1 1s"])
    // The run of failures begins anew too.
    #expect(probes.bad(1) == ["wait 1 10s"])
  }

  @Test("a liveness probe that recovers in time judges nothing")
  func livenessRecovers() {
    var probes = ProbeSet([Self.probe(.liveness)])
    _ = probes.start()
    for _ in 1...10 {
      #expect(probes.bad(0) == ["wait 0 10s"] && probes.bad(0) == ["wait 0 10s"])
      #expect(probes.ok(0) == ["wait 0 10s"])
    }
  }

  @Test("a probe that cannot be made is asked again and judges nothing", arguments: ProbeKind.allCases)
  func unknown(kind: ProbeKind) {
    var probes = ProbeSet([Self.probe(kind, failure: 1)])
    _ = probes.start()
    for _ in 1...20 {
      let steps = probes.finished(0, .unknown("no curl"), took: .zero).map(\.words)
      #expect(steps == [kind == .readiness ? "wait 0 200ms" : "wait 0 10s"])
    }
    let missing = "\(kind.rawValue) probe unix:/x (the probe could not be made: no curl)"
    #expect(probes.missing == (kind == .liveness ? "" : missing))
  }

  @Test("all probes of a kind have to be healthy")
  func severalProbes() {
    var probes = ProbeSet([
      Self.probe(.readiness, "/a"), Self.probe(.readiness, "/b", failure: 1),
      Self.probe(.readiness, "/c", success: 2, failure: 1),
    ])
    #expect(probes.start().count == 3)
    #expect(probes.ok(0) == ["wait 0 10s"] && probes.ok(1) == ["wait 1 10s"])
    #expect(probes.ok(2) == ["wait 2 200ms"])
    #expect(probes.ok(2) == ["ready", "wait 2 10s"])
    #expect(probes.bad(1, "one") == ["unready one", "wait 1 10s"])
    // Not ready is not ready, however many say so.
    #expect(probes.bad(2, "two") == ["wait 2 10s"])
    #expect(probes.ok(1) == ["wait 1 10s"])
    #expect(probes.ok(2) == ["wait 2 10s"])
    #expect(probes.ok(2) == ["ready", "wait 2 10s"])
  }

  @Test("the service's own READY=1 makes it ready")
  func ownReady() {
    var probes = ProbeSet([Self.notify])
    #expect(probes.start() == [])
    #expect(probes.missing == "the service's own READY=1")
    #expect(probes.childBecameReady() == [.ready])
    #expect(probes.childIsReady && probes.missing == "")
    #expect(probes.childBecameReady() == [])
    #expect(probes.start() == [])
    #expect(!probes.childIsReady)
  }

  @Test("READY=1 and readiness probes both have to agree, in either order", arguments: [true, false])
  func ownReadyAndProbe(notifyFirst: Bool) {
    var probes = ProbeSet([Self.notify, Self.probe(.readiness)])
    #expect(probes.start() == ["attempt 0 1s"])
    if notifyFirst {
      #expect(probes.childBecameReady() == [])
      #expect(probes.ok(0) == ["ready", "wait 0 10s"])
    } else {
      // The probe has done its part: it need not hurry any more.
      #expect(probes.ok(0) == ["wait 0 10s"])
      #expect(probes.childBecameReady() == [.ready])
    }
  }

  @Test("READY=1 that comes before startup has succeeded counts once it has")
  func earlyReady() {
    var probes = ProbeSet([Self.notify, Self.probe(.startup)])
    _ = probes.start()
    #expect(probes.childBecameReady() == [])
    #expect(probes.ok(0) == ["started", "ready"])
  }

  @Test("READY=1 nobody asked for changes nothing")
  func unaskedReady() {
    var probes = ProbeSet([Self.probe(.readiness)])
    _ = probes.start()
    #expect(probes.childBecameReady() == [])
    #expect(probes.missing == "readiness probe unix:/x")
  }

  @Test("each probe waits for its own initial delay")
  func initialDelay() {
    var probes = ProbeSet([Self.probe(.readiness, delay: .seconds(3)), Self.probe(.liveness)])
    #expect(probes.start() == ["wait 0 3s", "attempt 1 1s"])
    #expect(probes.due(0).map(\.words) == ["attempt 0 1s"])
  }

  @Test("what answers after the instance has ended is not heard")
  func staleResults() {
    var probes = ProbeSet([Self.probe(.readiness), Self.probe(.liveness, failure: 1)])
    _ = probes.start()
    #expect(probes.instanceEnded() == [.cancel(0), .cancel(1)])
    #expect(probes.ok(0) == [] && probes.bad(1) == [] && probes.due(0) == [])
    #expect(probes.ok(7) == [])
  }

  @Test("a new instance drops what the old one was asked")
  func restart() {
    var probes = ProbeSet([Self.probe(.readiness)])
    _ = probes.start()
    _ = probes.ok(0)
    #expect(probes.start() == ["cancel 0", "attempt 0 1s"])
    #expect(probes.missing == "readiness probe unix:/x")
    #expect(probes.bad(0) == ["wait 0 200ms"])
  }

  @Test("new probes believe that a ready service is ready until they know better")
  func adoptReady() {
    var probes = ProbeSet([
      Self.probe(.startup, "/a"), Self.notify, Self.probe(.readiness, "/b"), Self.probe(.liveness, "/c"),
    ])
    #expect(probes.adoptInstance(isReady: true).map(\.words) == ["attempt 1 1s", "attempt 2 1s"])
    #expect(probes.missing == "")
    #expect(probes.bad(1) == ["wait 1 10s"] && probes.bad(1) == ["wait 1 10s"])
    #expect(probes.bad(1) == ["unready 503", "wait 1 10s"])
  }

  @Test("new probes of an unready service do not wait for what it will not say again")
  func adoptUnready() {
    var probes = ProbeSet([Self.probe(.startup, "/a"), Self.notify, Self.probe(.readiness, "/b")])
    #expect(probes.adoptInstance(isReady: false).map(\.words) == ["attempt 1 1s"])
    #expect(probes.missing == "readiness probe unix:/b")
    #expect(probes.ok(1) == ["ready", "wait 1 10s"])
  }

  @Test("a service whose new policy has no readiness probe is ready at once")
  func adoptWithoutReadiness() {
    var probes = ProbeSet([Self.probe(.liveness)])
    #expect(probes.adoptInstance(isReady: false).map(\.words) == ["ready", "attempt 0 1s"])
  }
}
