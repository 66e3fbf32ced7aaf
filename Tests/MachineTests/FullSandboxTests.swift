import Testing

@Suite("Under the full sandbox", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct FullSandboxTests {
  /// All that systemd offers to shut a service in, as far as a network service can do with it.
  private static let directives = """
    NoNewPrivileges=yes
    CapabilityBoundingSet=
    AmbientCapabilities=
    DevicePolicy=closed
    IPAddressDeny=any
    IPAddressAllow=localhost
    KeyringMode=private
    LockPersonality=yes
    MemoryDenyWriteExecute=yes
    PrivateDevices=yes
    PrivateIPC=yes
    PrivateTmp=yes
    PrivateUsers=yes
    ProcSubset=pid
    ProtectClock=yes
    ProtectControlGroups=yes
    ProtectHome=yes
    ProtectHostname=yes
    ProtectKernelLogs=yes
    ProtectKernelModules=yes
    ProtectKernelTunables=yes
    ProtectProc=invisible
    ProtectSystem=strict
    RemoveIPC=yes
    RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
    RestrictNamespaces=yes
    RestrictRealtime=yes
    RestrictSUIDSGID=yes
    SystemCallArchitectures=native
    SystemCallFilter=@system-service
    SystemCallFilter=~@privileged @resources
    UMask=0077
    WatchdogSec=20s
    """

  @Test("everything works", arguments: ["User=svc", "DynamicUser=yes"])
  func works(user: String) async throws {
    let machine = try await TestMachine.quiet()
    let (name, port) = user == "User=svc" ? ("sandbox", 18501) : ("sandbox-dynamic", 18502)
    let service = try await TestService(
      name, on: machine, steps: "http:\(port) stray:stray beat:1 notify:READY=1|STATUS=mine",
      service: "\(user)\n\(Self.directives)\nTimeoutStopSec=2s",
      policy: """
        ReadinessProbe=notify
        ReadinessProbe=http://127.0.0.1:\(port)/
        ReadinessProbe=tcp://localhost:\(port)
        LivenessProbe=http://127.0.0.1:\(port)/
        LivenessProbe=exec:/usr/bin/true
        ProbeIntervalSec=500ms
        FailureThreshold=4
        TimeoutAbortSec=1s
        RestartDelaySec=100ms
        """, unit: "Description=A service in a full sandbox")
    let path = "/etc/systemd/system/\(service.unit)"
    let verified = try await machine.runDirectly(["systemd-analyze", "verify", "--man=no", path])
    #expect(verified.succeeded && verified.stdout + verified.stderr == "", "\(verified)")
    try await service.start()
    try await service.status(containing: "ready; mine")
    let security = try await machine.runDirectly(["systemd-analyze", "security", "--no-pager", service.unit])
    let score = security.stdout.split(separator: "\n").last { $0.contains("exposure level") } ?? ""
    print("\(service.unit): \(score)")

    // A crash, whose leftover ignores SIGTERM; then a hang.
    try await machine.signal("KILL", try await service.child())
    try await service.event("killed")
    try await service.event("ready", 2)
    try await machine.signal("STOP", try await service.child(2))
    // A connection alone would still be accepted: by the kernel.
    #expect(try await service.event("judged").message.contains("liveness probe failed"))
    try await service.event("ready", 3)
    let after = try await service.waitUntil {
      $0["StatusText"]?.hasPrefix("ready, restarted 2 times, last: ") == true
    }
    #expect(after["NRestarts"] == "0")
    #expect(after["ActiveState"] == "active")
    try await service.stop()
    #expect(try await service.waitUntil { $0["ActiveState"] == "inactive" }["Result"] == "success")
    #expect(try await !machine.journal(service.unit).contains { $0.event == "unexpected" })
  }
}
