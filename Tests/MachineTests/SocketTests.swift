import Testing

@Suite("Descriptors of a service", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct SocketTests {
  @Test("that systemd listens on stay open across crashes, and no connection is refused")
  func socketActivation() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "socket", on: machine, steps: "env:LISTEN_FDS env:LISTEN_FDNAMES inherited say:serving",
      policy: "RestartDelaySec=200ms\nReadinessProbe=tcp://127.0.0.1:18301")
    try await machine.install(
      unit: "socket.socket", "[Socket]\nListenStream=127.0.0.1:18301\nFileDescriptorName=front\n")
    try await machine.require(["systemctl", "start", "socket.socket"])
    // The first connection starts the service.
    let hammer = try await TestService(
      "hammer", on: machine, steps: nil,
      service: "Type=exec\nExecStart=\(TestMachine.programs)/hammer 18301 GATE")
    try await hammer.start()
    try await hammer.line("served")
    try await service.line("LISTEN_FDS=1")
    try await service.line("LISTEN_FDNAMES=front")
    let crashes = 4
    for instance in 1...crashes {
      try await service.line("serving", instance)
      try await machine.signal("KILL", try await service.child(instance))
    }
    try await service.line("serving", crashes + 1)
    try await service.event("ready", 2)
    try await hammer.open()
    let words = try await hammer.line("refused").split(separator: " ")
    #expect(Int(words[0]) ?? 0 > 0)
    #expect(words[2] == "0")
    #expect(Int(words[4]) ?? 0 >= 2)
    #expect(try await service.waitUntil { _ in true }["NRestarts"] == "0")
    try await machine.require(["systemctl", "stop", "socket.socket", service.unit])
  }

  @Test("that it stored are given back to the next instance, and to a restarted unit")
  func descriptorStore() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "fdstore", on: machine,
      steps: "stored store:first=hello store:second=world notify:READY=1 wait:GATE exit:1",
      service: "FileDescriptorStoreMax=8", policy: "ReadinessProbe=notify")
    try await service.start()
    try await service.line("stored all")
    #expect(try await machine.journal(service.unit).messages(with: "stored ") == ["stored all"])
    try await service.open()
    try await service.event("ready", 2)
    let given = ["stored first=hello", "stored second=world", "stored all"]
    #expect(try await machine.journal(service.unit).messages(with: "stored ").suffix(3) == given)
    #expect(try await machine.show(service.unit, ["NFileDescriptorStore"])["NFileDescriptorStore"] == "2")

    try await machine.require(["systemctl", "restart", service.unit])
    try await service.line("stored all", 3)
    let lines = try await machine.journal(service.unit).messages(with: "stored ")
    #expect(Set(lines.suffix(3)) == Set(given))
    try await service.stop()
  }
}

extension [JournalEntry] {
  fileprivate func messages(with prefix: String) -> [String] {
    map(\.message).filter { $0.hasPrefix(prefix) }
  }
}
