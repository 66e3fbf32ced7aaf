import Glibc
import TestSupport
import Testing

@testable import Systemd
@testable import SystemdManager

@Suite(
  "Lists and properties of many units", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct UnitListTests {
  @LoopActor private func withClient(
    _ body: @LoopActor (FakeUnits, ManagerClient) async throws -> Void
  ) async throws {
    try await BusTests.withBus { daemon in
      let manager = try await FakeUnits(daemon)
      try await body(manager, ManagerClient(bus: try daemon.connect()))
      withExtendedLifetime(manager) {}
    }
  }

  @Test("a list has every value of every unit")
  @LoopActor func list() async throws {
    try await withClient { manager, client in
      let unit = UnitSummary(
        name: "a@b\\x2dc.service", unitDescription: "\u{1b}[31mred\u{1b}[0m\nline", loadState: "not-found",
        activeState: .activating, subState: "auto-restart", following: "x.device",
        job: .init(id: 7, type: "start"))
      manager.units = ["a": unit]
      let all = try await client.listUnits()
      #expect(all == [unit])
      let others = try await client.listUnits(states: [], patterns: ["b.service"])
      #expect(others.isEmpty)
      manager.units = [:]
      let none = try await client.listUnits()
      #expect(none.isEmpty)
    }
  }

  @Test("one property of one unit is a value of any type, and a missing one an error")
  @LoopActor func property() async throws {
    try await withClient { manager, client in
      manager.properties["a.service"] = ["StatusText": .string("x")]
      let value = try await client.property(.statusText, of: "a.service")
      #expect(value == .string("x"))
      let error = await #expect(throws: BusError.self) {
        try await client.property(.restarts, of: "a.service")
      }
      #expect(error?.name == "org.freedesktop.DBus.Error.UnknownProperty")
    }
  }

  @Test("thousands of properties are read with a bounded number of calls on their way")
  @LoopActor func pipeline() async throws {
    try await withClient { manager, client in
      let names = (0..<3000).map { "unit\($0).service" }
      for (index, name) in names.enumerated() {
        manager.properties[name] = ["NRestarts": .uint32(UInt32(index))]
      }
      manager.properties["unit7.service"] = nil
      let values = try await client.properties({ _ in [.restarts] }, of: names.map(UnitSummary.path))
      #expect(values.count == 3000)
      #expect(values[2999].restarts == 2999)
      #expect(values[7].values.isEmpty && values[8].restarts == 8)
    }
  }

  @Test("a pipeline ends with the connection, with its task and when nothing comes")
  @LoopActor func pipelineEnds() async throws {
    let silent = try SilentSocket()
    let bus = try Bus.connect(to: silent.address)
    @LoopActor func run(_ timeout: Duration = .seconds(25)) async -> BusError? {
      do throws(BusError) {
        try await bus.pipeline(count: 9, width: 4, timeout: timeout) { _ throws(BusError) in
          try bus.makeCall(to: BusTests.driver, "ListNames")
        } _: { (_: Int, reply: consuming Result<BusMessage, BusError>) in
          Issue.record("nobody has answered")
        }
        return nil
      } catch {
        return error
      }
    }
    #expect(await run(.milliseconds(20))?.isTimeout == true)
    let cancelled = EventLoop.main.spawn { await run() }
    await Task.yield()
    cancelled.cancel()
    #expect(await cancelled.value?.isCancelled == true)
    let closed = EventLoop.main.spawn { await run() }
    await Task.yield()
    bus.close()
    let error = await closed.value
    #expect(error?.errno == ECONNRESET || error?.errno == ENOTCONN)
  }

  @Test(
    "a unit's path and its name lead to each other",
    arguments: [
      ("cron.service", "cron_2eservice"), ("a-b_c.service", "a_2db_5fc_2eservice"),
      ("9p.mount", "_39p_2emount"), ("getty@tty1.service", "getty_40tty1_2eservice"),
      ("dev-disk-by\\x2did.device", "dev_2ddisk_2dby_5cx2did_2edevice"),
    ])
  func paths(name: String, label: String) {
    let path = ObjectPath("/org/freedesktop/systemd1/unit/\(label)")
    #expect(UnitSummary.path(of: name) == path)
    #expect(UnitSummary.name(of: path) == name)
  }

  @Test("the folder of a user's manager may have any name")
  func address() {
    #expect(
      ManagerClient.privateAddress(in: "/run/user/0;a=b c")
        == "unix:path=/run/user/0%3ba%3db%20c/systemd/private")
  }

  @Test("what is no unit's path has no name")
  func noPath() {
    for path in ["/", "/org/freedesktop/systemd1/job/1", "/org/freedesktop/systemd1/unit/_"] {
      #expect(UnitSummary.name(of: ObjectPath(path)) == nil)
    }
  }
}
