import Testing
import UnitFiles

@testable import Supervision

/// The table of systemd.service(5), "Exit causes and the effect of the Restart= settings".
struct RestartRuleTests {
  static let clean = ExitCause.exited(0)
  static let failure = ExitCause.exited(1)
  static let cleanSignal = ExitCause.signaled(number: 15, name: "SIGTERM", coreDumped: false)
  static let crash = ExitCause.signaled(number: 11, name: "SIGSEGV", coreDumped: true)

  @Test(
    "each word of Restart= restarts after the ends that systemd restarts after",
    arguments: [
      (Policy.Restart.no, [], false), (.onSuccess, [clean, cleanSignal], false),
      (.onFailure, [failure, crash], true), (.onAbnormal, [crash], true), (.onWatchdog, [], true),
      (.onAbort, [crash], false), (.always, [clean, failure, cleanSignal, crash], true),
    ])
  func words(_ restart: Policy.Restart, _ ends: [ExitCause], _ unhealthy: Bool) {
    let policy = Policy.with { $0.restart = restart }
    for end in [Self.clean, Self.failure, Self.cleanSignal, Self.crash] {
      #expect(policy.restarts(after: end) == ends.contains(end), "\(restart) after \(end)")
    }
    #expect(policy.restartsUnhealthy == unhealthy)
  }

  @Test("the unit's own Restart= holds unless [X-Upkeep] says otherwise")
  func inherited() throws {
    let service = "[Service]\nRestart=on-abnormal\n"
    #expect(try policy(service).restart == .onAbnormal)
    #expect(try policy("[Service]\nRestart=no\n").restart == .no)
    #expect(try policy(service + "[X-Upkeep]\nRestart=always\n").restart == .always)
  }

  @Test(
    "a section that was meant for us but is not ours is refused",
    arguments: ["X-upkeep", "Upkeep", "X-Upkeep-Hook x"])
  func foreignSection(_ name: String) {
    let error = #expect(throws: PolicyReader.Failure.self) { try policy("[\(name)]\nRestart=no\n") }
    #expect(
      error?.description
        == "t.service:2:1: section [\(name)] is unknown: only [X-Upkeep] and [X-Upkeep-Repair NAME] are read")
  }

  @Test("a line of our section that is no assignment is refused, one of another section is systemd's to tell")
  func malformedLine() throws {
    let error = #expect(throws: PolicyReader.Failure.self) {
      try policy("[X-Upkeep]\nRestart=no\nRestartLimit 5\n")
    }
    #expect(error?.description.hasPrefix("t.service:3:1: ") == true)
    #expect(try policy("[Service]\nRestart=no\nUser x\n[Install]\nAlias=x\n[X-Upkeep]\nUser=y\n").user == "y")
  }

  private func policy(_ text: String) throws -> Policy {
    try PolicyReader.policy(
      of: Unit(name: "t.service", files: [UnitFile(parsing: Array(text.utf8), path: "t.service")]))
  }
}
