import Foundation
import Testing

@Suite("Figures of probes", .onMachine, .serialized, .timeLimit(.minutes(10)))
struct ProbeFigureTests {
  /// What `upkeep status -o json` says of a unit's probes.
  private struct Page: Decodable {
    struct Health: Decodable {
      struct Probes: Decodable {
        struct Window: Decodable {
          let window: String
          let success_rate: String
          let attempts: Int
          let p50_usec: Int?
          let p99_usec: Int?
        }

        let windows: [Window]
        let interval: String?
        let timeout: String?
      }

      let state: String
      let own: String?
      let probes: Probes?
    }

    let health: Health
  }

  private func page(_ service: TestService) async throws -> Page {
    let text = try await service.machine.require(["upkeep", "status", service.unit, "-o", "json"]).stdout
    return try #require(try JSONDecoder().decode([Page].self, from: Data(text.utf8)).first)
  }

  @Test("and the present pace of adaptive ones show in the status, and follow what happens")
  func adaptive() async throws {
    let machine = try await TestMachine.quiet()
    let service = try await TestService(
      "figures", on: machine, steps: "http:18211 notify:STATUS=at|STATUS=work",
      policy: """
        ReadinessProbe=http://127.0.0.1:18211/
        ProbeIntervalSec=200ms
        ProbeTimeoutSec=100ms
        ProbeAdaptive=yes
        """)
    try await service.start()
    // Well for long: half as often, and no more than answers need.
    let well = try await service.status(containing: "probes: ")
    #expect(well.hasPrefix("ready; probes: "))
    #expect(well.contains(" in 1min ("))
    #expect(well.hasSuffix("ms), every 400ms within 100ms; work"), "\(well)")
    let page = try await page(service)
    let probes = try #require(page.health.probes)
    #expect(page.health.state == "ready" && page.health.own == "work")
    #expect(probes.interval == "400ms" && probes.timeout == "100ms")
    let window = try #require(probes.windows.first)
    #expect(probes.windows.count == 1 && window.window == "1min" && window.attempts > 20)
    #expect(window.p50_usec.map { (100..<100_000).contains($0) } == true)
    #expect((window.p50_usec ?? 0) <= (window.p99_usec ?? 0))
    let text = try await machine.require(["upkeep", "status", service.unit]).stdout
    #expect(text.contains("Probes: ") && text.contains("; now every 400ms within 100ms"), "\(text)")

    // In doubt: four times as often, but for the least interval.
    let child = try await service.child()
    try await machine.signal("STOP", child)
    let doubt = try await service.status(containing: "not ready: ")
    #expect(doubt.contains("; probes: ") && doubt.hasSuffix(", every 100ms within 100ms; work"), "\(doubt)")
    try await machine.signal("CONT", child)
    try await service.event("ready", 2)
    try await service.stop()
  }
}
