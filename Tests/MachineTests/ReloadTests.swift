import Foundation
import Testing

@Suite("Reloading a service's policy", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct ReloadTests {
  /// What makes `systemctl reload` work here: systemd's own protocol where there is one (since version 253).
  private static func reloadLines(on machine: TestMachine) async throws -> String {
    let words = try await machine.systemctl("--version").stdout.split(separator: " ")
    let version = words.count > 1 ? Int(words[1]) ?? 0 : 0
    return version >= 253 ? "Type=notify-reload" : "ExecReload=kill -HUP $MAINPID"
  }

  @Test("puts a good one in force without touching the service")
  func goodPolicy() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "reload-good", on: machine, steps: "", service: try await Self.reloadLines(on: machine),
      policy: "RestartFirstDelaySec=0")
    try await service.start()
    let child = try await service.child()
    try await machine.install(
      unit: "reload-good.service.d/10-wait.conf", "[X-Upkeep]\nRestartFirstDelaySec=10min\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "reload", service.unit])
    try await service.event("reloaded")
    let after = try await service.waitUntil { $0["ActiveState"] == "active" && $0["SubState"] == "running" }
    #expect(after["NRestarts"] == "0")
    #expect(try await service.exists(child))
    #expect(try await service.events() == ["started", "ready", "reloaded"])

    try await machine.signal("KILL", child)
    try await service.status(containing: "backing off 10min after SIGKILL")
    try await service.stop()
  }

  @Test("refuses a bad one with what is wrong in it, and the old one stays")
  func badPolicy() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "reload-bad", on: machine, steps: "", service: try await Self.reloadLines(on: machine),
      policy: "RestartFirstDelaySec=10min")
    try await service.start()
    try await machine.install(
      unit: "reload-bad.service.d/10-bad.conf",
      "[X-Upkeep]\nRestartFirstDelaySec=0\nRestartDelayMaxSec=soon\nReadynessProbe=notify\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "reload", service.unit])
    let refused =
      "New policy refused, the old one stays: /etc/systemd/system/reload-bad.service.d/10-bad.conf"
    #expect(
      try await service.event("reloadRefused").message.hasPrefix("\(refused):3:20: RestartDelayMaxSec=: "))
    #expect(try await service.event("reloadRefused", 2).message.hasPrefix("\(refused):4:1: unknown key"))
    try await service.waitUntil { $0["ActiveState"] == "active" && $0["SubState"] == "running" }
    try await machine.signal("KILL", try await service.child())
    try await service.status(containing: "backing off 10min after SIGKILL")
    try await service.stop()
  }

  @Test("begins to ask new probes at once")
  func newProbes() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService("reload-probes", on: machine, steps: "")
    try await service.start()
    try await machine.install(
      unit: "reload-probes.service.d/10.conf",
      "[X-Upkeep]\nReadinessProbe=tcp://127.0.0.1:18401\nProbeIntervalSec=100ms\n")
    try await machine.daemonReload()
    try await service.signalRunner("HUP")
    try await service.event("unready")
    let after = try await service.waitUntil { $0["StatusText"]?.hasPrefix("not ready: ") == true }
    #expect(after["ActiveState"] == "active")
    try await service.stop()
  }

  @Test("passes the reload on as the signal that the policy names")
  func reloadSignal() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "reload-signal", on: machine, steps: "on:USR2 on:USR1 notify:READY=1",
      service: try await Self.reloadLines(on: machine), policy: "ReadinessProbe=notify\nReloadSignal=SIGUSR2")
    try await service.start()
    try await machine.require(["systemctl", "reload", service.unit])
    try await service.line("got USR2")
    try await service.event("reloaded")
    #expect(try await !machine.journal(service.unit).contains { $0.message == "got USR1" })
    try await service.stop()
  }

  @Test("is not what other signals are for: those go to the service")
  func forwardsSignals() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "reload-forward", on: machine, steps: "on:USR1 on:USR2 on:WINCH on:QUIT notify:READY=1",
      policy: "ReadinessProbe=notify")
    try await service.start()
    for name in ["USR1", "USR2", "WINCH", "QUIT"] {
      try await service.signalRunner(name)
      try await service.line("got \(name)")
    }
    #expect(try await service.events() == ["started", "ready"])
    try await service.stop()
  }
}
