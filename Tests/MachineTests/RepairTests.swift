import Testing

@Suite("Repairs", .onMachine, .timeLimit(.minutes(10)))
struct RepairTests {
  /// A unit whose service is a shell script and whose policy ends with repair rules.
  private static func service(
    _ name: String, _ script: String, service: String = "", _ policy: String
  ) async throws -> TestService {
    let machine = try await TestMachine.quiet()
    let body = script.replacing("GATE", with: "/run/\(name).gate")
    try await machine.write("/run/\(name).sh", "#!/bin/sh\n\(body)\n", mode: "755")
    return try await TestService(
      name, on: machine, steps: nil,
      service: "ExecStart=\(TestMachine.runner) -- /run/\(name).sh\n\(service)",
      policy: policy.replacing("NAME", with: name))
  }

  private static func contents(of path: String) async throws -> String {
    try await TestMachine.quiet().require(["cat", path]).stdout
  }

  @Test("lines of the log set off a command, and a restart when that did not help")
  func log() async throws {
    let service = try await Self.service(
      "repair-log",
      """
      echo begin
      read line <GATE
      for i in 1 2 3; do echo "<3>Connection refused ($i)"; echo "Connection refused by intent" >&2; done
      exec sleep infinity
      """, service: "User=nobody\nStateDirectory=repair-log",
      """
      RestartDelaySec=100ms
      [X-Upkeep-Repair db]
      LogMatch=Connection (refused|timed out)
      LogExclude=by intent
      Count=3
      WithinSec=1min
      Action=command /bin/sh -c 'id -un >$STATE_DIRECTORY/facts; env | grep ^UPKEEP_ | sort >>$STATE_DIRECTORY/facts; exit 4'
      Action=restart
      VerifySec=300ms
      """)
    try await service.start()
    let first = try await service.child()
    try await service.open()
    let begins = try await service.event("repairing")
    #expect(begins.message == "Repair db begins, attempt 1 of 3: 3 lines of the log within 1min")
    #expect(
      begins.fields["REPAIR_EVIDENCE"]?.split(separator: "\n").suffix(2)
        == ["Connection refused by intent", "<3>Connection refused (3)"])
    let second = try await service.child(2)
    #expect(second != first)
    let end = try await service.event("repaired")
    #expect(end.fields["REPAIR_ACTION"] == "restart" && end.fields["REPAIR_VERDICT"] == "repaired")
    #expect(end.fields["REPAIR_HISTORY"] == "command /bin/sh: exit 4")
    #expect(
      try await Self.contents(of: "/var/lib/repair-log/facts") == """
        nobody
        UPKEEP_ATTEMPT=1
        UPKEEP_CAUSE=3 lines of the log within 1min
        UPKEEP_LINE=<3>Connection refused (3)
        UPKEEP_RULE=db
        UPKEEP_TRIGGER=log
        UPKEEP_UNIT=repair-log.service

        """)
    let journal = try await service.machine.journal(service.unit)
    let errors = journal.filter { $0.message.hasPrefix("Connection refused (") }
    #expect(errors.map(\.message) == (1...3).map { "Connection refused (\($0))" })
    #expect(errors.allSatisfy { $0.fields["PRIORITY"] == "3" })
    #expect(try await service.waitUntil { _ in true }["NRestarts"] == "0")
    try await service.stop()
  }

  @Test("an end with a status of a rule holds the next instance until the command is done")
  func exit() async throws {
    let service = try await Self.service(
      "repair-exit", "test -e /var/lib/repair-exit/mended && exec sleep infinity\nexit 7",
      service: "StateDirectory=repair-exit",
      """
      [X-Upkeep-Repair data]
      ExitStatus=7
      Action=command /bin/sh -c 'sleep 0.3; touch /var/lib/NAME/mended'
      VerifySec=300ms
      """)
    try await service.start()
    try await service.event("repaired")
    #expect(
      try await service.moves() == ["started", "ready", "ended", "repairing", "started", "ready", "repaired"])
    let begins = try await service.event("repairing")
    #expect(begins.fields["REPAIR_TRIGGER"] == "exit" && begins.message.hasSuffix(": exit 7"))
    try await service.stop()
  }

  @Test("a liveness failure is mended by a signal, without a restart; without help it counts")
  func liveness() async throws {
    let service = try await Self.service(
      "repair-live", "trap 'rm -f /run/repair-live.bad' HUP\nwhile :; do sleep 0.1; done",
      """
      LivenessProbe=exec:/usr/bin/test ! -e /run/NAME.bad
      ProbeIntervalSec=100ms
      ProbeTimeoutSec=30s
      FailureThreshold=2
      RestartDelaySec=100ms
      [X-Upkeep-Repair deaf]
      ProbeFailed=liveness
      Action=reload
      VerifySec=1s
      CooldownSec=0
      Attempts=1
      """)
    try await service.start()
    let pid = try await service.child()
    try await service.machine.require(["touch", "/run/repair-live.bad"])
    try await service.event("repaired")
    #expect(try await service.exists(pid))
    #expect(!(try await service.moves()).contains("judged"))
    // The attempts are used up: what the probe says counts.
    try await service.machine.require(["touch", "/run/repair-live.bad"])
    try await service.event("repairExhausted")
    let judged = try await service.event("judged")
    #expect(judged.message.contains("liveness probe failed: exit 1"))
    try await service.machine.require(["rm", "-f", "/run/repair-live.bad"])
    try await service.stop()
  }

  @Test("the restart limit waits for a repair, and the service fails when there are no more")
  func limit() async throws {
    let service = try await Self.service(
      "repair-limit", "exit 5",
      """
      RestartLimit=2
      RestartFirstDelaySec=0
      RestartDelaySec=50ms
      [X-Upkeep-Repair last]
      RestartLimitReached=yes
      Action=command /usr/bin/touch /run/NAME.tried
      VerifySec=1s
      CooldownSec=0
      Attempts=1
      """)
    try await service.startLater()
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    try await service.machine.require(["test", "-e", "/run/repair-limit.tried"])
    let moves = try await service.moves()
    #expect(moves.count { $0 == "repairing" } == 1 && moves.contains("notRepaired"), "\(moves)")
    // The first three instances, and the one after the repair.
    #expect(moves.count { $0 == "started" } == 4, "\(moves)")
    #expect(moves.suffix(2) == ["ended", "notRepaired"], "\(moves)")
  }

  @Test("a rule may give the service up")
  func fail() async throws {
    let service = try await Self.service(
      "repair-fail", "read line <GATE; echo corrupt index\nexec sleep infinity",
      """
      Restart=always
      [X-Upkeep-Repair corrupt]
      LogMatch=corrupt
      Action=fail
      """)
    try await service.start()
    try await service.open()
    let state = try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(state["Result"] == "exit-code")
    #expect(state["StatusText"] == "failed: repair corrupt: a line of the log")
    #expect((try await service.moves()).count { $0 == "started" } == 1)
  }

  @Test("old files are deleted in the unit's own folders alone, and no link is followed")
  func clean() async throws {
    let machine = try await TestMachine.quiet()
    try await machine.require([
      "sh", "-ec",
      """
      mkdir -p /var/lib/repair-clean/a /run/elsewhere
      for i in 1 2 3 4; do echo x >/var/lib/repair-clean/a/$i.log; touch -d "-$i hours" /var/lib/repair-clean/a/$i.log; done
      touch /var/lib/repair-clean/a/keep.txt /run/elsewhere/9.log; touch -d '-2 days' /run/elsewhere/9.log
      ln -s /run/elsewhere /var/lib/repair-clean/b
      ln -s /run/elsewhere/9.log /var/lib/repair-clean/a/link.log
      """,
    ])
    let service = try await Self.service(
      "repair-clean", "read line <GATE; echo disk is full\nexec sleep infinity",
      service: "StateDirectory=repair-clean",
      """
      [X-Upkeep-Repair full]
      LogMatch=disk is full
      Action=clean /run/elsewhere/*.log
      Action=clean /var/lib/NAME/*/*.log older-than 90min keep 1
      VerifySec=0
      """)
    try await service.start()
    try await service.open()
    let end = try await service.event("repaired")
    #expect(end.fields["REPAIR_VERDICT"] == "unverified")
    #expect(end.fields["REPAIR_HISTORY"]?.contains("is below no folder of the unit") == true)
    #expect(try await service.event("cleaned").fields["CLEANED_FILES"] == "3")
    let left = try await machine.require(["sh", "-c", "cd /var/lib/repair-clean; ls a b"]).stdout
    #expect(left == "a:\n1.log\nkeep.txt\nlink.log\n\nb:\n9.log\n")
    try await service.stop()
  }

  @Test("every line arrives once and in order, from both streams, up to a last one without an end")
  func everyLine() async throws {
    let service = try await Self.service(
      "repair-lines",
      """
      seq 1 20000
      for i in 1 2 3 4 5; do echo "out $i"; echo "err $i" >&2; done
      printf 'no end'
      """, service: "LogRateLimitIntervalSec=0\nRestart=no",
      """
      [X-Upkeep-Repair none]
      LogMatch=this is never said
      Action=restart
      """)
    try await service.startLater()
    try await service.waitUntil { $0["SubState"] == "dead" }
    try await service.line("no end")
    let lines = try await service.machine.journal(service.unit)
      .filter { $0.fields["_TRANSPORT"] == "stdout" }.map(\.message)
    let wanted = (1...20000).map(String.init) + (1...5).flatMap { ["out \($0)", "err \($0)"] } + ["no end"]
    #expect(lines.count == wanted.count)
    #expect(lines == wanted)
  }

  @Test("lines of files are read through rotation and cutting, and those of other units from the journal")
  func otherSources() async throws {
    let machine = try await TestMachine.quiet()
    try await machine.require([
      "sh", "-c", "mkdir -p /run/repair-files; echo old BAD >/run/repair-files/a.log",
    ])
    let service = try await Self.service(
      "repair-files", "exec sleep infinity",
      """
      [X-Upkeep-Repair file]
      LogMatch=BAD
      LogFile=/run/NAME/*.log
      Action=alert
      CooldownSec=0
      Attempts=100
      [X-Upkeep-Repair unit]
      LogMatch=trouble of another
      LogUnit=repair-other.service
      Action=alert
      """)
    try await service.start()
    func add(_ command: String, _ number: Int, _ line: String) async throws {
      try await machine.require(["sh", "-ec", "cd /run/repair-files; \(command)"])
      let alert = try await service.event("alert", number)
      #expect(alert.fields["REPAIR_EVIDENCE"]?.split(separator: "\n").last == line[...])
    }
    try await add("echo one BAD >>a.log", 1, "one BAD")
    try await add("mv a.log a.log.1; echo two BAD >a.log", 2, "two BAD")
    try await add(": >a.log; echo 3BAD >>a.log", 3, "3BAD")
    try await add("echo four BAD >b.log", 4, "four BAD")
    let other = try await TestService(
      "repair-other", on: machine, steps: nil,
      service: "Type=oneshot\nExecStart=/bin/sh -c 'echo trouble of another; exec sleep 1'")
    try await other.start()
    let alert = try await service.event("alert", 5)
    #expect(
      alert.fields["REPAIR_RULE"] == "unit"
        && alert.fields["REPAIR_EVIDENCE"]?.hasSuffix("trouble of another") == true)
    try await service.stop()
  }

  @Test("a stop ends a repair at once")
  func stop() async throws {
    let service = try await Self.service(
      "repair-stop", "echo stuck\nexec sleep infinity",
      """
      [X-Upkeep-Repair slow]
      LogMatch=stuck
      Action=command /usr/bin/sleep 1000
      ActionTimeoutSec=10min
      """)
    try await service.start()
    try await service.event("repairing")
    try await service.status(containing: "repairing slow: command /usr/bin/sleep")
    try await service.stop()
    let end = try await service.event("notRepaired")
    #expect(end.fields["REPAIR_VERDICT"] == "interrupted")
    #expect(try await service.machine.processTree(service.unit).isEmpty)
  }

  @Test("descriptors above a mark set a rule off once they have been for a time")
  func marks() async throws {
    let service = try await Self.service(
      "repair-marks", "exec 5</dev/null 6</dev/null 7</dev/null 8</dev/null 9</dev/null\nexec sleep infinity",
      """
      [X-Upkeep-Repair leak]
      DescriptorsAbove=6
      DiskUsageAbove=/no/such/folder:50%
      Action=alert
      """)
    try await service.start()
    try await service.line("disk of /no/such/folder above 50% cannot be seen: No such file or directory")
    let alert = try await service.event("alert")
    #expect(alert.message == "leak: open descriptors above 6: 8" && alert.fields["PRIORITY"] == "1")
    try await service.stop()
  }

  @Test(
    "rules are rehearsed with a log of the journal or with times of its own, and policies are told in sentences"
  )
  func rehearsal() async throws {
    let machine = try await TestMachine.quiet()
    let unit = "/run/rehearsed.service"
    try await machine.write(
      unit,
      """
      [Service]
      ExecStart=/bin/true
      [X-Upkeep-Repair db]
      LogMatch=refused
      Count=2
      WithinSec=10s
      Action=reload
      VerifySec=5s
      """)
    func rehearse(_ log: String, _ arguments: String...) async throws -> (Int32, String) {
      let result = try await machine.runDirectly([TestMachine.upkeep, "test-rules"] + arguments, input: log)
      return (result.status, result.stdout)
    }
    let times = try await rehearse(
      "2026-11-24T15:00:00+01:00 refused\n2026-11-24 14:00:11Z refused\n2026-11-24T14:00:12.5Z refused\n",
      unit)
    #expect(
      times == (
        0,
        """
        line 3 (2026-11-24T14:00:12.500000Z): Repair db begins, attempt 1 of 3: 2 lines of the log within 10s
        line 3 (2026-11-24T14:00:12.500000Z): Would reload
        line 3 (2026-11-24T14:00:17.500000Z): Repaired by reload in 5s: db, 2 lines of the log within 10s

        """
      ))
    let entry = #"{"MESSAGE":[114,101,102,117,115,101,100],"__REALTIME_TIMESTAMP":"1700000000000000"}"#
    let journal = try await rehearse("\(entry)\n\(entry)\n", unit, "-o", "json")
    #expect(
      journal.0 == 0 && journal.1.contains(#""line":2,"text":"Would reload","time":"2023-11-14T22:13:20"#))
    #expect(try await rehearse("fine\n", unit) == (1, ""))
    #expect(try await rehearse("", "no-such-unit").0 == 4)
    let explained = try await machine.runDirectly([TestMachine.runner, "--explain", unit])
    #expect(explained.status == 0 && explained.stdout.contains("\nRepair db\n  - It is set off by 2 lines"))
  }
}
