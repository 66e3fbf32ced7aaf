import Testing

@testable import Systemd

@Suite("The unit of a control group")
struct ControlGroupUnitTests {
  @Test(
    "is the first below the slices, and a user's own below that of the user",
    arguments: [
      ("/system.slice/x.service", "x.service", ProcessUnit.Scope.system),
      ("/system.slice/system-x.slice/x@1.service/service/deeper", "x@1.service", .system),
      ("/init.scope", "init.scope", .system),
      ("/system.slice/_cpu.service", "cpu.service", .system),
      ("/user.slice/user-7.slice/session-2.scope", "session-2.scope", .system),
      ("/user.slice/user-7.slice/user@7.service", "user@7.service", .system),
      ("/user.slice/user-7.slice/user@7.service/init.scope", "init.scope", .user),
      ("/user.slice/user-7.slice/user@7.service/app.slice/app-x.slice/x.service/sub", "x.service", .user),
    ])
  func findsUnit(path: String, name: String, scope: ProcessUnit.Scope) {
    #expect(ProcessUnit(controlGroup: path) == ProcessUnit(name: name, scope: scope))
  }

  @Test("is none in other groups", arguments: ["", "/", "/system.slice", "/docker/0123", "/x.mount", "//"])
  func findsNone(path: String) {
    #expect(ProcessUnit(controlGroup: path) == nil)
  }
}
