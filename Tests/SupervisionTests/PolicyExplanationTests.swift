import Supervision
import Testing
import UnitFiles

@Suite("What a policy will do, in sentences")
struct PolicyExplanationTests {
  private static func text(_ file: String) throws -> String {
    let policy = try PolicyReader.policy(
      of: Unit(name: "x.service", files: [UnitFile(parsing: Array(file.utf8), path: "x.service")]))
    return PolicyExplanation.sections(of: policy)
      .map { ([$0.heading] + $0.sentences).joined(separator: "\n") }.joined(separator: "\n\n")
  }

  @Test("the defaults")
  func defaults() throws {
    #expect(
      try Self.text("") == """
        Start
        The service is ready as soon as it runs.

        Restarts
        The service is started again after an end that is not clean, and when it was found unhealthy.
        It waits at once, 2s, 4s, 8s, 16s, 30s and so on, 30s at most; after 1min of health earlier restarts are forgotten.
        After 10 restarts within 10min upkeep-run ends with a failure.

        Stop
        To stop it gets SIGTERM; what is left after 1min 30s is killed.
        """)
  }

  @Test("the commands at moments of the service's life, and what their failures mean")
  func hooks() throws {
    let text = try Self.text(
      """
      [X-Upkeep]
      OnFailed=-/usr/bin/tell the admin
      OnStart=/usr/bin/migrate
      OnStart=-/usr/bin/warm-up
      HookTimeoutSec=1min
      """)
    #expect(
      text.hasSuffix(
        """

        Hooks
        Before each instance it runs /usr/bin/migrate, for 1min at most; if it fails, the instance is not started \
        and the next attempt waits.
        Before each instance it runs /usr/bin/warm-up, for 1min at most; its failure changes nothing.
        When the service is given up it runs /usr/bin/tell the admin, for 1min at most; its failure changes nothing.
        """), "\(text)")
  }

  @Test("probes, heartbeats and what is done about them")
  func health() throws {
    let text = try Self.text(
      """
      [X-Upkeep]
      ReadinessProbe=notify
      ReadinessProbe=tcp://127.0.0.1:80
      LivenessProbe=heartbeat:notify
      HeartbeatSec=5s
      SoftWatchdog=yes
      OnUnready=command /bin/tell -v
      """)
    #expect(
      text.hasPrefix(
        """
        Start
        The service is ready when there are all of the service's own READY=1, an answer of tcp://127.0.0.1:80.

        Health
        tcp://127.0.0.1:80 is asked every 10s, each time for 1s at most; after 3 failures in a row the service counts as \
        not ready.
        A heartbeat is expected from heartbeat:notify every 5s; without one the instance is replaced.
        A service without heartbeat is examined before it is ended, and what is seen is written down.
        When the service is no longer ready, /bin/tell -v is run.
        """), "\(text)")
  }

  @Test("a repair rule with its triggers, actions and restraint")
  func rule() throws {
    let text = try Self.text(
      """
      [X-Upkeep-Repair db]
      LogMatch=refused
      LogExclude=harmless
      Count=3
      ExitStatus=7 SIGSEGV
      DiskUsageAbove=/var:95%
      ForSec=1min
      Action=reload
      Action=command /bin/mend -q
      Action=fail
      Attempts=2
      OnExhausted=fail
      """)
    #expect(
      text.hasSuffix(
        """
        Repair db
        It is set off by 3 lines of its output within 1min with "refused" without "harmless", or by an end by exit 7 \
        or SIGSEGV, before the next instance, or by disk of /var above 95% for 1min.
        Then it sends the signal to reload.
        If that fails or does not help, it runs /bin/mend -q for 1min at most.
        If that fails or does not help, it ends the service with a failure.
        That has helped if the service is well for 30s afterwards.
        There are 2 repairs in 1h at most, 1min apart at least; when they are used up, the service is ended with a \
        failure.
        """), "\(text)")
  }

  @Test("a rehearsal tells what would happen and when, and does not wait")
  func rehearsal() {
    var rule = RepairRule(name: "r")
    rule.log.matches = [LogPattern("x")]
    rule.log.count = 2
    rule.actions = [.reload, .restart]
    var rehearsal = RuleRehearsal([rule])
    func line(_ seconds: Int) -> [String] {
      rehearsal.count(0, lines: { ["x"] }, at: .seconds(seconds)).map {
        "\($0.time.components.seconds): \($0.text)"
      }
    }
    #expect(line(0) == [] && line(61) == [])
    #expect(
      line(70) == [
        "70: Repair r begins, attempt 1 of 3: 2 lines of the log within 1min", "70: Would reload",
      ])
    #expect(line(71) == [])
    #expect(line(72) == ["72: Would restart the service"])
    #expect(line(200) == ["102: Repaired by restart in 32s: r, 2 lines of the log within 1min"])
    #expect(rehearsal.end() == [])
  }
}
