import Supervision
import Testing

extension ProbeSet {
  fileprivate mutating func heard(_ index: Int = 0, ago: Double = 0) -> [String] {
    looked(index, .heard(ago: .seconds(ago))).filter { $0.event == nil }.map(\.words)
  }

  fileprivate mutating func silent(_ index: Int = 0, for time: Double) -> [String] {
    looked(index, .silent(for: .seconds(time))).filter { $0.event == nil }.map(\.words)
  }
}

@Suite("Probes that listen to heartbeats")
struct HeartbeatProbeTests {
  private static func probes(_ change: (inout Policy) -> Void) -> ProbeSet {
    ProbeSet(
      Policy.with {
        $0.heartbeat = .seconds(5)
        change(&$0)
      }.probes)
  }

  private static func start(_ probes: inout ProbeSet) -> [String] { probes.instanceStarted().map(\.words) }

  @Test("look again when the next is overdue, and judge at the first that is missed")
  func liveness() {
    var probes = Self.probes { $0.targets[.liveness] = [.heartbeat(.fifo(path: "/x"))] }
    #expect(Self.start(&probes) == ["ready", "listen 0", "wait 0 5s"])
    #expect(probes.heard() == ["wait 0 5s"])
    #expect(probes.heard() == ["wait 0 5s"])
    #expect(probes.due(0).map(\.words) == ["attempt 0 5s"])
    // It came while the timer ran.
    #expect(probes.heard(ago: 1.5) == ["wait 0 3.5s"])
    #expect(probes.heard(ago: 5) == ["cancel 0", "judged no heartbeat for 5s"])
    #expect(probes.heard() == [] && probes.due(0) == [])
  }

  @Test("judge a service that is ready and never sends one")
  func neverBegins() {
    var probes = Self.probes { $0.targets[.liveness] = [.heartbeat(.notify)] }
    #expect(Self.start(&probes) == ["ready", "listen 0", "wait 0 5s"])
    #expect(probes.silent(for: 4) == ["wait 0 1s"])
    #expect(probes.silent(for: 5) == ["cancel 0", "judged no heartbeat for 5s"])
  }

  @Test("owe a service that starts the time from when it is ready, unless it has begun before")
  func beforeReady() {
    var probes = Self.probes {
      $0.targets[.readiness] = [.notify]
      $0.targets[.liveness] = [.heartbeat(.notify)]
    }
    #expect(Self.start(&probes) == ["listen 0", "wait 0 5s"])
    #expect(probes.silent(for: 60) == ["wait 0 5s"])
    #expect(probes.childBecameReady().map(\.words) == ["ready", "listen 0", "wait 0 5s"])
    #expect(probes.silent(for: 5) == ["cancel 0", "judged no heartbeat for 5s"])

    _ = Self.start(&probes)
    #expect(probes.heard() == ["wait 0 5s"])
    // One that was heard is not forgotten.
    var ready = probes
    #expect(ready.childBecameReady().map(\.words) == ["ready"])
    #expect(probes.heard(ago: 6) == ["cancel 0", "judged no heartbeat for 5s"])
  }

  @Test("make a service ready, unready and ready again")
  func readiness() {
    var probes = Self.probes { $0.targets[.readiness] = [.heartbeat(.fifo(path: "/x"))] }
    #expect(Self.start(&probes) == ["listen 0", "wait 0 5s"])
    #expect(probes.missing == "readiness probe heartbeat:fifo:/x")
    #expect(probes.silent(for: 5) == ["wait 0 5s"])
    #expect(probes.missing == "readiness probe heartbeat:fifo:/x (no heartbeat for 5s)")
    #expect(probes.heard() == ["ready", "wait 0 5s"])
    #expect(probes.heard(ago: 5) == ["unready no heartbeat for 5s", "wait 0 5s"])
    #expect(probes.heard() == ["ready", "wait 0 5s"])
  }

  @Test("look for a file's while one is hoped for, and else only when it is overdue")
  func files() {
    var probes = Self.probes {
      $0.targets[.readiness] = [.heartbeat(.file(path: "/x"))]
      $0.targets[.liveness] = [.heartbeat(.file(path: "/y"))]
    }
    #expect(Self.start(&probes) == ["listen 0", "wait 0 200ms", "listen 1", "wait 1 5s"])
    #expect(probes.silent(for: 0.2) == ["wait 0 200ms"])
    #expect(probes.heard(ago: 0.1) == ["ready", "listen 1", "wait 1 5s", "wait 0 4.9s"])
    #expect(probes.heard(ago: 5) == ["unready no heartbeat for 5s", "wait 0 200ms"])
    #expect(probes.heard(1, ago: 2) == ["wait 1 3s"])
  }

  @Test("give a service that starts as many intervals as a startup probe may fail")
  func startup() {
    let policy = Policy.with {
      $0.heartbeat = .seconds(5)
      $0.targets[.startup] = [.heartbeat(.fifo(path: "/x"))]
    }
    #expect(policy.probes.first?.startBudget == .seconds(15))
    var probes = ProbeSet(policy.probes)
    #expect(Self.start(&probes) == ["listen 0", "wait 0 15s"])
    var late = probes
    #expect(probes.heard() == ["started", "ready"])
    #expect(late.silent(for: 15) == ["cancel 0", "judged startup probe failed: no heartbeat for 15s"])
  }

  @Test("begin after the initial delay")
  func initialDelay() throws {
    let delay = try #require(PolicyKey.named("ProbeInitialDelaySec"))
    var policy = Policy.with { $0.heartbeat = .seconds(5) }
    try delay.set("20s", in: &policy)
    var probes = ProbeSet(policy.probes)
    #expect(Self.start(&probes) == ["ready", "wait 0 20s"])
    #expect(probes.due(0).map(\.words) == ["listen 0", "wait 0 5s"])
    #expect(probes.due(0).map(\.words) == ["attempt 0 5s"])
  }

  @Test("wait once more when they themselves did not run")
  func late() {
    var probes = Self.probes { $0.targets[.liveness] = [.heartbeat(.notify)] }
    _ = Self.start(&probes)
    #expect(probes.due(0, late: .seconds(1.2)).map(\.words) == ["attempt 0 5s"])
    #expect(probes.due(0, late: .seconds(1.25)).map(\.words) == ["wait 0 5s"])
    #expect(probes.heard(ago: 11) == ["cancel 0", "judged no heartbeat for 5s"])
    var quick = ProbeSet(Policy.with { $0.heartbeat = .milliseconds(100) }.probes)
    _ = Self.start(&quick)
    #expect(quick.due(0, late: .milliseconds(200)).map(\.words) == ["attempt 0 100ms"])
    // What asks is asked late too.
    var asked = ProbeSet([ProbeSettings(kind: .liveness, target: .unix(path: "/x"))])
    _ = Self.start(&asked)
    #expect(asked.due(0, late: .seconds(3600)).map(\.words) == ["attempt 0 1s"])
  }

  @Test("that cannot listen know nothing, and try again")
  func unknown() {
    var probes = Self.probes { $0.targets[.readiness] = [.heartbeat(.fifo(path: "/x"))] }
    _ = Self.start(&probes)
    #expect(probes.looked(0, .unknown("/x: permission denied")).map(\.words) == ["wait 0 1s"])
    #expect(
      probes.missing
        == "readiness probe heartbeat:fifo:/x (the probe could not be made: /x: permission denied)")
  }

  @Test("listen to WATCHDOG=1 when nobody says where heartbeats come from")
  func implied() {
    let alone = Policy.with { $0.heartbeat = .seconds(5) }
    #expect(alone.probes.map(\.kind) == [.liveness])
    #expect(alone.probes.map(\.target) == [.heartbeat(.notify)])
    #expect(alone.ownHeartbeat == .seconds(5))
    let elsewhere = Policy.with {
      $0.heartbeat = .seconds(5)
      $0.targets[.readiness] = [.heartbeat(.file(path: "/x"))]
    }
    #expect(elsewhere.probes.map(\.target) == [.heartbeat(.file(path: "/x"))])
    #expect(elsewhere.ownHeartbeat == nil)
    let standard = Policy.with { $0.targets[.liveness] = [.heartbeat(.notify)] }
    #expect(standard.probes.map(\.interval) == [.seconds(30)] && standard.ownHeartbeat == .seconds(30))
    #expect(Policy().ownHeartbeat == nil)
  }
}
