import Inspection
import Supervision
import Testing

@Suite("The origin of events")
struct EventOriginTests {
  private static let ready = [
    "MESSAGE_ID": ServiceEvent.Kind.ready.rawValue, "UPKEEP_EVENT": "ready", "_EXE": "/usr/bin/upkeep-run",
    "_COMM": "upkeep-run", "_UID": "33", "_SYSTEMD_UNIT": "web.service",
  ]

  private static let maintenance = [
    "MESSAGE_ID": ServiceEvent.Kind.maintenanceBegan.rawValue, "UPKEEP_EVENT": "maintenanceBegan",
    "_EXE": "/usr/bin/upkeep", "_COMM": "upkeep", "_UID": "0", "_SYSTEMD_UNIT": "session-1.scope",
    "OBJECT_SYSTEMD_UNIT": "web.service",
  ]

  /// `kind unit` of an entry with changed fields; an empty one is missing.
  private static func event(
    _ fields: [String: String], isUser: Bool = false, _ changes: [String: String] = [:]
  ) -> String? {
    let all = fields.merging(changes) { _, new in new }.filter { !$0.value.isEmpty }
    return EventOrigin.event(isUser: isUser) { all[$0] }.map { "\($0.kind.name) \($0.unit)" }
  }

  @Test(
    "is upkeep-run, be it replaced by an update",
    arguments: ["/usr/bin/upkeep-run", "/usr/local/bin/upkeep-run", "/usr/bin/upkeep-run (deleted)"])
  func genuine(program: String) {
    #expect(Self.event(Self.ready, ["_EXE": program]) == "ready web.service")
  }

  @Test(
    "is the manager that has not become upkeep-run yet, and nothing else of it",
    arguments: ["/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor"])
  func before(program: String) {
    for name in ["(upkeep-run)", "(eep-run)"] {
      #expect(Self.event(Self.ready, ["_EXE": program, "_COMM": name]) == "ready web.service")
    }
    for name in ["(python3)", "systemd", ""] {
      #expect(Self.event(Self.ready, ["_EXE": program, "_COMM": name]) == nil)
    }
  }

  // One that ended before journald looked has no program any more.
  @Test(
    "is nobody else's program, whatever it is called like",
    arguments: [
      "/usr/bin/logger", "/tmp/not-upkeep-run", "upkeep-run", "", "/usr/bin/upkeep", "/usr/bin/x (deleted)",
    ])
  func forged(program: String) {
    #expect(Self.event(Self.ready, ["_EXE": program]) == nil)
  }

  @Test("needs the kind's identifier and its name, and the unit that journald saw")
  func contradicting() {
    #expect(Self.event(Self.ready, ["UPKEEP_EVENT": "ended"]) == nil)
    #expect(Self.event(Self.ready, ["UPKEEP_EVENT": ""]) == nil)
    #expect(Self.event(Self.ready, ["MESSAGE_ID": ""]) == nil)
    #expect(Self.event(Self.ready, ["MESSAGE_ID": "39f53479d3a045ac8e11786248231fbf"]) == nil)
    #expect(Self.event(Self.ready, ["_SYSTEMD_UNIT": "", "OBJECT_SYSTEMD_UNIT": "web.service"]) == nil)
  }

  @Test("is in a user's manager what journald says of that, and then not in the system's")
  func userUnits() {
    let fields = ["_SYSTEMD_UNIT": "user@1000.service", "_SYSTEMD_USER_UNIT": "app.service"]
    #expect(Self.event(Self.ready, isUser: true, fields) == "ready app.service")
    #expect(Self.event(Self.ready, fields) == nil)
    #expect(Self.event(Self.ready, isUser: true) == nil)
  }

  @Test("of a maintenance is also root's command, about the unit that it names")
  func maintenances() {
    #expect(Self.event(Self.maintenance) == "maintenanceBegan web.service")
    #expect(Self.event(Self.maintenance, ["_UID": "1000"]) == nil)
    #expect(Self.event(Self.maintenance, ["_EXE": "/usr/bin/logger"]) == nil)
    #expect(Self.event(Self.maintenance, ["OBJECT_SYSTEMD_UNIT": ""]) == nil)
    let user = ["_UID": "1000", "OBJECT_SYSTEMD_UNIT": "", "OBJECT_SYSTEMD_USER_UNIT": "app.service"]
    #expect(Self.event(Self.maintenance, isUser: true, user) == "maintenanceBegan app.service")
    #expect(Self.event(Self.maintenance, user) == nil)
    // No command tells that a service is ready.
    let ready = Self.ready.merging([
      "_EXE": "/usr/bin/upkeep", "_UID": "0", "OBJECT_SYSTEMD_UNIT": "x.service",
    ]) {
      _, new in new
    }
    #expect(Self.event(ready) == nil)
  }
}
