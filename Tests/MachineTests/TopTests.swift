import Foundation
import Testing

/// `upkeep top` on a real terminal and without one.
@Suite("upkeep top", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct TopTests {
  /// What a terminal is like before: its own screen, lines that wrap, a cursor.
  private static let usualModes: Set<Int> = [7, 25]

  /// A service that writes hostile lines and one that fails.
  private static func prepare(_ machine: TestMachine, _ name: String) async throws {
    try await machine.install(
      unit: "\(name).service",
      """
      [Unit]
      Description=evil \u{1b}[31mred\u{1b}[2J
      [Service]
      ExecStart=/bin/sh -c 'printf "first \\\\033[2J\\\\033]0;title\\\\007 line\\\\n"; exec sleep infinity'
      """)
    try await machine.install(unit: "\(name)-bad.service", "[Service]\nExecStart=/bin/false\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", name])
    try await machine.systemctl("start", "\(name)-bad")
    try await machine.waitUntil("\(name)-bad.service") { $0["ActiveState"] == "failed" }
  }

  private static func top(
    _ arguments: [String], on machine: TestMachine, width: Int = 80, height: Int = 24,
    environment: [String] = ["LANG=C.UTF-8"]
  ) throws -> HostTerminal {
    try HostTerminal(
      [TestMachine.upkeep, "top"] + arguments, on: machine, width: width, height: height,
      environment: environment)
  }

  private static func expectRestored(_ terminal: HostTerminal) async throws {
    try await terminal.waitUntil("the former screen") { $0.modes == usualModes }
    #expect(await terminal.isCooked)
  }

  @Test("shows units, sorts, filters, opens log and status, restarts after a yes, and leaves all as it was")
  func session() async throws {
    let machine = try await TestMachine.shared()
    try await Self.prepare(machine, "top-a")
    let terminal = try Self.top(["top-a*", "-d", "200ms", "-s", "name"], on: machine)
    var rows = try await terminal.wait(for: "top-a-bad.service")
    #expect(rows[0].hasPrefix("upkeep top ") && rows[0].contains("2 units, 1 failed"))
    #expect(rows[1].contains("UNIT▼"))
    #expect(rows[2].hasPrefix(">● top-a-bad.service") && rows[2].contains("failed"))
    #expect(rows[3].hasPrefix(" ● top-a.service") && rows[3].contains("running"))
    #expect(await !terminal.isCooked)

    await terminal.type("n")
    try await terminal.waitUntil("the other order") { $0.rows[2].hasPrefix(">● top-a.service") }
    await terminal.type("/bad\r")
    rows = try await terminal.wait(for: "1 of 2 units with 'bad'")
    #expect(rows[2].hasPrefix(">● top-a-bad.service"))
    await terminal.type("\u{1b}")
    try await terminal.waitUntil("all units") { $0.rows[0].contains(" 2 units") && $0.rows[3] != "" }

    await terminal.type("\r")
    rows = try await terminal.wait(for: "first \\x1b[2J\\x1b]0;title\\x07 line")
    #expect(rows[0] == "Log of top-a.service")
    await terminal.type("s")
    rows = try await terminal.wait(for: "State: ")
    #expect(rows[0] == "Status of top-a.service")
    await terminal.type("q")
    try await terminal.wait(for: "UNIT")

    await terminal.type("/bad\r")
    try await terminal.wait(for: "1 of 2 units")
    await terminal.type("\u{1b}n")
    try await terminal.waitUntil("the first order") { $0.rows[3].contains("top-a.service") }
    await terminal.type("\u{1b}[BR")
    try await terminal.wait(for: "Restart top-a.service? y: yes")
    await terminal.type("n")
    try await terminal.wait(for: "Not restarted.")
    let before = try await machine.show("top-a.service")["InvocationID"]
    await terminal.type("Ry")
    try await terminal.wait(for: "top-a.service restarted")
    #expect(try await machine.show("top-a.service")["InvocationID"] != before)

    await terminal.type("q")
    #expect(await terminal.end() == 0)
    try await Self.expectRestored(terminal)
    let written = await terminal.written
    #expect(try await terminal.waitUntil("anything") { _ in true }.unknown.isEmpty)
    #expect(!String(decoding: written, as: UTF8.self).contains("\u{1b}]"))
    await terminal.kill()
  }

  @Test("follows the log of a unit")
  func following() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "top-f", on: machine, steps: nil,
      service:
        "Type=simple\nExecStart=/bin/sh -c 'echo before; read x <GATE; echo after; exec sleep infinity'")
    try await service.start()
    try await service.line("before")
    let terminal = try Self.top(["top-f"], on: machine)
    try await terminal.wait(for: "top-f.service")
    await terminal.type("l")
    try await terminal.wait(for: "before")
    try await service.open()
    try await terminal.wait(for: "after")
    await terminal.type("qq")
    #expect(await terminal.end() == 0)
    await terminal.kill()
  }

  @Test(
    "puts the terminal back however it ends",
    arguments: [("INT", 130), ("TERM", 143), ("HUP", 129), ("QUIT", 131)])
  func signals(name: String, status: Int32) async throws {
    let machine = try await TestMachine.shared()
    let terminal = try Self.top(["init.scope", "-d", "\(7000 + status)ms"], on: machine)
    try await terminal.wait(for: "init.scope")
    try await machine.require(["pkill", "-\(name)", "-f", "top init.scope -d \(7000 + status)ms"])
    let ended = await terminal.end()
    // What stands between us and a program that dumps core has a status of its own.
    #expect(name == "QUIT" ? ended != 0 : ended == status)
    try await Self.expectRestored(terminal)
    await terminal.kill()
  }

  @Test("stops at Ctrl-Z with the terminal put back, and goes on where it was")
  func stopping() async throws {
    let machine = try await TestMachine.shared()
    let terminal = try Self.top(["init.scope", "-d", "6s"], on: machine)
    try await terminal.wait(for: "init.scope")
    let found = try await machine.require(["pgrep", "-f", "top init.scope -d 6s"]).stdout
    let pid = try #require(found.split(separator: "\n").last.map(String.init))
    try await machine.signal("TSTP", pid)
    try await Self.expectRestored(terminal)
    // It stops only after that, and what comes before does not make it go on.
    try await machine.require(["sh", "-c", "until grep -q 'State:.T' /proc/$0/status; do :; done", pid])
    try await machine.signal("CONT", pid)
    let picture = try await terminal.waitUntil("the screen again") { picture in
      picture.entries == 2 && picture.rows.contains { $0.contains("init.scope") }
    }
    #expect(picture.modes.contains(1049) && !picture.modes.contains(25))
    #expect(await !terminal.isCooked)
    try await machine.signal("TERM", pid)
    try await Self.expectRestored(terminal)
    await terminal.kill()
  }

  @Test(
    "draws for the size that the terminal has, with plain signs where there is no UTF-8, and no colours if unwanted"
  )
  func looks() async throws {
    let machine = try await TestMachine.shared()
    let terminal = try Self.top(
      ["init.scope"], on: machine, environment: ["LANG=C", "NO_COLOR=1"])
    var rows = try await terminal.wait(for: "init.scope")
    #expect(rows[2].hasPrefix(">* init.scope"))
    #expect(!rows[1].contains("CPU TIME"))
    await terminal.resize(width: 200, height: 10)
    rows = try await terminal.wait(for: "CPU TIME")
    #expect(rows[9].hasPrefix("q quit"))
    await terminal.type("\u{3}")
    try await Self.expectRestored(terminal)
    let written = String(decoding: await terminal.written, as: UTF8.self)
    #expect(written.unicodeScalars.allSatisfy { $0.isASCII })
    #expect(!written.contains(/\u{1b}\[[1-9][0-9;]*m/))
    await terminal.kill()
  }

  @Test("goes on when the connection is lost and made again")
  func reconnect() async throws {
    let machine = try await TestMachine.boot(name: "tp\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.install(unit: "top-r.service", "[Service]\nExecStart=/bin/sleep infinity\n")
    let terminal = try Self.top(["-d", "200ms", "top-r*", "-a"], on: machine)
    try await terminal.wait(for: "No unit runs.")
    try await machine.require(["systemctl", "daemon-reexec"])
    try await machine.require(["systemctl", "start", "top-r"])
    try await terminal.wait(for: "top-r.service")
    try await machine.require(["systemctl", "stop", "top-r"])
    try await terminal.wait(for: "No unit runs.")
    await terminal.type("q")
    #expect(await terminal.end() == 0)
    await terminal.kill()
    try await machine.down()
  }

  @Test("without a terminal prints samples, as text and as an object each")
  func batch() async throws {
    let machine = try await TestMachine.shared()
    try await Self.prepare(machine, "top-b")
    let text = try await machine.require([TestMachine.upkeep, "top", "top-b*", "-s", "name"]).stdout
    let lines = text.split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasSuffix("  2 units") && lines[1].hasPrefix("UNIT "))
    #expect(lines[2].hasPrefix("top-b-bad.service failed") && lines[3].hasPrefix("top-b.service     running"))
    let json = try await machine.require([
      TestMachine.upkeep, "top", "top-b", "-o", "json", "-n", "2", "-d", "200ms",
    ]).stdout
    let samples = json.split(separator: "\n")
    #expect(samples.count == 2)
    for sample in samples {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(sample.utf8)) as? [String: Any])
      #expect(object["time"] is String && (object["interval_usec"] as? Int ?? 0) >= 200_000)
      let unit = try #require((object["units"] as? [[String: Any]])?.first)
      #expect(unit["unit"] as? String == "top-b.service" && unit["sub"] as? String == "running")
      #expect((unit["cpu_usec"] as? Int ?? 0) > 0 && unit["cpu_percent"] is Double)
      #expect(unit["restarts"] as? Int == 0 && unit["health"] is NSNull)
    }
  }

  @Test("says in one sentence what is wrong with a command line")
  func wrong() async throws {
    let machine = try await TestMachine.shared()
    for (arguments, status, text) in [
      (["-d", "0"], 64, "--delay is a time from 100ms"), (["-d", "x"], 64, "--delay is a time"),
      (["-n", "0"], 64, "--iterations is at least 1"), (["-t", "sevice"], 64, "is no kind of units"),
      (["a\u{1b}/b"], 2, "a\\x1b/b"), (["top-nobody"], 4, "top-nobody.service: there is no such unit"),
    ] {
      let result = try await machine.runDirectly([TestMachine.upkeep, "top", "-b"] + arguments)
      #expect(result.status == status && result.stderr.contains(text), "\(arguments): \(result)")
      #expect(!result.stderr.contains("\u{1b}"))
    }
  }
}
