import Testing

@testable import Systemd
@testable import SystemdManager

@Suite("Timers and sockets out of their properties")
struct UnitKindTests {
  @Test("a timer's lines, times and switches are read, with directives as files have them")
  func timer() {
    let timer = TimerUnit(
      "backup.timer",
      UnitProperties([
        "Unit": .string("backup.service"), "Result": .string("success"),
        "NextElapseUSecRealtime": .uint64(1_700_000_000_000_000), "NextElapseUSecMonotonic": .uint64(.max),
        "LastTriggerUSec": .uint64(0), "AccuracyUSec": .uint64(60_000_000), "Persistent": .boolean(true),
        "RandomizedDelayUSec": .uint64(5_000_000),
        "TimersCalendar": .array(
          of: "(sst)",
          [.structure([.string("OnCalendar"), .string("*-*-* 00:00:00"), .uint64(1_700_000_000_000_000)])]),
        "TimersMonotonic": .array(
          of: "(stt)",
          [
            .structure([.string("OnBootUSec"), .uint64(900_000_000), .uint64(0)]),
            .structure([.string("OnUnitInactiveUSec"), .uint64(1), .uint64(77)]),
          ]),
      ]))
    #expect(timer.activates == "backup.service")
    #expect(timer.nextRealtime == 1_700_000_000_000_000)
    #expect(timer.nextMonotonic == nil)
    #expect(timer.last == nil)
    #expect(timer.calendars.map(\.expression) == ["*-*-* 00:00:00"])
    #expect(timer.monotonics.map(\.directive) == ["OnBootSec", "OnUnitInactiveSec"])
    #expect(timer.monotonics.map(\.delay) == [900_000_000, 1])
    #expect(timer.monotonics.map(\.next) == [nil, 77])
    #expect((timer.accuracy, timer.randomizedDelay) == (60_000_000, 5_000_000))
    #expect(timer.isPersistent)
    #expect(!timer.wakesSystem)
  }

  @Test(
    "the next run is the earlier one of both clocks",
    arguments: [
      (nil, nil, 1000, nil), (500, nil, 1000, 500), (nil, 7, 1000, 1007), (1010, 7, 1000, 1007),
      (1005, 7, 1000, 1005), (1005, 7, nil, 1005), (nil, 7, nil, nil), (9, .max - 5, 1000, 9),
    ] as [(UInt64?, UInt64?, UInt64?, UInt64?)])
  func next(realtime: UInt64?, monotonic: UInt64?, start: UInt64?, expected: UInt64?) {
    let timer = TimerUnit(
      "a.timer",
      UnitProperties([
        "NextElapseUSecRealtime": .uint64(realtime ?? .max),
        "NextElapseUSecMonotonic": .uint64(monotonic ?? .max),
      ]))
    #expect(timer.next(monotonicStart: start) == expected)
  }

  @Test("a service has begun when systemd has handed over to its program, or does not tell")
  func hasBegun() {
    let name = "ExecMainHandoffTimestampMonotonic"
    #expect(UnitProperties().hasBegun)
    #expect(!UnitProperties([name: .uint64(0)]).hasBegun)
    #expect(UnitProperties([name: .uint64(5)]).hasBegun)
  }

  @Test("values of the wrong type read as nothing")
  func wrongTypes() {
    let wrong = UnitProperties([
      "TimersCalendar": .string("x"), "TimersMonotonic": .array(of: "s", [.string("y")]),
      "Listen": .array(of: "(s)", [.structure([.string("Stream")])]), "Accept": .uint32(1),
      "NConnections": .int32(-1), "Unit": .uint64(3),
    ])
    let timer = TimerUnit("a.timer", wrong)
    #expect(timer.calendars.isEmpty)
    #expect(timer.monotonics.isEmpty)
    #expect(timer.activates == "")
    let socket = SocketUnit("a.socket", wrong)
    #expect(socket.listens.isEmpty)
    #expect(!socket.accepts)
    #expect(socket.connections == 0)
  }

  @Test("a socket's addresses, services and counts are read")
  func socket() {
    let socket = SocketUnit(
      "a.socket",
      UnitProperties([
        "Listen": .array(
          of: "(ss)",
          [
            .structure([.string("Stream"), .string("/run/a")]),
            .structure([.string("Datagram"), .string("[::]:53")]),
          ]),
        "Triggers": .array(of: "s", [.string("a.service")]), "Accept": .boolean(true),
        "NConnections": .uint32(2), "NAccepted": .uint32(9), "NRefused": .uint32(1),
        "Result": .string("success"),
      ]))
    #expect(socket.listens.map(\.kind) == ["Stream", "Datagram"])
    #expect(socket.listens.map(\.address) == ["/run/a", "[::]:53"])
    #expect(socket.activates == ["a.service"])
    #expect(socket.accepts)
    #expect((socket.connections, socket.accepted, socket.refused) == (2, 9, 1))
  }
}
