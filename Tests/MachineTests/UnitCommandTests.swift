import Foundation
import Testing

/// `upkeep list`, `status`, `show`, `cat`, `is-...` and `wait` against real units.
@Suite("Commands about units", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct UnitCommandTests {
  private static let escape: Character = "\u{1b}"

  private func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep"] + arguments)
  }

  /// The rows of a JSON list.
  private func rows(_ result: CommandResult) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require(json as? [[String: Any]])
  }

  /// Installs a unit and starts it, which may fail.
  private func start(_ machine: TestMachine, _ unit: String, _ text: String) async throws {
    try await machine.install(unit: unit, text)
    try await machine.systemctl("start", unit)
  }

  @Test("a unit that is named is listed whatever its state, and one that does not exist is an error")
  func named() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(unit: "cmd-asleep.service", "[Service]\nExecStart=/bin/true\n")
    let list = try await upkeep(machine, "list", "cmd-asleep", "cmd-nowhere", "dbus.soc*", "--no-pager")
    #expect(list.status == 4)
    #expect(list.stdout.contains("cmd-asleep.service") && list.stdout.contains("dbus.socket"), "\(list)")
    #expect(list.stderr == "upkeep: cmd-nowhere.service: there is no such unit\n")
    let sorted = try await upkeep(machine, "list", "dbus.socket", "--sort", "restarts")
    #expect(
      sorted.stdout.hasSuffix("Sorted by name: RESTARTS is not known of any of these units.\n"), "\(sorted)")
    let all = try await upkeep(machine, "list", "--all")
    #expect(all.stdout.contains("\nHEALTH, RESTARTS and SINCE stand in tables of at most 40 units;"))
    let chosen = try await upkeep(machine, "list", "--all", "--columns", "since")
    #expect(!chosen.stdout.contains("stand in tables"))
  }

  @Test("a unit that fails is listed, explained and told by exit statuses")
  func failing() async throws {
    let machine = try await TestMachine.shared()
    let hostile = "evil\u{1b}]0;title\u{7}\u{1b}[31m red"
    try await start(
      machine, "cmd-203.service",
      "[Unit]\nDescription=\(hostile)\n[Service]\nExecStart=/nonexistent/program\n")
    let unit = "cmd-203.service"
    try await machine.waitUntil(unit) { $0["ActiveState"] == "failed" }

    let list = try await upkeep(machine, "list", "--failed", "--no-pager")
    #expect(list.succeeded && list.stdout.contains(unit))
    #expect(!list.stdout.contains(Self.escape) && list.stdout.contains("evil\\x1b]0;title\\x07\\x1b[31m red"))

    let row = try #require(try rows(try await upkeep(machine, "list", unit, "-o", "json")).first)
    #expect(row["active"] as? String == "failed" && row["health"] as? String == "failed")
    #expect(row["description"] as? String == hostile && row["restarts"] as? Int == 0)
    #expect((row["since"] as? String)?.hasSuffix("Z") == true)

    let status = try await upkeep(machine, "status", "cmd-203")
    #expect(status.status == 3)
    #expect(status.stdout.contains("status 203 (EXEC): the program could not be executed"))
    #expect(!status.stdout.contains(Self.escape))
    for (verb, code) in [("is-active", 3), ("is-failed", 0), ("is-ready", 3), ("is-enabled", 0)]
      as [(String, Int32)]
    {
      #expect(try await upkeep(machine, verb, "cmd-203").status == code, "\(verb)")
    }
  }

  @Test("what is masked, missing or not started says so")
  func absent() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["ln", "-sf", "/dev/null", "/etc/systemd/system/cmd-masked.service"])
    try await machine.install(
      unit: "cmd-cond.service", "[Unit]\nConditionPathExists=/nope\n[Service]\nExecStart=/bin/true\n")
    // Something has to keep it in memory.
    try await machine.install(
      unit: "cmd-keeps.service", "[Unit]\nWants=cmd-cond.service\n[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()
    try await machine.systemctl("start", "cmd-keeps.service")

    let masked = try await upkeep(machine, "status", "cmd-masked")
    #expect(masked.status == 3 && masked.stdout.contains("'upkeep unmask cmd-masked.service' undoes it"))
    let unmet = try await upkeep(machine, "status", "cmd-cond")
    #expect(
      unmet.status == 3 && unmet.stdout.contains("the condition ConditionPathExists=/nope did not hold"))
    let template = try await upkeep(machine, "status", "cmd-tmpl@")
    #expect(template.status == 2 && template.stderr.contains("is a template; name an instance of it"))
    let missing = try await upkeep(machine, "status", "cmd-nope")
    #expect(missing.status == 4 && missing.stderr == "upkeep: cmd-nope.service: there is no such unit\n")
    #expect(try await upkeep(machine, "is-active", "cmd-nope").status == 4)
    let pattern = try await upkeep(machine, "status", "cmd-nope*")
    #expect(pattern.status == 4 && pattern.stderr == "upkeep: cmd-nope*: no loaded unit matches\n")
    let enabled = try await upkeep(machine, "is-enabled", "cmd-nope", "cmd-masked")
    #expect(enabled.status == 1 && enabled.stdout == "not-found\nmasked\n")
    try await machine.systemctl("stop", "cmd-keeps.service")
  }

  @Test("instances, aliases, odd names and process IDs lead to their unit")
  func names() async throws {
    let machine = try await TestMachine.shared()
    let odd = "cmd\\x2dodd\\x40\\x5b.service"
    try await machine.install(
      unit: "cmd-tmpl@.service", "[Unit]\nDescription=Number %i\n[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.install(unit: odd, "[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.require(["ln", "-sf", odd, "/etc/systemd/system/cmd-alias.service"])
    try await machine.daemonReload()
    try await machine.systemctl("start", "cmd-tmpl@7.service", odd)

    for name in ["a", "b"] { try await machine.install(unit: "cmd-tmpl@.service.d/\(name).conf", "[Unit]\n") }
    try await machine.daemonReload()
    let dropIns = try await upkeep(machine, "status", "cmd-tmpl@7", "-n", "0")
    let folder = "/etc/systemd/system/cmd-tmpl@.service.d"
    #expect(
      dropIns.stdout.contains("   Drop-ins: \(folder)/a.conf\n             \(folder)/b.conf\n"), "\(dropIns)")
    try await machine.require(["rm", "-r", folder])
    try await machine.daemonReload()
    let instance = try await upkeep(machine, "status", "cmd-tmpl@7")
    #expect(instance.succeeded && instance.stdout.contains("cmd-tmpl@7.service - Number 7"))
    let alias = try rows(try await upkeep(machine, "status", "cmd-alias", "-o", "json"))
    #expect(alias.first?["unit"] as? String == odd)
    let process = try #require(alias.first?["main_pid"] as? Int)
    let byProcess = try rows(try await upkeep(machine, "status", "\(process)", "-o", "json"))
    #expect(byProcess.first?["unit"] as? String == odd)
    let listed = try rows(try await upkeep(machine, "list", "cmd*odd*", "-o", "json"))
    #expect(listed.map { $0["unit"] as? String } == [odd])
    let cat = try await upkeep(machine, "cat", "cmd-alias", "cmd-tmpl@7")
    #expect(
      cat.stdout == "# /etc/systemd/system/\(odd)\n[Service]\nExecStart=/bin/sleep infinity\n\n"
        + "# /etc/systemd/system/cmd-tmpl@.service\n[Unit]\nDescription=Number %i\n[Service]\n"
        + "ExecStart=/bin/sleep infinity\n")
    #expect(try await upkeep(machine, "is-ready", "cmd-alias", "cmd-tmpl@7").status == 0)
    try await machine.systemctl("stop", "cmd-tmpl@7.service", odd)
  }

  @Test("log lines cannot steer the terminal, and the last ones are shown")
  func log() async throws {
    let machine = try await TestMachine.shared()
    try await start(
      machine, "cmd-log.service",
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/printf '\\x1b[2Jclear\\nsecond line\\n'\n"
    )
    try await machine.require(["journalctl", "--sync"])
    let status = try await upkeep(machine, "status", "cmd-log")
    #expect(
      status.succeeded && status.stdout.contains("\\x1b[2Jclear") && !status.stdout.contains(Self.escape))
    let json = try rows(try await upkeep(machine, "status", "cmd-log", "-n", "2", "-o", "json"))
    let messages = (json.first?["log"] as? [[String: Any]])?.compactMap { $0["message"] as? String }
    #expect(messages?.count == 2 && messages?.last?.hasPrefix("Finished cmd-log.service") == true)
  }

  @Test(
    "show prints what systemctl prints, line for line",
    arguments: ["dbus.socket", "-.mount", "cmd-show.service"])
  func show(unit: String) async throws {
    let machine = try await TestMachine.shared()
    try await start(
      machine, "cmd-show.service",
      "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'true \"a b\" $$x'\n"
        + "Environment=\"A=b c\" D=e\nSystemCallFilter=~reboot\nRestrictNamespaces=net mnt\nUMask=0077\n"
        + "SuccessExitStatus=7 SIGTERM\nAmbientCapabilities=CAP_CHOWN\nEnvironmentFile=-/nope\nLimitNOFILE=99\n"
    )
    // What goes on counting while it is read.
    let isCounter: (Substring) -> Bool = { line in
      ["CPUUsageNSec=", "Memory", "Tasks", "IP", "IO"].contains { line.hasPrefix($0) }
    }
    func theirLines() async throws -> [Substring] {
      try await machine.require(["systemctl", "show", "--", unit]).stdout.split(separator: "\n")
        .filter { !isCounter($0) }
    }
    // Comparable are two looks between which nothing happened to the unit.
    var (lines, ours): ([Substring], CommandResult)
    repeat {
      lines = try await theirLines()
      ours = try await upkeep(machine, "show", "--", unit)
    } while try await theirLines() != lines
    let shown = Set(ours.stdout.split(separator: "\n"))
    #expect(lines.count > 30)
    for line in lines { #expect(shown.contains(line), "\(unit): \(line)") }

    let values = try await upkeep(machine, "show", "-p", "UMask,Id", "--value", "cmd-show")
    #expect(values.stdout == "0077\ncmd-show.service\n")
    let json = try rows(
      try await upkeep(machine, "show", "cmd-show", "-o", "json", "-p", "UMask", "-p", "Environment"))
    #expect(
      json.first?["UMask"] as? Int == 0o77 && json.first?["Environment"] as? [String] == ["A=b c", "D=e"])
  }

  @Test("health is the word of upkeep-run, and wait sees it change")
  func readiness() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "cmd-ready", on: machine, steps: "",
      policy:
        "ReadinessProbe=exec:/usr/bin/test -e /run/cmd-ready.up\nProbeIntervalSec=200ms\nProbeTimeoutSec=20s\n"
        + "FailureThreshold=1")
    try await service.startLater()
    try await service.status(containing: "waiting for readiness probe")
    let early = try await upkeep(machine, "wait", service.unit, "--for", "ready", "--timeout", "100ms")
    #expect(early.status == 124, "\(early)")
    let state = "\(service.unit) is activating (start), waiting for readiness probe exec:/usr/bin/test"
    #expect(early.stderr.hasPrefix("upkeep: not ready in time: \(state)"), "\(early)")
    #expect(try await upkeep(machine, "is-ready", service.unit).status == 3)

    async let waiting = upkeep(machine, "wait", service.unit, "--for", "ready", "--timeout", "90s")
    try await machine.require(["touch", "/run/cmd-ready.up"])
    #expect(try await waiting.status == 0)
    #expect(try await upkeep(machine, "is-ready", service.unit).stdout == "ready\n")
    let row = try rows(try await upkeep(machine, "list", service.unit, "-o", "json")).first
    #expect(row?["health"] as? String == "ready")

    try await machine.require(["rm", "/run/cmd-ready.up"])
    try await service.status(containing: "not ready")
    let unready = try await upkeep(machine, "is-ready", service.unit)
    #expect(unready.status == 3 && unready.stdout.hasPrefix("not ready"))
    let status = try await upkeep(machine, "status", service.unit)
    #expect(status.succeeded && status.stdout.contains("Health: not ready"))
    async let stopped = upkeep(machine, "wait", service.unit, "--for", "inactive", "--timeout", "90s")
    try await service.stop()
    #expect(try await stopped.status == 0)
  }

  @Test("another program that says ready is not taken for upkeep-run")
  func impostor() async throws {
    let machine = try await TestMachine.shared()
    try await start(
      machine, "cmd-says.service",
      "[Service]\nType=notify\nNotifyAccess=all\n"
        + "ExecStart=/bin/sh -c 'systemd-notify --ready --status=\"not ready: so what\"; sleep infinity'\n")
    try await machine.waitUntil("cmd-says.service") { $0["StatusText"]?.isEmpty == false }
    let row = try rows(try await upkeep(machine, "list", "cmd-says.service", "-o", "json")).first
    #expect(row?["active"] as? String == "active" && row?["health"] is NSNull)
    #expect(try await upkeep(machine, "is-ready", "cmd-says").status == 0)
    try await machine.systemctl("stop", "cmd-says.service")
  }

  @Test("a unit that fails ends the wait for it")
  func waitFails() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "cmd-fails", on: machine, steps: nil, service: "ExecStart=/bin/sh -c '. GATE; exit 3'")
    try await machine.require([
      "sh", "-c", "sed -i s/Type=notify/Type=simple/ /etc/systemd/system/cmd-fails.service",
    ])
    try await service.startLater()
    try await service.waitUntil { $0["ActiveState"] == "active" }
    async let failed = upkeep(machine, "wait", service.unit, "--for", "failed", "--timeout", "90s")
    try await service.open()
    #expect(try await failed.status == 0)
    let missing = try await upkeep(machine, "wait", "cmd-nope", "--timeout", "90s")
    #expect(missing.status == 4)
    // Without a time: what has failed for good is not waited for.
    let before = try await upkeep(machine, "wait", service.unit)
    #expect(before.status == 1, "\(before)")
    #expect(before.stderr == "upkeep: \(service.unit) failed; see 'upkeep status \(service.unit)'\n")
  }

  @Test("a failed unit that will be started again is waited for")
  func waitsForRestart() async throws {
    let machine = try await TestMachine.shared()
    try await start(
      machine, "cmd-loops.service",
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/false\nRestart=always\nRestartSec=1h\n")
    try await machine.waitUntil("cmd-loops.service") { $0["SubState"] == "auto-restart" }
    let restart = try await upkeep(machine, "wait", "cmd-loops", "cmd-nothing*", "--timeout", "300ms")
    #expect(restart.status == 4, "\(restart)")
    let waiting = try await upkeep(machine, "wait", "cmd-loops", "--timeout", "300ms")
    #expect(
      waiting.status == 124
        && waiting.stderr
          == "upkeep: not ready in time: cmd-loops.service is activating (auto-restart)\n",
      "\(waiting)")
    try await machine.systemctl("stop", "cmd-loops.service")

    // A job that waits for another unit is hope too.
    let gate = try await TestService(
      "cmd-gate", on: machine, steps: "wait:GATE notify:READY=1", policy: "ReadinessProbe=notify")
    try await start(machine, "cmd-later.service", "[Service]\nExecStart=/bin/false\n")
    try await machine.waitUntil("cmd-later.service") { $0["ActiveState"] == "failed" }
    try await machine.install(
      unit: "cmd-later.service",
      "[Unit]\nAfter=\(gate.unit)\nWants=\(gate.unit)\n[Service]\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "--no-block", "cmd-later.service"])
    async let later = upkeep(machine, "wait", "cmd-later", "--timeout", "90s")
    try await gate.open()
    #expect(try await later.status == 0)
    try await machine.systemctl("stop", "cmd-later.service", gate.unit)
  }

  @Test("a command line reads the same with and without the quick way")
  func quickLine() async throws {
    let machine = try await TestMachine.shared()
    // Joined short options are left to the full parser.
    let pairs: [([String], [String])] = [
      (["-a", "-q", "--columns", "load,sub"], ["-aq", "--columns", "load,sub"]),
      (
        ["-q", "-l", "-t", "socket,target", "--state=active", "--sort", "name"],
        ["-ql", "-t", "socket,target", "--state=active", "--sort", "name"]
      ),
      (
        ["-q", "-l", "-o", "json", "--columns", "active", "systemd-*"],
        ["-ql", "-o", "json", "--columns", "active", "systemd-*"]
      ),
      (["-q", "-l", "--sockets", "--no-legend"], ["-ql", "--sockets", "--no-legend"]),
    ]
    for (quick, full) in pairs {
      let results = [
        try await machine.runDirectly(["upkeep", "list"] + quick),
        try await machine.runDirectly(["upkeep", "list"] + full),
      ]
      #expect(results[0].succeeded && !results[0].stdout.isEmpty)
      // Between the two looks a second may go by, and make a column wider.
      let texts = results.map {
        $0.stdout.replacing(/[ ]+[0-9]+[a-z]+( [0-9]+[a-z]+)? ago/, with: " ago").replacing(/[ ]+/, with: " ")
      }
      #expect(texts[0] == texts[1])
    }
    for wrong in [
      ["--sort", "size"], ["-t", "daemon"], ["--columns", "x"], ["--timers", "--sockets"], ["--nope"],
    ] {
      let result = try await machine.runDirectly(["upkeep", "list"] + wrong)
      #expect(result.status == 64 && result.stderr.contains("Error:"))
    }
  }

  @Test("a unit that changes all the time can be read")
  func changing() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "cmd-busy.service",
      "[Unit]\nStartLimitIntervalSec=0\n[Service]\nType=oneshot\nExecStart=/bin/true\n")
    let script = """
      (for i in 1 2 3 4 5 6 7 8 9 10 11 12; do systemctl start cmd-busy; done) &
      for i in 1 2 3 4 5 6 7 8; do
        upkeep list --all -o json >/dev/null || exit 1
        upkeep status cmd-busy -n 0 >/dev/null
        case $? in 0 | 3) ;; *) exit 2 ;; esac
        upkeep show cmd-busy >/dev/null || exit 3
      done
      wait
      """
    #expect(try await machine.runDirectly(["bash", "-c", script]).status == 0)
  }
}
