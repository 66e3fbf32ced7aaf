import Foundation
import Testing

/// What would harm other tests: a thousand units, a restarted bus, a manager that executes itself anew.
@Suite("Units of a machine under load", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct ManyUnitsTests {
  @Test("1500 units are listed, all of them")
  func many() async throws {
    let machine = try await TestMachine.boot(name: "many\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.install(unit: "bulk@.target", "[Unit]\nDescription=Bulk %i\n")
    try await machine.require(["bash", "-c", "systemctl start bulk@{1..1500}.target"])
    let text = try await machine.require(["upkeep", "list", "bulk@*", "--no-pager", "--no-legend"])
    #expect(text.stdout.split(separator: "\n").count == 1500)
    let json = try await machine.require([
      "upkeep", "list", "bulk@*", "-o", "json", "--columns", "active,since",
    ])
    let rows = try #require(
      try JSONSerialization.jsonObject(with: Data(json.stdout.utf8)) as? [[String: Any]])
    #expect(rows.count == 1500)
    #expect(rows.allSatisfy { $0["active"] as? String == "active" && $0["since"] is String })
    try await machine.down()
  }

  @Test(
    "a wait goes on over a restart of the bus, a reload and a manager that executes itself anew",
    arguments: ["svc", "root"])
  func lostConnection(user: String) async throws {
    let machine = try await TestMachine.boot(name: "lost\(user)\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.require(["systemctl", "start", "dbus.service"])
    try await machine.install(unit: "late.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    // A unit of its own, for whoever started it otherwise would lose its connection too.
    try await machine.install(
      unit: "waiter.service",
      "[Service]\nType=oneshot\nUser=\(user)\n"
        + "ExecStart=/usr/local/bin/upkeep wait late.service --for active --timeout 150s\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "--no-block", "waiter.service"])
    try await machine.waitUntil("waiter.service") { $0["ActiveState"] == "activating" }
    try await machine.require(["systemctl", "restart", "dbus.service"])
    try await machine.daemonReload()
    try await machine.require(["systemctl", "daemon-reexec"])
    try await machine.require(["systemctl", "restart", "dbus.service"])
    try await machine.require(["systemctl", "start", "late.service"])
    let end = try await machine.waitUntil("waiter.service", within: .seconds(120)) {
      $0["ActiveState"] != "activating"
    }
    #expect(end["Result"] == "success" && end["ExecMainStatus"] == "0", "\(end)")
    try await machine.down()
  }
}
