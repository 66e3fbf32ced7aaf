import Testing

/// What once went wrong, each with the story that showed it.
@Suite("What once went wrong", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct RegressionTests {
  /// How a unit wants to be stopped.
  struct StopSignal: Sendable, CustomTestStringConvertible {
    let name: String
    let mode: String
    var testDescription: String { "KillSignal=SIG\(name) KillMode=\(mode)" }
  }

  @Test(
    "a unit's own KillSignal= is a smooth stop, and the service gets it once",
    arguments: [
      StopSignal(name: "INT", mode: "mixed"), StopSignal(name: "QUIT", mode: "mixed"),
      StopSignal(name: "USR1", mode: "control-group"), StopSignal(name: "TERM", mode: "control-group"),
    ])
  func killSignal(_ stop: StopSignal) async throws {
    let service = try await TestService(
      "killsignal-\(stop.name.lowercased())", on: .quiet(), steps: "flush_on:\(stop.name) notify:READY=1",
      service: "KillMode=\(stop.mode)\nKillSignal=SIG\(stop.name)\nTimeoutStopSec=20s\nRestart=always",
      policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.stop()
    _ = try await service.line("flushed")
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
    let lines = try await service.machine.journal(service.unit).map(\.message)
    #expect(lines.filter { $0.hasPrefix("got ") } == ["got \(stop.name) 1"])
    #expect(try await service.events() == ["started", "ready", "stopping", "ended", "stopped"])
  }

  @Test("a unit file that cannot be read is an error, not an empty policy")
  func unreadable() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "unreadable", on: machine, steps: "forever:", service: "User=svc",
      policy: "ReadinessProbe=tcp://127.0.0.1:9")
    try await machine.require(["chmod", "600", "/etc/systemd/system/\(service.unit)"])
    #expect(try await machine.systemctl("start", service.unit).status != 0)
    _ = try await service.line("cannot read /etc/systemd/system/\(service.unit): Permission denied")
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(try await machine.show(service.unit, ["ExecMainStatus"]) == ["ExecMainStatus": "78"])
  }

  @Test("a policy whose user is unknown is refused, and no probe runs as somebody else")
  func unknownUser() async throws {
    let machine = try await TestMachine.quiet()
    let name = "nobody-known"
    let service = try await TestService(
      name, on: machine, steps: "forever:", service: "ExecReload=/bin/kill -HUP $MAINPID",
      policy: "User=svc\nLivenessProbe=exec:/usr/bin/logger -t \(name) -i probed\nProbeIntervalSec=100ms\n"
        + "ProbeTimeoutSec=20s")
    try await service.start()
    let path = "/etc/systemd/system/\(service.unit)"
    try await machine.require(["sed", "-i", "s/^User=svc/User=svcx/", path])
    try await service.signalRunner("HUP")
    #expect(try await service.event("reloadRefused").message.contains("svcx"))
    #expect(try await service.moves() == ["started", "ready", "reloadRefused"])
    try await service.stop()
  }

  @Test("a service that dies during its own reload leaves the unit active")
  func diesInReload() async throws {
    let service = try await TestService(
      "dies-in-reload", on: .quiet(),
      steps: "notify:READY=1 wait:GATE notify:RELOADING=1 wait:GATE kill:KILL",
      policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.open()
    try await service.waitUntil { $0["ActiveState"] == "reloading" }
    try await service.open()
    try await service.event("ready", 2)
    try await service.waitUntil { $0["ActiveState"] == "active" }
    try await service.stop()
  }

  @Test("the service's own request for more time is granted here too")
  func wantsTime() async throws {
    let service = try await TestService(
      "wants-time", on: .quiet(), steps: "notify:EXTEND_TIMEOUT_USEC=20000000 sleep:2.5 notify:READY=1",
      policy: "ReadinessProbe=notify\nTimeoutStartSec=2s")
    try await service.start()
    #expect(try await service.events() == ["started", "ready"])
    try await service.stop()
  }

  @Test("specifiers of a template's instance are filled in")
  func specifiers() async throws {
    let machine = try await TestMachine.quiet()
    try await machine.install(
      unit: "filled@.service",
      """
      [Service]
      Type=notify
      ExecStart=\(TestService.command("http:%i"))
      [X-Upkeep]
      ReadinessProbe=http://127.0.0.1:%i/50%%25
      """)
    try await machine.require(["systemctl", "start", "filled@18901.service"])
    let status = try await machine.show("filled@18901.service", ["StatusText"])["StatusText"]
    #expect(status == "ready")
    try await machine.require(["systemctl", "stop", "filled@18901.service"])
  }
}
