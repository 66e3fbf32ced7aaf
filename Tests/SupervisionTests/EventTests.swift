import Supervision
import Testing

@Suite("Events, ends and heartbeats")
struct EventTests {
  @Test("every kind of event has a MESSAGE_ID of 32 hex digits of its own")
  func messageIDs() {
    let kinds = ServiceEvent.Kind.allCases
    for kind in kinds {
      #expect(kind.rawValue.utf8.count == 32)
      #expect(kind.rawValue.allSatisfy { "0123456789abcdef".contains($0) })
    }
    #expect(Set(kinds.map(\.rawValue)).count == kinds.count)
    #expect(Set(kinds.map(\.name)).count == kinds.count)
  }

  // What is written once into journals, alerts and scripts never changes.
  @Test(
    "the names and identifiers that others match on stay",
    arguments: [
      (ServiceEvent.Kind.started, "started", "c41d5621b46a45639ab003035e04ea30"),
      (.ended, "ended", "581c2c61f1044de7bc786569b4ecc416"),
      (.limitReached, "limitReached", "31c483f8dfd6473aaec7378c8c44399e"),
      (.ready, "ready", "0a913ddc27a94e31baf65a4172f58349"),
    ])
  func stable(kind: ServiceEvent.Kind, name: String, id: String) {
    #expect(kind.name == name)
    #expect(kind.rawValue == id)
  }

  @Test(
    "the end of an instance is recorded with its cause",
    arguments: [
      (.exited(1), [.exitStatus: "1"], 4, "Main process 100 ended: exit 1, after 1min 30s"),
      (.exited(0), [.exitStatus: "0"], 6, "Main process 100 ended: exit 0, after 1min 30s"),
      (
        .crashed, [.exitSignal: "11", .exitSignalName: "SIGSEGV", .coreDumped: "yes"], 4,
        "Main process 100 ended: SIGSEGV (core dumped), after 1min 30s"
      ),
      (
        .killed, [.exitSignal: "9", .exitSignalName: "SIGKILL", .coreDumped: "no"], 4,
        "Main process 100 ended: SIGKILL, after 1min 30s"
      ),
    ] as [(ExitCause, [EventField: String], Int, String)])
  func end(cause: ExitCause, fields: [EventField: String], priority: Int, message: String) {
    var script = Script()
    script.start(ready: true)
    let actions = script.life.handle(.exited(cause), at: script.now + .milliseconds(90_123))
    let events = actions.compactMap { action -> ServiceEvent? in
      if case .record(let event) = action { event } else { nil }
    }
    let expected = [EventField.childPID: "100", .runTime: "90123000"].merging(fields) { one, _ in one }
    #expect(events.first?.kind == .ended)
    #expect(events.first?.fields == expected)
    #expect(events.first?.priority == priority)
    #expect(events.first?.message == message)
  }

  @Test(
    "events have only the fields that their kind is documented with, under names that the journal takes",
    arguments: Situation.allCases)
  func fieldNames(situation: Situation) {
    for stimulus in Stimulus.allCases {
      var script = situation.script
      for case .record(let event) in script.life.handle(stimulus.event, at: script.now) {
        #expect(Set(event.fields.keys).isSubset(of: event.kind.fields), "\(event)")
        for name in event.fields.keys.map(\.rawValue) {
          #expect(name.first?.isLetter == true)
          #expect(name.allSatisfy { $0.isASCII && ($0.isUppercase || $0.isNumber || $0 == "_") })
        }
        #expect((3...6).contains(event.priority))
      }
    }
  }

  @Test(
    "every end has its words and its exit codes",
    arguments: [
      (.ended(.exited(0)), "exit 0", 0, 1), (.ended(.exited(5)), "exit 5", 5, 5),
      (.ended(.killed), "SIGKILL", 137, 137),
      (.judged(.startupFailed("refused")), "startup probe failed: refused", 1, 1),
      (.judged(.watchdogTriggered), "the service reported itself broken (WATCHDOG=trigger)", 1, 1),
      (.judged(.startTimedOut(.seconds(90))), "not ready within 1min 30s", 1, 1),
      (.notStarted(exitCode: 217, reason: "no user x"), "start failure: no user x", 217, 217),
    ] as [(EndReason, String, Int32, Int32)])
  func endReason(reason: EndReason, words: String, code: Int32, failure: Int32) {
    #expect(reason.description == words)
    #expect(reason.exitCode == code)
    #expect(reason.failureCode == failure)
  }

  @Test("heartbeats are expected from the first one on, anew in each instance")
  func heartbeat() {
    var heartbeat = Heartbeat(interval: .seconds(30))
    heartbeat.instanceStarted()
    #expect(!heartbeat.hasBegun)
    #expect(heartbeat.beat() == .seconds(30))
    #expect(heartbeat.hasBegun)
    heartbeat.instanceStarted()
    #expect(!heartbeat.hasBegun)
  }

  @Test("a service may choose the interval of its heartbeats, for its instance alone")
  func heartbeatInterval() {
    var heartbeat = Heartbeat(interval: .seconds(30))
    #expect(heartbeat.change(to: .seconds(5)) == nil)
    #expect(heartbeat.beat() == .seconds(5))
    #expect(heartbeat.change(to: .seconds(7)) == .seconds(7))
    #expect(heartbeat.change(to: .zero) == nil)
    #expect(heartbeat.beat() == nil)
    heartbeat.instanceStarted()
    #expect(heartbeat.interval == .seconds(30))
  }

  @Test("nobody waits for heartbeats that were not asked for")
  func noHeartbeat() {
    var heartbeat = Heartbeat(interval: nil)
    #expect(heartbeat.beat() == nil)
    #expect(heartbeat.change(to: .seconds(3)) == .seconds(3))
  }
}
