import Testing

@Suite("The program upkeep-run", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct ProgramTests {
  @Test("is linked against neither Foundation nor Dispatch nor libcurl")
  func linkedLibraries() async throws {
    let machine = try await TestMachine.shared()
    let libraries = try await machine.require(["ldd", TestMachine.runner]).stdout
    for name in ["Foundation", "dispatch", "swift", "curl", "icu"] {
      #expect(!libraries.contains(name), "\(libraries)")
    }
    #expect(libraries.contains("libsystemd.so.0"))
  }

  @Test(
    "has one thread, and gives its child no descriptors, also after probes",
    arguments: [
      ("idle", "notify"), ("http", "http://127.0.0.1:18701/"), ("name", "tcp://localhost:18701"),
      ("exec", "exec:/bin/true"),
    ])
  func oneThread(name: String, probe: String) async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "program-\(name)", on: machine, steps: "facts http:18701 notify:READY=1",
      policy: "ReadinessProbe=\(probe)\nReadinessProbe=notify\nRestartHealthySec=0\nProbeIntervalSec=100ms")
    try await service.start()
    #expect(try await service.line("uid=").hasSuffix(" fds=0,1,2"))
    let main = try await service.waitUntil { $0["StatusText"] == "ready" }["MainPID"] ?? ""
    #expect(try await machine.require(["ls", "/proc/\(main)/task"]).stdout == "\(main)\n")
    let before = try await machine.require(["ls", "/proc/\(main)/fd"]).stdout
    // A second instance has neither more nor others, and it leaves none behind.
    try await machine.signal("KILL", try await service.child())
    try await service.event("ready", 2)
    #expect(try await service.line("uid=", 2).hasSuffix(" fds=0,1,2"))
    #expect(try await machine.require(["ls", "/proc/\(main)/task"]).stdout == "\(main)\n")
    if probe == "notify" {
      let after = try await machine.require(["ls", "/proc/\(main)/fd"]).stdout
      #expect(after.split(separator: "\n").count == before.split(separator: "\n").count, "\(before) \(after)")
    }
    try await service.stop()
  }

  @Test("does nothing at all while its service is idle and nobody asks")
  func idle() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService("program-still", on: machine, steps: "")
    try await service.start()
    let main = try await service.waitUntil { $0["StatusText"] == "ready" }["MainPID"] ?? ""
    func switches() async throws -> String {
      try await machine.require(["grep", "ctxt_switches", "/proc/\(main)/status"]).stdout
    }
    // On a busy machine its start is not all over yet when its status is there.
    var begin = ""
    repeat { begin = try await switches() } while try await switches() != begin
    // Ten commands on the machine take a while.
    for _ in 1...10 { try await machine.require(["true"]) }
    #expect(try await switches() == begin)
    try await service.stop()
  }

  @Test("tells what was built, and how it is used", arguments: ["--version", "--help"])
  func speaks(flag: String) async throws {
    let machine = try await TestMachine.shared()
    let said = try await machine.require([TestMachine.runner, flag])
    #expect(said.stdout.hasPrefix("upkeep-run "))
    #expect(said.stderr == "")
  }
}
