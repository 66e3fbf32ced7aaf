import Inspection
import Supervision
import Testing

@Suite("The origin of events")
struct EventOriginTests {
  private static let ready = ServiceEvent.Kind.ready

  private static func kind(
    _ program: String?, process: String? = "upkeep-run", id: String? = ready.rawValue, name: String? = "ready"
  ) -> ServiceEvent.Kind? {
    EventOrigin.kind(id: id, name: name, program: program, process: process)
  }

  @Test(
    "is upkeep-run, be it replaced by an update",
    arguments: ["/usr/bin/upkeep-run", "/usr/local/bin/upkeep-run", "/usr/bin/upkeep-run (deleted)"])
  func genuine(program: String) {
    #expect(Self.kind(program) == .ready)
  }

  @Test(
    "is the manager that has not become upkeep-run yet, and nothing else of it",
    arguments: ["/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor"])
  func before(program: String) {
    #expect(Self.kind(program, process: "(upkeep-run)") == .ready)
    #expect(Self.kind(program, process: "(eep-run)") == .ready)
    #expect(Self.kind(program, process: "(python3)") == nil)
    #expect(Self.kind(program, process: "systemd") == nil)
    #expect(Self.kind(program, process: nil) == nil)
  }

  // One that ended before journald looked has no program any more.
  @Test(
    "is nobody else's program, whatever it is called like",
    arguments: [
      "/usr/bin/logger", "/tmp/not-upkeep-run", "upkeep-run", "", "/usr/bin/upkeep", "/usr/bin/x (deleted)",
      nil,
    ])
  func forged(program: String?) {
    #expect(Self.kind(program) == nil)
  }

  @Test("needs the kind's identifier and its name")
  func contradicting() {
    let program = "/usr/bin/upkeep-run"
    #expect(Self.kind(program, name: "ended") == nil)
    #expect(Self.kind(program, name: nil) == nil)
    #expect(Self.kind(program, id: nil) == nil)
    #expect(Self.kind(program, id: "39f53479d3a045ac8e11786248231fbf") == nil)
  }
}
