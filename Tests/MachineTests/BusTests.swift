import Foundation
import Testing

@Suite("Without the bus", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct BusTests {
  /// How long upkeep-run may take from systemd's start of the unit to the start of its child, in microseconds: the
  /// bus has 250 ms to answer, a busy machine is slow, and libsystemd alone would wait for 25 s.
  private static let patience = 10_000_000

  @Test("out of its sandbox, a service finds its policy and starts at once", arguments: ["root", "svc"])
  func hiddenBus(user: String) async throws {
    let machine = try await TestMachine.shared()
    try await starts(
      "bus-hidden-\(user)", on: machine,
      "User=\(user)\nInaccessiblePaths=/run/dbus /run/systemd/private\nInaccessiblePaths=-/var/run/dbus")
  }

  @Test("that answers nobody, a service finds its policy and starts soon")
  func frozenBus() async throws {
    // A machine of its own: nobody else there needs the bus.
    let machine = try await TestMachine.boot(name: "frozen\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.require(["systemctl", "start", "dbus.service"])
    let bus = try await machine.show("dbus.service")["MainPID"] ?? ""
    try await machine.signal("STOP", bus)
    // Not as root, for root asks systemd directly.
    try await starts("bus-frozen", on: machine, "User=svc")
    try await machine.signal("CONT", bus)
    try await machine.down()
  }

  private func starts(_ name: String, on machine: TestMachine, _ lines: String) async throws {
    let service = try await TestService(
      name, on: machine, steps: "", service: lines, policy: "RestartFirstDelaySec=9min")
    try await machine.install(unit: "\(name).service.d/10.conf", "[X-Upkeep]\nRestartFirstDelaySec=10min\n")
    try await service.start()
    let begin = try await machine.waitForJournal(service.unit) { $0.message.hasPrefix("Starting ") }
    #expect(try await service.event("started").monotonic - begin.monotonic < Self.patience)
    try await machine.signal("KILL", try await service.child())
    try await service.status(containing: "backing off 10min after SIGKILL")
    try await service.stop()
  }
}
