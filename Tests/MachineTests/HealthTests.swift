import Foundation
import Testing

@Suite("What is done about a service that is not well", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct HealthTests {
  /// A service whose readiness is the existence of a file.
  private func service(_ name: String, _ policy: String, on machine: TestMachine) async throws -> TestService
  {
    try await TestService(
      name, on: machine, steps: "touch:/run/\(name)/ready", service: "RuntimeDirectory=\(name)",
      policy: """
        ReadinessProbe=exec:/usr/bin/test -e /run/\(name)/ready
        ProbeIntervalSec=100ms
        FailureThreshold=2
        \(policy)
        """)
  }

  @Test("OnUnready=restart replaces an instance that is no longer ready")
  func restart() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await service("unready-restart", "OnUnready=restart", on: machine)
    try await service.start()
    let first = try await service.child()
    try await machine.require(["rm", "/run/unready-restart/ready"])
    #expect(
      try await service.event("judged").message == "Ending main process \(first): no longer ready: exit 1")
    try await service.event("ready", 2)
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("ready, restarted 1 time") == true }
    #expect(after["NRestarts"] == "0")
    try await service.stop()
  }

  @Test(
    "OnUnready=command runs a command that knows why, as the service's user, and leaves the service alone")
  func command() async throws {
    let machine = try await TestMachine.quiet()
    let name = "unready-command"
    try await machine.write(
      "/run/\(name).sh",
      """
      echo "$(id -un) $UPKEEP_EVENT ($UPKEEP_REASON) $MAINPID $UPKEEP_RESTARTS $1" >>/run/\(name).out
      touch /run/\(name)/ready
      exit 3
      """)
    try await machine.require(["sh", "-c", "touch /run/\(name).out; chmod 666 /run/\(name).out"])
    let service = try await TestService(
      name, on: machine, steps: "touch:/run/\(name)/ready",
      service: "RuntimeDirectory=\(name)\nUser=nobody",
      policy: """
        ReadinessProbe=exec:/usr/bin/test -e /run/\(name)/ready
        ProbeIntervalSec=100ms
        FailureThreshold=2
        OnUnready=command /bin/sh /run/\(name).sh 'a  b'
        """)
    try await service.start()
    let child = try await service.child()
    try await machine.require(["rm", "/run/\(name)/ready"])
    let event = try await service.event("commandRun")
    #expect(event.message == "Command /bin/sh run because no longer ready: exit 3")
    #expect(event.fields["EXIT_STATUS"] == "3" && event.fields["PRIORITY"] == "4")
    #expect(event.fields["REASON"] == "exit 1")
    // The command has made it ready again.
    try await service.event("ready", 2)
    let said = try await machine.require(["cat", "/run/\(name).out"]).stdout
    #expect(said == "nobody unready (exit 1) \(child) 0 a  b\n")
    #expect(try await service.moves() == ["started", "ready", "unready", "commandRun", "ready"])
    try await service.stop()
  }

  @Test("SoftWatchdog=yes writes down what a frozen service was doing before it is ended")
  func softWatchdog() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "soft-watchdog", on: machine, steps: "beat:0.2 tcp:18201", service: "User=nobody",
      policy: "HeartbeatSec=1s\nSoftWatchdog=yes\nTimeoutAbortSec=500ms")
    try await service.start()
    let first = try await service.child()
    try await machine.signal("STOP", first)
    let seen = try await service.event("examined", within: .seconds(40))
    #expect(seen.message.hasPrefix("Main process \(first) without heartbeat: stopped"))
    #expect(seen.message.contains(", 3 threads, "))
    #expect(seen.fields["PROCESS_STATUS"]?.contains("\nState:\tT (stopped)\n") == true)
    let threads = seen.fields["THREADS"]?.split(separator: "\n") ?? []
    #expect(threads.count == 3 && threads.first?.hasPrefix("\(first) subject T") == true, "\(threads)")
    #expect(Int(seen.fields["OPEN_FILES"] ?? "") ?? 0 > 3)
    if FileManager.default.isExecutableFile(atPath: "/usr/bin/gdb") {
      #expect(seen.fields["STACKS"]?.contains("Thread 1 ") == true, "\(seen.fields["STACKS"] ?? "")")
      #expect(seen.message.hasSuffix("stacks by gdb"))
    }
    // First the evidence, then the end.
    let moves = try await service.moves()
    #expect(moves.prefix(4) == ["started", "ready", "judged", "examined"])
    _ = try await service.child(2)
    #expect(try await !service.exists(first))
    try await service.event("ready", 2)
    try await service.stop()
  }

  @Test("a lost heartbeat sets off the repairs of liveness probes, behind the evidence")
  func repaired() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "soft-repair", on: machine, steps: "beat:0.2",
      policy: """
        HeartbeatSec=1s
        SoftWatchdog=yes
        [X-Upkeep-Repair frozen]
        ProbeFailed=liveness
        Action=signal CONT
        VerifySec=1500ms
        """)
    try await service.start()
    let child = try await service.child()
    try await machine.signal("STOP", child)
    let repaired = try await service.event("repaired", within: .seconds(40))
    #expect(repaired.fields["REPAIR_CAUSE"] == "liveness probe failed: no heartbeat for 1s")
    let moves = try await service.moves()
    #expect(moves == ["started", "ready", "examined", "repairing", "repaired"])
    #expect(try await service.exists(child))
    try await service.stop()
  }
}
