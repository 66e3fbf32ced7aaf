import Testing

@Suite("A hostile service", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct HostileTests {
  @Test("that closes everything is kept up all the same")
  func closesEverything() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-close", on: machine, steps: "close-all tcp:18601",
      policy:
        "ReadinessProbe=tcp://127.0.0.1:18601\nLivenessProbe=tcp://127.0.0.1:18601\nProbeIntervalSec=200ms")
    try await service.start()
    try await machine.signal("KILL", try await service.child())
    try await service.event("ready", 2)
    #expect(try await service.waitUntil { $0["ActiveState"] == "active" }["NRestarts"] == "0")
    try await service.stop()
    #expect(try await service.events().last == "stopped")
  }

  @Test("that floods its output is probed meanwhile")
  func floodsOutput() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-flood", on: machine, steps: "http:18602 wait:GATE flood:400 notify:STATUS=flooded",
      service: "StandardOutput=truncate:/run/hostile-flood.out\nWatchdogSec=30s",
      policy: """
        ReadinessProbe=http://127.0.0.1:18602/
        LivenessProbe=exec:/bin/sh -c 'echo >>/run/hostile-flood.probed; seq 1000000'
        ProbeIntervalSec=100ms
        ProbeTimeoutSec=20s
        """)
    try await service.start()
    try await service.open()
    try await service.status(containing: "ready; flooded")
    let size = try await machine.require(["stat", "-c", "%s", "/run/hostile-flood.out"]).stdout
    #expect(size == "\(400 << 20)\n")
    #expect(try await service.moves() == ["started", "ready"])
    let probed = try await machine.require(["stat", "-c", "%s", "/run/hostile-flood.probed"]).stdout
    #expect(Int(probed.trimmingNewlines) ?? 0 > 1)
    try await service.stop()
    try await machine.require(["rm", "/run/hostile-flood.out"])
  }

  @Test("whose output nobody reads is probed and stopped meanwhile")
  func blockedOutput() async throws {
    let machine = try await TestMachine.quiet()
    let pipe = "/run/hostile-blocked.pipe"
    try await machine.require(["mkfifo", pipe])
    let holder = try await TestService(
      "hostile-blocked-holder", on: machine, steps: nil,
      service: "Type=exec\nExecStart=/bin/sh -c 'exec sleep infinity <>\(pipe)'")
    try await holder.start()
    let service = try await TestService(
      "hostile-blocked", on: machine, steps: "http:18603 notify:STATUS=blocking flood:1",
      service: "StandardOutput=file:\(pipe)\nStandardError=file:\(pipe)\nWatchdogSec=30s",
      policy: "ReadinessProbe=http://127.0.0.1:18603/\nProbeIntervalSec=100ms\nProbeTimeoutSec=20s")
    try await service.start()
    try await service.status(containing: "ready; blocking")
    try await machine.signal("KILL", try await service.child())
    try await service.event("ready", 2)
    try await service.stop()
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
    try await holder.stop()
  }

  @Test("that sends garbage to its NOTIFY_SOCKET is not believed, and heard when it is right")
  func floodsNotifications() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-garbage", on: machine,
      steps: "garbage:20000 'notify:STATUS=\\x1b[31mred\\x07' wait:GATE notify:READY=1 wait:GATE exit:1",
      service: "WatchdogSec=10s", policy: "ReadinessProbe=notify")
    try await service.startLater()
    let status = try await service.status(containing: "red")
    #expect(
      !status.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f }, "\(status.debugDescription)")
    let before = try await service.waitUntil { _ in true }
    #expect(before["ActiveState"] == "activating")
    let runner = try await machine.require(["cat", "/proc/\(before["MainPID"] ?? "")/comm"]).stdout
    #expect(runner == "upkeep-run\n")
    let open = try await machine.require(["sh", "-c", "ls /proc/\(before["MainPID"] ?? "")/fd | wc -l"])
      .stdout
    #expect(Int(open.trimmingNewlines) ?? 100 < 20)
    try await service.open()
    try await service.event("ready")
    try await service.open()
    _ = try await service.child(2)
    #expect(try await service.waitUntil { $0["ActiveState"] == "active" }["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("cannot name another main process")
  func namesMainProcess() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-main", on: machine, steps: "notify:MAINPID=1 notify:READY=1|MAINPID=1|STATUS=mine",
      policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.status(containing: "ready; mine")
    let main = try await service.waitUntil { _ in true }["MainPID"] ?? ""
    #expect(try await machine.require(["cat", "/proc/\(main)/comm"]).stdout == "upkeep-run\n")
    try await service.stop()
  }

  @Test("is no other process that sends READY=1 in its name", arguments: ["root", "svc"])
  func strangersAreNotBelieved(user: String) async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-stranger-\(user)", on: machine, steps: "wait:GATE notify:STATUS=mine wait:GATE notify:READY=1",
      policy: "ReadinessProbe=notify")
    try await service.startLater()
    let variables = try await machine.require(["cat", "/proc/\(service.child())/environ"]).stdout
    let address = try #require(variables.split(separator: "\0").first { $0.hasPrefix("NOTIFY_SOCKET=@") })
    let sent = try await machine.run(
      ["env", "-u", "x", String(address), "systemd-notify", "--ready", "--status=stranger", "--no-block"],
      properties: ["User=\(user)"])
    #expect(sent.succeeded, "\(sent)")
    // What the service itself sends comes after that.
    try await service.open()
    let after = try await service.waitUntil { $0["StatusText"]?.hasSuffix("; mine") == true }
    #expect(after["ActiveState"] == "activating")
    #expect(try await service.events() == ["started"])
    try await service.open()
    try await service.event("ready")
    try await service.stop()
  }

  @Test("that forks without end is ended whole")
  func forkBomb() async throws {
    let machine = try await TestMachine.quiet()
    // A user of its own, so that its limit counts nobody else's processes.
    let service = try await TestService(
      "hostile-bomb", on: machine, steps: "bomb tcp:18604",
      service: "DynamicUser=yes\nLimitNPROC=60\nTasksMax=60\nTimeoutStopSec=1s\nKillMode=mixed",
      policy: "ReadinessProbe=tcp://127.0.0.1:18604")
    try await service.start()
    try await machine.signal("KILL", try await service.child())
    try await service.event("killed")
    try await service.event("ready", 2)
    #expect(try await service.waitUntil { $0["ActiveState"] == "active" }["NRestarts"] == "0")
    try await service.stop()
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
  }

  @Test("whose grandchildren end all the time leaves no zombies and makes nothing grow")
  func zombies() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "hostile-zombies", on: machine,
      steps: "orphans:50 notify:READY=1 wait:GATE orphans:1000 notify:STATUS=over",
      policy: "ReadinessProbe=notify")
    try await service.start()
    let main = try await service.waitUntil { $0["StatusText"] == "ready" }["MainPID"] ?? ""
    func facts() async throws -> [Int] {
      let text = try await machine.require([
        "sh", "-c", "ls /proc/\(main)/fd | wc -l; grep VmRSS /proc/\(main)/status | tr -dc 0-9",
      ]).stdout
      return text.split(separator: "\n").compactMap { Int($0) }
    }
    let before = try await facts()
    try await service.open()
    try await service.status(containing: "over")
    let after = try await facts()
    #expect(after[0] == before[0])
    #expect(after[1] < before[1] + 1024, "kB of memory before and after")
    let tree = try await machine.processTree(service.unit)
    #expect(tree.count == 2)
    #expect(tree.allSatisfy { $0.state != "Z" })
    try await service.stop()
  }
}
