import Glibc
import Systemd
import SystemdManager
import TestSupport
import Testing

@Suite(
  "Jobs of the service manager", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct JobTests {
  /// Runs `body` with a fake manager and a client of it.
  @LoopActor private func withManager(
    _ body: @LoopActor (FakeJobs, ManagerClient) async throws -> Void
  ) async throws {
    try await BusTests.withBus { daemon in
      let manager = try await FakeJobs(daemon)
      try await body(manager, ManagerClient(bus: try daemon.connect()))
      withExtendedLifetime(manager) {}
    }
  }

  @Test("a job's end is its result, whether it comes before or after the reply", arguments: [false, true])
  @LoopActor func results(early: Bool) async throws {
    try await withManager { manager, client in
      manager.endsBeforeReply = early
      for word in ["done", "failed", "timeout", "canceled", "dependency", "skipped", "something-new"] {
        manager.outcome = word
        let result = try await client.start("app.service")
        #expect(result == JobResult(rawValue: word))
      }
      #expect(manager.calls.filter { $0 == "Subscribe" }.count == 1)
      #expect(manager.calls.last == "StartUnit app.service replace")
    }
  }

  @Test("each verb is its own call, with the mode as its word")
  @LoopActor func verbs() async throws {
    try await withManager { manager, client in
      var results = [try await client.stop("app.service", mode: .fail)]
      results.append(try await client.restart("app.service"))
      results.append(try await client.tryRestart("app.service"))
      results.append(try await client.reload("app.service"))
      results.append(try await client.reloadOrRestart("app.service", mode: .ignoreDependencies))
      let properties: [(String, BusVariant)] = [("Description", .string("x"))]
      results.append(try await client.startTransient("run.service", properties: properties))
      #expect(results == Array(repeating: .done, count: 6))
      #expect(
        manager.calls == [
          "Subscribe", "StopUnit app.service fail", "RestartUnit app.service replace",
          "TryRestartUnit app.service replace", "ReloadUnit app.service replace",
          "ReloadOrRestartUnit app.service ignore-dependencies", "StartTransientUnit run.service fail",
        ])
      #expect(JobResult.skipped.isSuccess && JobResult.done.isSuccess && !JobResult.failed.isSuccess)
    }
  }

  @Test("two that wait for the same kind of job each get their own result")
  @LoopActor func several() async throws {
    try await withManager { manager, client in
      manager.outcome = nil
      try await client.subscribe()
      let waits = (1...2).map { _ in
        EventLoop.main.spawn { try? await client.start("app.service") }
      }
      while manager.calls.count < 3 { await Task.yield() }
      try manager.endJob(2, "failed")
      try manager.endJob(1, "done")
      #expect(Set([await waits[0].value, await waits[1].value]) == [.done, .failed])
    }
  }

  @Test("a refused job is the manager's error, and the next one works")
  @LoopActor func refused() async throws {
    try await withManager { manager, client in
      try await client.subscribe()
      manager.error = "org.freedesktop.systemd1.UnitMasked"
      let error = await #expect(throws: BusError.self) { try await client.start("app.service") }
      #expect(error?.isUnitMasked == true)
      let next = try await client.start("app.service")
      #expect(next == .done)
    }
  }

  @Test("a job that does not end is left after the timeout, at cancellation and when the connection goes")
  @LoopActor func endless() async throws {
    try await withManager { manager, client in
      manager.outcome = nil
      let slow = await #expect(throws: BusError.self) {
        try await client.start("app.service", timeout: .milliseconds(20))
      }
      #expect(slow?.isTimeout == true)
      @LoopActor func wait(then act: () -> Void) async -> BusError? {
        let before = manager.calls.count
        let task = EventLoop.main.spawn { () -> BusError? in
          do throws(BusError) {
            try await client.start("app.service")
            return nil
          } catch {
            return error
          }
        }
        while manager.calls.count == before { await Task.yield() }
        if before > 0 { act() }
        task.cancel()
        return await task.value
      }
      #expect(await wait {}?.isCancelled == true)
      #expect(await wait { client.bus.close() }?.errno == ECONNRESET)
    }
  }

  @Test("a unit's changes come complete, and what changes while it is read is not lost")
  @LoopActor func changes() async throws {
    try await withManager { manager, client in
      var asked = 0
      manager.onGetAll = {
        asked += 1
        // Told before the answer that holds it.
        if asked == 1 { try? manager.change("ActiveState", .string("activating")) }
      }
      let stream = try await client.changes(of: "app.service")
      var states: [ActiveState] = []
      for await properties in stream {
        states.append(properties.activeState)
        #expect(properties.name == "app.service" && properties.restarts == 7)
        if states.last == .active { break }
        try manager.change("ActiveState", .string("active"))
      }
      #expect(states == [.activating, .active])
      #expect(asked == 4)
    }
  }

  @Test("enabling and disabling tell what they changed")
  @LoopActor func unitFiles() async throws {
    try await withManager { manager, client in
      let enabled = try await client.enable(["app.service", "b.service"])
      #expect(enabled.hasInstallSection)
      #expect(
        enabled.changes.map(\.description)
          == ["Created symlink /etc/a.wants/app.service -> /etc/app.service"])
      #expect(
        try await client.disable(["app.service"]).map(\.description) == ["Removed /etc/a.wants/app.service"])
      try await client.daemonReload()
      try await client.resetFailed("app.service")
      #expect(manager.calls == ["EnableUnitFiles app.service b.service", "Reload", "ResetFailedUnit"])
    }
  }
}
