import Foundation
import Testing

@Suite("Hardening a service", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct HardenTests {
  /// A unit around `needy`, started.
  private func start(
    _ name: String, _ port: Int, _ needs: String, service: String = "", isStarted: Bool = true
  ) async throws -> (TestMachine, String) {
    let machine = try await TestMachine.shared()
    let unit = "harden-\(name).service"
    try await machine.install(
      unit: unit,
      """
      [Service]
      Type=notify
      ExecStart=\(TestMachine.programs)/needy \(port) \(needs)
      \(service)
      """)
    try await machine.require(["mkdir", "-p", "/opt/\(name)"])
    try await machine.require(["systemctl", isStarted ? "start" : "stop", unit])
    return (machine, unit)
  }

  /// Whether the unit is as it was: up, answering, without anything of ours.
  private func isBack(_ unit: String, _ port: Int, on machine: TestMachine) async throws {
    #expect(try await machine.show(unit)["ActiveState"] == "active")
    #expect(try await answers(port, on: machine))
    #expect(try await machine.leftovers(of: unit) == "")
  }

  private func answers(_ port: Int, on machine: TestMachine) async throws -> Bool {
    try await machine.runDirectly(["bash", "-c", "read -r word </dev/tcp/127.0.0.1/\(port); test $word = ok"])
      .succeeded
  }

  /// A kind of service, and what it cannot bear: the strict line, and what it becomes.
  struct Kind: Sendable, CustomTestStringConvertible {
    let name: String
    let port: Int
    let needs: String
    let gaveWay: [String: [String]]

    var testDescription: String { name }
  }

  private static let kinds = [
    Kind(name: "modest", port: 18601, needs: "", gaveWay: [:]),
    Kind(
      name: "netlink", port: 18602, needs: "netlink",
      gaveWay: [
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX": [
          "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK"
        ]
      ]),
    Kind(
      name: "writer", port: 18603, needs: "write:/opt/writer",
      gaveWay: ["ProtectSystem=strict": ["ProtectSystem=strict", "ReadWritePaths=/opt/writer"]]),
    Kind(name: "memory", port: 18604, needs: "meminfo", gaveWay: ["ProcSubset=pid": []]),
    Kind(name: "compiler", port: 18605, needs: "jit", gaveWay: ["MemoryDenyWriteExecute=yes": []]),
    Kind(
      name: "silent", port: 18606, needs: "silent-nice",
      gaveWay: [
        "SystemCallFilter=~@resources": [
          "SystemCallFilter=~@resources",
          "SystemCallFilter=sched_setaffinity setpriority setrlimit prlimit64",
        ]
      ]),
    Kind(
      name: "low", port: 601, needs: "",
      gaveWay: [
        "CapabilityBoundingSet=": ["CapabilityBoundingSet=CAP_NET_BIND_SERVICE"], "PrivateUsers=yes": [],
      ]),
    // Up all the time; only what it says tells.
    Kind(
      name: "late", port: 18607, needs: "late:/opt/late/log",
      gaveWay: ["ProtectSystem=strict": ["ProtectSystem=strict", "ReadWritePaths=/opt/late"]]),
    Kind(
      name: "greedy", port: 18608, needs: "netlink meminfo jit",
      gaveWay: [
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX": [
          "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK"
        ], "ProcSubset=pid": [], "MemoryDenyWriteExecute=yes": [],
      ]),
  ]

  @Test("exactly what the service cannot bear gives way, and the unit is back as it was", arguments: kinds)
  func gaveWay(_ kind: Kind) async throws {
    let (machine, unit) = try await start(kind.name, kind.port, kind.needs)
    let result = try await machine.harden(unit)
    #expect(result.gaveWay == kind.gaveWay)
    #expect(result.isMinimal && !result.isApplied)
    #expect(result.exposureAfter < 3 && result.exposureBefore > 9)
    #expect(result.trials <= 20)
    try await isBack(unit, kind.port, on: machine)
    // Each strict line, put back into the result, is one too many.
    for strict in kind.gaveWay.keys.sorted() {
      let directive = strict.prefix { $0 != "=" }
      let others = result.dropIn.split(separator: "\n").filter {
        strict.hasPrefix("SystemCallFilter")
          ? !$0.hasPrefix("SystemCallFilter=sched")
          : !$0.hasPrefix(directive) && !$0.hasPrefix("ReadWritePaths")
      }
      try await machine.install(
        unit: "\(unit).d/50-test.conf", others.joined(separator: "\n") + "\n\(strict)\n")
      try await machine.daemonReload()
      let restarted = try await machine.systemctl("restart", unit)
      // One that goes on must have said something.
      let said = try await machine.journal(unit).last { $0.message.hasPrefix("late: ") }
      #expect(!restarted.succeeded || said != nil, "\(strict) is borne after all")
      try await machine.require(["rm", "-r", "/etc/systemd/system/\(unit).d"])
      try await machine.daemonReload()
    }
    try await machine.systemctl("stop", unit)
    try await machine.systemctl("reset-failed", unit)
  }

  @Test("the result is applied, holds, and is all that there is to find")
  func applied() async throws {
    let (machine, unit) = try await start("applied", 18611, "netlink")
    let result = try await machine.harden(unit, "--apply", "--observe", "1s")
    #expect(result.isApplied && result.path == "/etc/systemd/system/\(unit).d/50-upkeep-harden.conf")
    #expect(try await machine.require(["cat", result.path]).stdout == result.dropIn)
    let path = try await machine.show(unit, ["DropInPaths", "NeedDaemonReload", "RestrictAddressFamilies"])
    #expect(path["DropInPaths"] == result.path && path["NeedDaemonReload"] == "no")
    try await isBack(unit, 18611, on: machine)
    let rated = try await machine.runDirectly(["systemd-analyze", "security", "--no-pager", unit])
    #expect(rated.stdout.contains("exposure level for \(unit): \(result.exposureAfter)"))
    // What holds already is not tried again, and is kept.
    let again = try await machine.harden(unit, "--apply")
    #expect(again.exposureAfter == result.exposureAfter)
    #expect(again.trials <= 1)
    #expect(try await machine.require(["cat", result.path]).stdout.contains("AF_NETLINK"))
    try await machine.systemctl("stop", unit)
  }

  @Test("a unit that was not up is not up afterwards, and its own settings are never made weaker")
  func down() async throws {
    let (machine, unit) = try await start(
      "down", 18612, "write:/opt/down", service: "ProtectSystem=full\nProtectHome=read-only\nUMask=0027",
      isStarted: false)
    let result = try await machine.harden(unit, "--skip", "system-calls", "--keep", "MemoryDenyWriteExecute")
    #expect(result.gaveWay == ["ProtectSystem=strict": ["ProtectSystem=strict", "ReadWritePaths=/opt/down"]])
    #expect(
      result.settings.contains("ProtectHome=yes") && result.settings.contains("MemoryDenyWriteExecute=yes"))
    #expect(!result.settings.contains { $0.hasPrefix("UMask") || $0.hasPrefix("SystemCall") })
    #expect(try await machine.show(unit)["ActiveState"] == "inactive")
    #expect(try await machine.leftovers(of: unit) == "")
  }

  @Test(
    "after an interruption, a kill, and a kill of the guard too, the unit is back as it was",
    arguments: [("INT", 130, 18621), ("TERM", 143, 18622), ("KILL", 137, 18624)])
  func interrupted(signal: String, status: Int, port: Int) async throws {
    let name = "stopped-\(signal.lowercased())"
    let (machine, unit) = try await start(name, port, "netlink")
    // Killed when the first trial is on and the service fails under it.
    let script = """
      upkeep harden \(unit) >/dev/null 2>&1 & run=$!
      until [ -e /run/systemd/system/\(unit).d/zzzz-upkeep-harden-trial.conf ]; do sleep 0.02; done
      kill -\(signal) $run; wait $run; echo $?
      """
    #expect(try await machine.require(["bash", "-c", script]).stdout == "\(status)\n")
    // With kill -9, the guard does it, and takes the lock away last.
    try await machine.waitUntil(unit) { properties in properties["ActiveState"] == "active" }
    try await machine.waitForEnd(
      of: "upkeep-harden-guard-harden\\x2d\(name.replacing("-", with: "\\x2d")).service")
    try await isBack(unit, port, on: machine)
    try await machine.systemctl("stop", unit)
  }

  @Test(
    "what a killed run and a killed guard have left is taken back by the next run, which is alone with the unit"
  )
  func leftover() async throws {
    let (machine, unit) = try await start("left", 18631, "netlink")
    let script = """
      upkeep harden \(unit) --settle 1min >/dev/null 2>&1 & run=$!
      until [ -e /run/systemd/system/\(unit).d/zzzz-upkeep-harden-trial.conf ]; do sleep 0.02; done
      upkeep harden \(unit) 2>&1; echo $?
      kill -STOP $run; systemctl kill -s KILL 'upkeep-harden-guard-harden\\x2dleft.service'; kill -KILL $run
      wait $run 2>/dev/null
      [ -e /run/systemd/system/\(unit).d/zzzz-upkeep-harden-trial.conf ] && echo left
      """
    let said = try await machine.require(["bash", "-c", script]).stdout
    #expect(
      said == "upkeep: another upkeep harden is at work on \(unit), or cleaning up after one\n2\nleft\n")
    let next = try await machine.require(["upkeep", "harden", unit, "--settle", "300ms", "--trials", "1"])
    #expect(next.stderr.hasPrefix("An earlier run was killed; what it had left was taken back.\n"))
    try await isBack(unit, 18631, on: machine)
    try await machine.systemctl("stop", unit)
  }

  @Test("what cannot be hardened is refused in a sentence, with a status that says why")
  func refused() async throws {
    let (machine, unit) = try await start("broken", 18641, "write:/nonexistent", isStarted: false)
    func refusal(_ status: Int32, _ text: String, _ arguments: String...) async throws {
      let result = try await machine.runDirectly(["upkeep", "harden"] + arguments)
      #expect(result.status == status && result.stderr.contains(text), "\(arguments): \(result)")
      #expect(result.stdout == "")
    }
    try await refusal(5, "there is no unit nope.service", "nope")
    try await refusal(2, "basic.target is no service", "basic.target")
    try await refusal(2, "carries the machine", "systemd-journald")
    try await refusal(2, "holds a character that unit names cannot have", "a\u{1b}[31mb")
    try await refusal(2, "did you mean ProtectSystem?", unit, "--skip", "ProtectSystm")
    try await refusal(2, "give a time such as 2s", unit, "--settle", "soon")
    try await refusal(2, "the check cannot be run", unit, "--check", "no-such-program")
    try await refusal(
      1, "does not work as it is, without any sandbox of ours: exit code 1\n  write: [Errno 2]", unit)
    #expect(try await machine.leftovers(of: unit) == "")
    let user = try await machine.runDirectly(["setpriv", "--reuid=svc", "upkeep", "harden", unit])
    #expect(user.status == 4 && user.stderr.contains("run it with sudo"))
    let preview = try await machine.require(["upkeep", "harden", unit, "--dry-run"])
    #expect(preview.stdout.contains("ProtectSystem=strict\n"))
    #expect(try await machine.show(unit)["ActiveState"] != "active")
  }

  @Test(
    "a unit that has failed is said to lose that, and one that fails as it is has still failed afterwards")
  func failed() async throws {
    let (machine, unit) = try await start("failed", 18661, "write:/nonexistent", isStarted: false)
    try await machine.systemctl("start", unit)
    let broken = try await machine.runDirectly(["upkeep", "harden", unit, "--settle", "300ms"])
    #expect(broken.status == 1 && broken.stderr.contains("does not work as it is"), "\(broken)")
    #expect(broken.stderr.hasPrefix("Warning: \(unit) has failed, which systemd forgets"), "\(broken)")
    #expect(try await machine.show(unit)["ActiveState"] == "failed")
    try await machine.require(["mkdir", "/nonexistent"])
    let works = try await machine.runDirectly([
      "upkeep", "harden", unit, "--settle", "300ms", "--check", "true 'a b'", "--skip", "memory", "--trials",
      "30",
    ])
    try await machine.require(["rm", "-r", "/nonexistent"])
    #expect(works.succeeded && works.stderr.contains("it is stopped afterwards"), "\(works)")
    #expect(try await machine.show(unit)["ActiveState"] == "inactive")
    // What is recommended, and what is written down, comes to the same result again.
    let command =
      "upkeep harden \(unit) --check 'true '\\''a b'\\''' --skip memory --settle 300ms --trials 30"
    #expect(works.stdout.contains("To put it in place: \(command) --apply\n"), "\(works)")
    #expect(works.stdout.contains("# Made by: \(command)\n"), "\(works)")
  }

  @Test("a check that is given decides, and a service that writes to the terminal does not")
  func check() async throws {
    let (machine, unit) = try await start("checked", 18651, "")
    // Succeeds only where others may read what the service makes: what nobody else would have noticed.
    let (other, shy) = try await start(
      "shy", 18652, "write:/opt/shy", service: "ExecStartPre=rm -f /opt/shy/data\nSyslogIdentifier=\\x1b[31m")
    let check = "bash -c 'test $(stat -c %%a /opt/shy/data) = 644'".replacing("%%", with: "%")
    let result = try await other.harden(shy, "--check", check)
    #expect(result.gaveWay["UMask=0077"] == [])
    #expect(result.concessions.first { $0.strict == "UMask=0077" }?.why.contains("bash: exit 1") == true)
    #expect(result.gaveWay["ProtectSystem=strict"] == ["ProtectSystem=strict", "ReadWritePaths=/opt/shy"])
    let failing = try await machine.runDirectly(["upkeep", "harden", unit, "--check", "false"])
    #expect(failing.status == 1 && failing.stderr.contains("does not work as it is"))
    try await isBack(unit, 18651, on: machine)
    try await machine.systemctl("stop", unit, shy)
  }
}

extension TestMachine {
  /// Waits until a transient unit is gone.
  fileprivate func waitForEnd(of unit: String) async throws {
    try await waitUntil(unit, ["LoadState"]) { $0["LoadState"] == "not-found" }
  }
}
