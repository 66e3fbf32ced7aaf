import Testing

/// The commands of a policy on a real systemd.
@Suite("Hooks", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct HookTests {
  /// Installs a script that writes what it is told into the service's own file.
  private static func writer(_ machine: TestMachine) async throws -> String {
    let path = "/usr/local/bin/hook-writer"
    try await machine.write(
      path,
      """
      #!/bin/sh
      echo "$UPKEEP_EVENT|$UPKEEP_REASON|$UPKEEP_RESTARTS|$UPKEEP_UNIT|$(id -un)|$PWD|$1" >>"/run/${UPKEEP_UNIT%.service}.log"

      """, mode: "755")
    return path
  }

  private static func log(_ service: TestService) async throws -> [String] {
    try await service.machine.require(["cat", "/run/\(service.name).log"]).stdout
      .split(separator: "\n").map(String.init)
  }

  @Test("run in order, as the service's user and in its folder, with the facts in their environment")
  func facts() async throws {
    let machine = try await TestMachine.shared()
    let writer = try await Self.writer(machine)
    try await machine.require(["sh", "-c", "touch /run/hk-facts.log; chmod 666 /run/hk-facts.log"])
    let service = try await TestService(
      "hk-facts", on: machine, steps: "notify:READY=1 wait:GATE exit:3",
      policy: """
        User=svc
        WorkingDirectory=/tmp
        ReadinessProbe=notify
        OnStart=\(writer) 'one $HOME; `id`'
        OnStart=\(writer) two
        OnReady=\(writer)
        OnFailed=\(writer)
        OnStop=\(writer)
        RestartLimit=1
        RestartFirstDelaySec=0
        """)
    try await service.start()
    try await service.event("hookRan", 3)
    try await service.open()
    try await service.event("ready", 2)
    try await service.open()
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    let about = "hk-facts.service|svc|/tmp|"
    #expect(
      try await Self.log(service) == [
        "start||0|\(about)one $HOME; `id`", "start||0|\(about)two", "ready||0|\(about)",
        "start|exit 3|1|\(about)one $HOME; `id`", "start|exit 3|1|\(about)two", "ready||1|\(about)",
        "failed|restart limit of 1 reached after exit 3|1|\(about)",
      ])
    let ran = try await service.event("hookRan")
    #expect(ran.fields["HOOK"] == "OnStart" && ran.fields["COMMAND"] == writer)
    #expect(try await service.events().last == "hookRan")
  }

  @Test("that fail before an instance keep it from starting until they succeed, and their output is told")
  func startFails() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "hk-start", on: machine, steps: "notify:READY=1",
      policy: """
        ReadinessProbe=notify
        OnStart=-/bin/false
        OnStart=/bin/sh -c 'test -e /run/hk-start.ok || { echo not yet; exit 9; }'
        OnStart=/bin/true
        RestartFirstDelaySec=1h
        """)
    try await service.startLater()
    try await service.status(containing: "backing off 1h after start failure: OnStart= /bin/sh: exit 9")
    let failure = try await service.event("hookFailed", 2)
    #expect(failure.fields["OUTPUT"] == "not yet" && failure.fields["PRIORITY"] == "4")
    #expect(try await service.event("hookFailed").fields["PRIORITY"] == "6")
    #expect(
      try await service.events() == ["hookFailed", "hookFailed", "startFailed", "backingOff"])
    try await machine.require(["touch", "/run/hk-start.ok"])
    try await service.signalRunner("CONT")
    try await service.waitUntil { $0["ActiveState"] == "active" }
    try await service.stop()
  }

  @Test("for a stop run before the service is asked to, and have their time and no more")
  func stop() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "hk-stop", on: machine, steps: nil,
      service: """
        KillMode=mixed
        TimeoutStopSec=20s
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'trap "echo asked; exit 0" TERM; while :; do sleep 0.1; done'
        """,
      policy: """
        HookTimeoutSec=500ms
        OnStop=/bin/sh -c 'kill -0 $MAINPID && echo alive >/run/hk-stop.log'
        OnStop=-/bin/sleep 600
        OnStop=/bin/sh -c 'echo after >>/run/hk-stop.log'
        """)
    try await service.start()
    try await service.stop()
    #expect(try await Self.log(service) == ["alive", "after"])
    let failure = try await service.event("hookFailed")
    #expect(failure.fields["REASON"] == "not finished within 500ms")
    let entries = try await machine.journal(service.unit)
    let last = try #require(entries.lastIndex { $0.event == "hookRan" })
    let asked = try #require(entries.firstIndex { $0.message == "asked" })
    #expect(last < asked)
    #expect(try await service.waitUntil { _ in true }["Result"] == "success")
  }

  @Test("that nobody waits for delay no restart, and a stop ends them at once")
  func nobodyWaits() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "hk-slow", on: machine, steps: "notify:READY=1 wait:GATE exit:3",
      policy: """
        ReadinessProbe=notify
        HookTimeoutSec=10min
        OnReady=/bin/sleep 600
        RestartFirstDelaySec=0
        """)
    try await service.start()
    try await service.event("ready")
    try await service.open()
    try await service.event("ready", 2)
    #expect(!(try await service.events()).contains("hookRan"))
    try await service.stop()
    let failure = try await service.event("hookFailed")
    #expect(failure.fields["REASON"] == "ended, because the service is to stop")
    #expect(try await service.waitUntil { _ in true }["Result"] == "success")
    #expect(try await service.events().last == "stopped")
  }

  @Test("tell trouble and recovery, in this order, also when they take their time")
  func trouble() async throws {
    let machine = try await TestMachine.shared()
    let writer = try await Self.writer(machine)
    let service = try await TestService(
      "hk-trouble", on: machine, steps: "notify:READY=1",
      policy: """
        ReadinessProbe=exec:/usr/bin/test -e /run/hk-trouble.ok
        ProbeIntervalSec=50ms
        FailureThreshold=1
        OnUnhealthy=/bin/sleep 0.3
        OnUnhealthy=\(writer)
        OnRecovered=\(writer)
        """)
    try await machine.require(["touch", "/run/hk-trouble.ok"])
    try await service.start()
    try await machine.require(["rm", "/run/hk-trouble.ok"])
    try await service.event("unready")
    try await machine.require(["touch", "/run/hk-trouble.ok"])
    try await service.event("ready", 2)
    try await service.event("hookRan", 3)
    #expect(
      try await Self.log(service) == [
        "unhealthy|exit 1|0|hk-trouble.service|root|/|", "recovered||0|hk-trouble.service|root|/|",
      ])
    try await service.stop()
  }

  @Test("with an error refuse the policy")
  func refused() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "hk-wrong", on: machine, steps: "notify:READY=1", policy: "OnReady=echo hello")
    try await service.startLater()
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    try await service.line("\"echo hello\" has no program: write /ABSOLUTE/PATH ARGUMENTS")
    #expect(try await machine.show(service.unit)["ExecMainStatus"] == "78")
  }
}
