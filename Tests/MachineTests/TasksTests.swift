import Foundation
import Testing

/// `upkeep tasks` and `upkeep tasks run-now` with real timers.
@Suite("Scheduled tasks", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct TasksTests {
  private func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep"] + arguments)
  }

  private func rows(_ result: CommandResult) throws -> [[String: Any]] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require(json as? [[String: Any]])
  }

  /// Installs a timer with its service and starts the timer.
  private func install(
    _ machine: TestMachine, _ name: String, _ timer: String, _ service: String, isStarted: Bool = true
  ) async throws {
    try await machine.install(unit: "\(name).timer", "[Timer]\n\(timer)\n")
    try await machine.install(unit: "\(name).service", "[Service]\nType=oneshot\n\(service)\n")
    try await machine.daemonReload()
    if isStarted { try await machine.systemctl("start", "\(name).timer") }
  }

  @Test("a task shows its schedule in words, its last run and its next one")
  func list() async throws {
    let machine = try await TestMachine.shared()
    // The delay stays when another test lets systemd read its units anew.
    try await install(
      machine, "task-fine",
      "OnCalendar=Mon..Fri 09:30\nOnCalendar=*-*~1 23:00\nRandomizedDelaySec=1h\nFixedRandomDelay=yes\n"
        + "Persistent=yes",
      "ExecStart=/bin/sleep 0.2")
    try await install(
      machine, "task-mono", "OnBootSec=6d\nOnUnitActiveSec=1d", "ExecStart=/bin/true")
    let before = try #require(try rows(try await upkeep(machine, "tasks", "task-fine", "-o", "json")).first)
    #expect(before["outcome"] as? String == "never" && before["last"] is NSNull)
    try await machine.systemctl("start", "task-fine.service")

    let row = try #require(try rows(try await upkeep(machine, "tasks", "task-fine", "-o", "json")).first)
    #expect(
      row["schedule"] as? String
        == "Mon..Fri at 09:30; on the last day of every month at 23:00, up to 1 h later")
    let triggers = try #require(row["triggers"] as? [[String: Any]])
    #expect(triggers.map { $0["value"] as? String } == ["Mon..Fri *-*-* 09:30:00", "*-*~01 23:00:00"])
    #expect(row["task"] as? String == "task-fine.timer" && row["activates"] as? String == "task-fine.service")
    #expect(row["outcome"] as? String == "succeeded" && row["result"] as? String == "success")
    #expect(row["exit_code"] as? Int == 0 && row["persistent"] as? Bool == true)
    let took = try #require(row["took_usec"] as? Int)
    // Not what sleep took: systemd may come to write down the begin only when it is asleep.
    let moments = ["InactiveExitTimestampMonotonic", "InactiveEnterTimestampMonotonic"]
    let written = try await machine.show("task-fine.service", moments)
    let times = moments.compactMap { written[$0].flatMap { Int($0) } }
    try #require(times.count == 2 && times[0] > 0)
    #expect(took == times[1] - times[0])
    let next = try #require(row["next"] as? String)
    let shown = try await machine.require([
      "systemctl", "show", "-p", "NextElapseUSecRealtime", "--value", "--timestamp=utc", "task-fine.timer",
    ]).stdout
    #expect(shown.contains(next.prefix(19).replacingOccurrences(of: "T", with: " ")), "\(shown) \(next)")

    // Other commands know of the same run.
    for words in [["list", "--timers", "task-fine.timer"], ["status", "task-fine.timer"]] {
      let other = try #require(
        try rows(try await machine.runDirectly(["upkeep"] + words + ["-o", "json"])).first)
      let timer = try #require((other["timers"] as? [[String: Any]])?.first ?? other)
      #expect(
        timer["last"] as? String == row["last"] as? String && timer["outcome"] as? String == "succeeded")
    }

    let all = try rows(try await upkeep(machine, "tasks", "task-*", "-o", "json", "--sort", "task"))
    #expect(all.map { $0["task"] as? String }.starts(with: ["task-fine.timer", "task-mono.timer"]))
    #expect(all.last?["schedule"] as? String == "6 d after boot, then every day")
    try await machine.systemctl("stop", "task-fine.timer", "task-mono.timer")
  }

  @Test("a run that fails is explained, listed by --failed, and its exit status is passed on")
  func failing() async throws {
    let machine = try await TestMachine.shared()
    let hostile = "no \u{1b}[31mspace"
    try await install(
      machine, "task-bad", "OnCalendar=yearly", "ExecStart=/bin/sh -c 'echo \"\(hostile)\"; exit 3'")
    let result = try await upkeep(machine, "tasks", "run-now", "task-bad")
    #expect(result.status == 3 && result.stdout.isEmpty)
    #expect(
      result.stderr.hasPrefix("upkeep: task-bad.service failed: its main process exited with status 3"))
    #expect(result.stderr.contains("]: no \\x1b[31mspace\n"), "\(result)")
    let failed = try await upkeep(machine, "tasks", "--failed", "--no-pager")
    #expect(failed.stdout.contains("task-bad ") && failed.stdout.contains(" failed "))
    #expect(failed.stdout.contains("task-bad.service: its main process exited with status 3"))
    let row = try #require(try rows(try await upkeep(machine, "tasks", "--failed", "-o", "json")).first)
    #expect(row["outcome"] as? String == "failed" && row["exit_code"] as? Int == 3)

    try await install(machine, "task-kill", "OnCalendar=yearly", "ExecStart=/bin/sh -c 'kill -9 $$$$'")
    #expect(try await upkeep(machine, "tasks", "run-now", "task-kill.service").status == 128 + 9)
    try await install(machine, "task-gone", "OnCalendar=yearly", "ExecStart=/nonexistent/program")
    let gone = try await upkeep(machine, "tasks", "run-now", "task-gone.timer", "-o", "json")
    #expect(gone.status == 203)
    #expect(try rows(gone).first?["ok"] as? Bool == false)
    for name in ["task-bad", "task-kill", "task-gone"] {
      try await machine.systemctl("stop", "\(name).timer")
      try await machine.systemctl("reset-failed", "\(name).service")
    }
  }

  @Test(
    "a run is waited for to its end, whatever the service's type, and one that did not happen is no success")
  func runs() async throws {
    let machine = try await TestMachine.shared()
    let gate = "/run/task-simple.gate"
    try await machine.require(["mkfifo", gate])
    try await install(
      machine, "task-simple", "OnCalendar=yearly", "Type=simple\nExecStart=/bin/sh -c 'read x <\(gate)'")
    async let run = upkeep(machine, "tasks", "run-now", "task-simple", "-o", "json")
    let moment = "InactiveExitTimestampMonotonic"
    let begun = try await machine.waitUntil("task-simple.service", ["ActiveState", moment]) {
      $0["ActiveState"] == "active"
    }
    let opened = try await machine.require(
      ["python3", "-c", "import time; print(time.monotonic_ns() // 1000)"]
    ).stdout.trimmingCharacters(in: .newlines)
    try await machine.require(["sh", "-c", "echo >\(gate)"])
    let result = try await run
    let row = try #require(try rows(result).first)
    #expect(result.succeeded && row["active"] as? String == "inactive", "\(result)")
    let span = try #require(Int(opened)) - (try #require(begun[moment].flatMap { Int($0) }))
    #expect(span > 0 && row["took_usec"] as? Int ?? 0 >= span)
    try await machine.systemctl("stop", "task-simple.timer")
    // Without its timer systemd forgets it at its end.
    try await install(
      machine, "task-brief", "OnCalendar=yearly", "Type=simple\nExecStart=/bin/true", isStarted: false)
    let brief = try await upkeep(machine, "tasks", "run-now", "task-brief")
    #expect(brief.succeeded && brief.stdout.contains("task-brief.service ended well"), "\(brief)")

    try await install(machine, "task-slow", "OnCalendar=yearly", "ExecStart=/bin/sleep infinity")
    let queued = try await upkeep(machine, "tasks", "run-now", "task-slow", "--no-block")
    #expect(queued.succeeded && queued.stdout == "task-slow.service: start is queued\n")
    let late = try await upkeep(machine, "tasks", "run-now", "task-slow", "--timeout", "300ms")
    #expect(late.status == 124 && late.stderr.contains("task-slow.service runs already"))
    let running = try #require(try rows(try await upkeep(machine, "tasks", "task-slow", "-o", "json")).first)
    #expect(running["outcome"] as? String == "running" && running["took_usec"] is Int)
    try await machine.systemctl("stop", "task-slow.service", "task-slow.timer")

    try await install(
      machine, "task-cond", "OnCalendar=yearly", "ExecStart=/bin/true\n[Unit]\nConditionPathExists=/nope")
    let skipped = try await upkeep(machine, "tasks", "run-now", "task-cond")
    #expect(
      skipped.status == 1 && skipped.stderr.contains("did not run: the condition ConditionPathExists=/nope"),
      "\(skipped)")
    let cond = try #require(try rows(try await upkeep(machine, "tasks", "task-cond", "-o", "json")).first)
    #expect(cond["outcome"] as? String == "skipped")
    try await install(
      machine, "task-stay", "OnCalendar=yearly", "RemainAfterExit=yes\nExecStart=/bin/true")
    #expect(try await upkeep(machine, "tasks", "run-now", "task-stay").succeeded)
    let again = try await upkeep(machine, "tasks", "run-now", "task-stay")
    #expect(again.status == 1 && again.stderr.contains("still active from its last run"))
    try await machine.systemctl("stop", "task-cond.timer", "task-stay.timer", "task-stay.service")
  }

  @Test(
    "a task that was due and did not run is missed; one whose timer is not active shows when it is asked for")
  func absent() async throws {
    let machine = try await TestMachine.shared()
    // The random delay keeps systemd from making up for it at once.
    try await machine.require(["mkdir", "-p", "/var/lib/systemd/timers"])
    try await machine.require([
      "touch", "-d", "2020-06-01", "/var/lib/systemd/timers/stamp-task-missed.timer",
    ])
    try await install(
      machine, "task-missed", "OnCalendar=2021-01-01 10:00\nPersistent=yes\nRandomizedDelaySec=1000d",
      "ExecStart=/bin/true")
    let missed = try await upkeep(machine, "tasks", "task-missed", "--no-pager")
    #expect(missed.stdout.contains(" missed "), "\(missed)")
    #expect(missed.stdout.contains("task-missed.timer: missed its run of Fri 2021-01-01 10:00:00"))
    let row = try #require(try rows(try await upkeep(machine, "tasks", "task-missed", "-o", "json")).first)
    #expect(row["missed"] as? Bool == true && (row["last"] as? String)?.hasPrefix("2020-0") == true)

    try await install(machine, "task-off", "OnCalendar=monthly", "ExecStart=/bin/true", isStarted: false)
    #expect(try await !upkeep(machine, "tasks", "--no-pager").stdout.contains("task-off"))
    #expect(try await upkeep(machine, "tasks", "--all", "--no-pager").stdout.contains("task-off "))
    #expect(try await upkeep(machine, "tasks", "task-off.service", "--no-pager").stdout.contains("task-off "))
    try await machine.systemctl("stop", "task-missed.timer")
  }

  @Test("what is no task, and a right that is missing, are told with a status")
  func refusals() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(unit: "task-none.service", "[Service]\nExecStart=/bin/true\n")
    try await install(machine, "task-right", "OnCalendar=monthly", "ExecStart=/bin/true")
    let cases: [(words: [String], status: Int32, said: String)] = [
      (["tasks", "task-nowhere"], 4, "task-nowhere: there is no such task"),
      (["tasks", "run-now", "task-nowhere"], 5, "there is no task task-nowhere"),
      (["tasks", "run-now", "task-none"], 2, "no timer starts it; 'upkeep start task-none.service' does"),
      (["tasks", "--columns", "x"], 64, "'x' is no column"),
      (["tasks", "run-now"], 64, "Missing expected argument"),
      (["tasks", "run-now", "a", "--no-block", "--timeout", "1s"], 64, "exclude each other"),
    ]
    for (words, status, said) in cases {
      let result = try await machine.runDirectly(["upkeep"] + words)
      #expect(result.status == status && result.stderr.contains(said), "\(words): \(result)")
    }
    let user = try await machine.runDirectly([
      "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "upkeep", "tasks", "run-now",
      "task-right",
    ])
    #expect(user.status == 4 && user.stderr.contains("no right to start task-right.service"), "\(user)")
    try await machine.systemctl("stop", "task-right.timer")
  }
}
