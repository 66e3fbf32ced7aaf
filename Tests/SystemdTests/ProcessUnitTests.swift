import Glibc
import Testing

@testable import Systemd

@Suite("The unit of a process")
struct ProcessUnitTests {
  @Test("a process that is gone is in no unit")
  func gone() {
    #expect(ProcessUnit.of(1 << 22) == nil)
  }

  @Test("without a manager this process is in no unit", .enabled(if: !ProcessUnit.isBooted))
  func notBooted() {
    #expect(unsafe access("/run/systemd/system", F_OK) != 0)
  }

  @Test(
    "a service is found in the text of /proc/self/cgroup",
    arguments: [
      ("0::/system.slice/app.service\n", "app.service", ProcessUnit.Scope.system),
      ("9:name=systemd:/\n0::/system.slice/a@b.service/main\n", "a@b.service", .system),
      ("0::/user.slice/user-7.slice/user@7.service/app.slice/x.service\n", "x.service", .user),
      ("0::/machine.slice/c.scope/payload/system.slice/_cpu.service\n", "cpu.service", .system),
      ("3:pids:/system.slice/no.service\n1:name=systemd:/system.slice/app.service\n", "app.service", .system),
    ])
  func groups(text: String, name: String, scope: ProcessUnit.Scope) {
    #expect(ProcessUnit(groups: text) == ProcessUnit(name: name, scope: scope))
  }

  @Test(
    "a process in no service has no unit",
    arguments: ["", "0::/\n", "0::/user.slice/user-7.slice/session-2.scope\n", "3:pids:/a.service\n"])
  func noService(text: String) { #expect(ProcessUnit(groups: text) == nil) }
}
