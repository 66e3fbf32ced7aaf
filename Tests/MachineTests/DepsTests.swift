import Foundation
import Testing

/// `upkeep deps` against real units.
@Suite("Dependencies of units", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct DepsTests {
  private func deps(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep", "deps"] + arguments)
  }

  private func list(_ result: CommandResult) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require(json as? [[String: Any]])
  }

  private func tree(_ result: CommandResult) throws -> [[String: Any]] {
    try #require(try list(result).first?["tree"] as? [[String: Any]])
  }

  @Test("the tree of a target has the units that systemctl lists")
  func likeSystemctl() async throws {
    let machine = try await TestMachine.shared()
    for (own, other) in [([], []), (["--reverse"], ["--reverse"]), (["--after"], ["--after"])]
      as [([String], [String])]
    {
      let unit = own.isEmpty ? "multi-user.target" : "dbus.socket"
      let mine = try await machine.runDirectly(["upkeep", "deps", "--plain", unit] + own)
      let theirs = try await machine.runDirectly(
        ["systemctl", "list-dependencies", "--plain", "--no-pager", unit] + other)
      func names(_ result: CommandResult) -> Set<String> {
        Set(result.stdout.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
      }
      #expect(mine.succeeded && names(mine).count > 2)
      // Dependencies of triggers are ours alone.
      #expect(names(theirs).subtracting(names(mine)).isEmpty, "\(own)")
    }
  }

  @Test("kinds, circles, missing units and a limited depth are drawn")
  func kinds() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "dep-a.service",
      """
      [Unit]
      Requires=dep-b.service
      Wants=dep-b.service dep-gone.service
      BindsTo=dep-c.target
      After=dep-b.service
      [Service]
      ExecStart=/bin/sleep infinity
      """)
    try await machine.install(
      unit: "dep-b.service",
      "[Unit]\nWants=dep-a.service\nPartOf=dep-a.service\n[Service]\nExecStart=/bin/true\n")
    try await machine.install(unit: "dep-c.target", "[Unit]\nWants=dep-b.service\n")
    try await machine.daemonReload()
    let text = try await deps(machine, "dep-a", "--all", "--depth", "2")
    #expect(text.succeeded)
    #expect(text.stdout.contains("requires, wants, consists-of"))
    #expect(text.stdout.contains("not-found"))
    #expect(text.stdout.contains("cycle\n"))
    #expect(text.stdout.contains("more below"))

    let rows = try tree(try await deps(machine, "dep-a", "-ojson"))
    #expect(rows.first?["unit"] as? String == "dep-a.service" && rows.first?["parent"] is NSNull)
    let target = try #require(rows.first { $0["unit"] as? String == "dep-c.target" })
    #expect(target["kinds"] as? [String] == ["binds-to"] && target["active"] as? String == "inactive")
    #expect(rows.contains { $0["parent"] as? String == "dep-c.target" })

    let order = try tree(try await deps(machine, "dep-a", "--kind", "after,conflicts", "-o", "json"))
    #expect(order.contains { $0["unit"] as? String == "dep-b.service" })
    let reverse = try tree(try await deps(machine, "dep-b", "--reverse", "-o", "json"))
    let user = try #require(reverse.first { $0["unit"] as? String == "dep-a.service" })
    #expect(user["kinds"] as? [String] == ["required-by", "wanted-by", "part-of"])
  }

  @Test("the critical path names what a start waited for, long after the boot too")
  func criticalPath() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "path-slow.service",
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sleep 0.4\n")
    try await machine.install(
      unit: "path-app.service",
      """
      [Unit]
      Wants=path-slow.service
      After=path-slow.service
      [Service]
      Type=oneshot
      RemainAfterExit=yes
      ExecStart=/bin/true
      """)
    try await machine.systemctl("start", "path-app.service")
    let report = try #require(
      try list(try await deps(machine, "--critical-path", "path-app", "-o", "json")).first)
    let steps = try #require(report["path"] as? [[String: Any]])
    #expect(
      steps.prefix(2).compactMap { $0["unit"] as? String } == ["path-app.service", "path-slow.service"])
    let took = try #require(steps[1]["took_usec"] as? Int)
    // Not what sleep took: systemd may come to write down the begin only when it is asleep.
    let moments = ["InactiveExitTimestampMonotonic", "ActiveEnterTimestampMonotonic"]
    let values = try await machine.show("path-slow.service", moments)
    let times = moments.compactMap { values[$0].flatMap { Int($0) } }
    try #require(times.count == 2 && times[0] > 0)
    #expect(took == times[1] - times[0])
    #expect(report["longest"] as? String == "path-slow.service" && report["boot"] as? Bool == false)
    let began = try #require(steps[0]["began"] as? String)
    #expect(began.hasSuffix("Z"))

    let text = try await deps(machine, "--critical-path", "path-app")
    #expect(
      text.succeeded && text.stdout.contains("└─path-slow.service")
        || text.stdout.contains("`-path-slow.service"))
    let shown = try #require(text.stdout.firstMatch(of: /\+([^└`\n]+) (?:└─|`-)path-slow\.service/)).1
    #expect(text.stdout.contains("It waited for path-slow.service, which took \(shown).\n"))
    #expect(took >= 1_000_000 || shown == "\(took / 1000)ms")
    #expect(text.stdout.contains("after the boot"))

    // Alone it has nothing to wait for: what comes before it has long been up.
    try await machine.systemctl("start", "path-slow.service")
    try await machine.install(unit: "path-idle.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n")
    let idle = try await deps(machine, "--critical-path", "path-idle")
    #expect(idle.status == 3 && idle.stdout.contains("systemd remembers no start"))
  }

  @Test("the path at boot begins with the same units as systemd-analyze's")
  func boot() async throws {
    let machine = try await TestMachine.shared()
    // Only units before the boot's end count there, so units of other tests do not matter.
    let mine = try await deps(machine, "--critical-path", "--plain", "--no-legend", "-q", "sysinit.target")
    let theirs = try await machine.runDirectly(
      ["systemd-analyze", "critical-chain", "--no-pager", "sysinit.target"])
    try #require(mine.succeeded && theirs.succeeded, "\(theirs.stderr)")
    let own = mine.stdout.split(separator: "\n").compactMap { $0.split(separator: " ").last.map(String.init) }
    let other = theirs.stdout.split(separator: "\n").dropFirst(2).compactMap { line in
      line.split(separator: " ").first { $0.contains(".") }
        .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "└─`-|├ ")) }
    }
    #expect(own.first == "sysinit.target")
    #expect(Array(own.prefix(3)) == Array(other.prefix(3)))
  }

  @Test("what waits for another job says for which")
  func waiting() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "wait-slow.service", "[Service]\nType=notify\nNotifyAccess=all\nExecStart=/bin/sleep infinity\n")
    try await machine.install(
      unit: "wait-app.service",
      "[Unit]\nWants=wait-slow.service\nAfter=wait-slow.service\n[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()
    try await machine.systemctl("start", "--no-block", "wait-app.service")
    try await machine.waitUntil("wait-slow.service") { $0["ActiveState"] == "activating" }
    let result = try await deps(machine, "--critical-path", "wait-app", "-o", "json")
    #expect(result.status == 3)
    let report = try #require(try list(result).first)
    let others = try #require(report["waits_for"] as? [[String: Any]])
    #expect(others.compactMap { $0["unit"] as? String } == ["wait-slow.service"])
    #expect(others.first?["type"] as? String == "start" && others.first?["state"] as? String == "running")
    try await machine.systemctl("stop", "wait-app.service", "wait-slow.service")
  }

  @Test("wrong input is refused with what can be done")
  func wrongInput() async throws {
    let machine = try await TestMachine.shared()
    let missing = try await deps(machine, "no-such-unit")
    #expect(missing.status == 4 && missing.stderr.contains("no-such-unit.service: there is no such unit"))
    #expect(try await deps(machine, "--kind", "likes", "dbus").status == 64)
    #expect(try await deps(machine, "--reverse", "--after", "dbus").status == 64)
    #expect(try await deps(machine, "--depth", "0", "dbus").status == 64)
    #expect(try await deps(machine, "getty@").status == 2)
  }
}
