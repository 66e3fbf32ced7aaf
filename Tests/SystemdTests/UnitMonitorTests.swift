import Glibc
import Systemd
import TestSupport
import Testing

@testable import SystemdManager

@Suite(
  "The picture of all units", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct UnitMonitorTests {
  /// Runs `body` with a fake manager, and a monitor that has its first list.
  @LoopActor private func withMonitor(
    _ body: @LoopActor (PrivateBus, FakeUnits, UnitMonitor) async throws -> Void
  ) async throws {
    try await BusTests.withBus { daemon in
      let manager = try await FakeUnits(daemon)
      manager.put("a.service", .active, "running")
      manager.put("b.service", .inactive, "dead")
      manager.properties["a.service"] = [
        "NRestarts": .uint32(1), "StatusText": .string("ready"), "Result": .string("success"),
        "InvocationID": .array(of: "y", [.byte(1)]),
      ]
      let monitor = UnitMonitor(.system, watching: UnitMonitor.usualProperties) { () throws(BusError) in
        ManagerClient(bus: try daemon.connect())
      }
      try await monitor.connect()
      #expect(await monitor.next() == .connected)
      try await body(daemon, manager, monitor)
      withExtendedLifetime(manager) {}
    }
  }

  /// The next change of a unit; other events are left out.
  @LoopActor private func change(_ monitor: UnitMonitor) async throws -> UnitChange {
    while let event = await monitor.next() {
      if case .unit(let change) = event { return change }
    }
    throw CancellationError()
  }

  @Test("begins with all units and the watched properties of those that are not inactive")
  @LoopActor func first() async throws {
    try await withMonitor { _, manager, monitor in
      #expect(monitor.picture.units.keys.sorted() == ["a.service", "b.service"])
      #expect(monitor.picture.units["a.service"]?.unitDescription == "About a.service")
      #expect(monitor.picture.properties["a.service"]?.restarts == 1)
      #expect(monitor.picture.properties["a.service"]?.statusText == "ready")
      #expect(monitor.picture.properties["b.service"] == nil)
      #expect(manager.calls.filter { $0 == "Get" }.count == 4)
    }
  }

  @Test("tells a change with what was before, both halves of the signal together")
  @LoopActor func changes() async throws {
    try await withMonitor { _, manager, monitor in
      try manager.change("a.service", .failed, "failed", own: ["Result": .string("exit-code")])
      let change = try await change(monitor)
      #expect(change.before?.activeState == .active && change.after?.activeState == .failed)
      #expect(change.previous.result == "success" && change.current.result == "exit-code")
      #expect(change.told["Result"]?.text == "exit-code")
      #expect(change.isStateChange && !change.isLate && !change.isNewRun)
      #expect(monitor.picture.units["a.service"]?.subState == "failed")
    }
  }

  @Test("a unit that comes is told with its state, and goes again")
  @LoopActor func comesAndGoes() async throws {
    try await withMonitor { _, manager, monitor in
      try manager.tellNew("c.service")
      try manager.change("c.service", .activating, "start")
      let first = try await change(monitor)
      #expect(first.name == "c.service" && first.before == nil && first.after?.activeState == .activating)
      try manager.change("c.service", .active, "running")
      #expect(try await change(monitor).after?.subState == "running")
      #expect(monitor.picture.units["c.service"]?.unitDescription == "About c.service")
      try manager.remove("c.service")
      let last = try await change(monitor)
      #expect(last.name == "c.service" && last.after == nil)
      #expect(monitor.picture.units["c.service"] == nil)
    }
  }

  @Test("a unit that comes and never changes is looked at")
  @LoopActor func comesQuietly() async throws {
    try await withMonitor { _, manager, monitor in
      manager.put("c.service", .inactive, "dead")
      try manager.tellNew("c.service")
      let change = try await change(monitor)
      #expect(change.name == "c.service" && change.before == nil && !change.isLate)
      #expect(change.after?.unitDescription == "About c.service")
    }
  }

  @Test("a unit that comes has come when the manager told of it, not when its row was there")
  @LoopActor func moment() async throws {
    try await withMonitor { _, manager, monitor in
      var asked = Duration.zero
      manager.put("c.service", .inactive, "dead")
      manager.onList = { asked = UnitMonitor.now }
      let start = UnitMonitor.now
      try manager.tellNew("c.service")
      let came = try await change(monitor)
      #expect(start < came.noticed && came.noticed < asked)
      try manager.change("c.service", .active, "running")
      #expect(try await change(monitor).noticed > asked)
    }
  }

  @Test("a unit that has done nothing yet is not told twice, and comes with its row")
  @LoopActor func quiet() async throws {
    try await withMonitor { _, manager, monitor in
      var asked = Duration.zero
      manager.onList = { asked = UnitMonitor.now }
      try manager.tellNew("c.service")
      // As for a job that waits for it.
      try manager.change("c.service", .inactive, "dead")
      let came = try await change(monitor)
      #expect(came.before == nil && came.after?.unitDescription == "About c.service")
      #expect(came.noticed < asked)
      try manager.change("c.service", .activating, "start")
      #expect(try await change(monitor).before?.activeState == .inactive)
    }
  }

  @Test("what changes while the list is on its way is seen once, whichever comes first")
  @LoopActor func race() async throws {
    try await withMonitor { _, manager, monitor in
      manager.onList = {
        manager.onList = {}
        // Told before the list that holds it: older than the list.
        try? manager.change("a.service", .reloading, "reload")
        manager.put("a.service", .active, "exited")
      }
      try manager.tell("Reloading", true)
      try manager.tell("Reloading", false)
      #expect(try await change(monitor).after?.subState == "reload")
      let late = try await change(monitor)
      #expect(late.after?.subState == "exited" && late.isLate)
      try manager.change("a.service", .failed, "failed")
      #expect(try await change(monitor).before?.subState == "exited")
    }
  }

  @Test("a reload, in which all units go and come, tells only what is different after it")
  @LoopActor func reload() async throws {
    try await withMonitor { _, manager, monitor in
      try manager.tell("Reloading", true)
      for name in ["a.service", "b.service"] {
        try manager.tell("UnitRemoved", name, UnitSummary.path(of: name))
        try manager.tellNew(name)
      }
      manager.units["b.service"] = nil
      manager.put("d.service", .active, "running")
      try manager.tell("Reloading", false)
      #expect(await monitor.next() == .reloading(true))
      #expect(await monitor.next() == .reloading(false))
      let changes = [try await change(monitor), try await change(monitor)]
      #expect(changes.map(\.name) == ["d.service", "b.service"])
      #expect(changes.map(\.isLate) == [true, true])
      try manager.change("a.service", .failed, "failed")
      #expect(try await change(monitor).name == "a.service")
    }
  }

  @Test("a lost connection is made anew, and what changed meanwhile is told")
  @LoopActor func lost() async throws {
    try await withMonitor { _, manager, monitor in
      monitor.client?.bus.close()
      manager.put("b.service", .active, "running")
      manager.properties["a.service"]?["InvocationID"] = .array(of: "y", [.byte(2)])
      manager.properties["a.service"]?["NRestarts"] = .uint32(2)
      guard case .disconnected? = await monitor.next() else {
        Issue.record("the loss was not told")
        return
      }
      var names: Set<String> = []
      var restarts: [UInt64] = []
      while let event = await monitor.next(), event != .connected {
        guard case .unit(let change) = event else { continue }
        #expect(change.isLate)
        names.insert(change.name)
        if change.name == "a.service" { restarts.append(change.current.restarts) }
      }
      #expect(names == ["a.service", "b.service"])
      #expect(restarts.contains(2))
      try manager.change("a.service", .failed, "failed")
      #expect(try await change(monitor).name == "a.service")
    }
  }

  @Test("a bus that is gone is tried again until the reader has enough")
  @LoopActor func gone() async throws {
    try await withMonitor { daemon, _, monitor in
      await daemon.end()
      guard case .disconnected? = await monitor.next() else {
        Issue.record("the loss was not told")
        return
      }
      let reader = EventLoop.main.spawn { await monitor.next() }
      await Task.yield()
      reader.cancel()
      #expect(await reader.value == nil)
    }
  }

  @Test("events that nobody reads are dropped in the end, and their number is told")
  @LoopActor func slowReader() async {
    let queue = EventQueue(limit: 3)
    for _ in 0..<4 { queue.add(.reloading(true)) }
    #expect(queue.next() == .missed(3))
    #expect(queue.next() == .reloading(true))
    #expect(queue.next() == nil)
  }
}
