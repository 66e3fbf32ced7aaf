import Foundation
import Testing

/// `upkeep start` and the other verbs that make jobs, on a real systemd.
@Suite("Verbs that make jobs", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct JobTests {
  private static let escape: Character = "\u{1b}"

  private func upkeep(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.runDirectly(["upkeep"] + arguments)
  }

  /// Installs units under names of their own and lets systemd read them.
  private func install(_ machine: TestMachine, _ units: [String: String]) async throws {
    for (name, text) in units { try await machine.install(unit: name, text) }
    try await machine.daemonReload()
  }

  /// The only row of a JSON answer.
  private func row(_ result: CommandResult) throws -> [String: Any] {
    let json = try JSONSerialization.jsonObject(with: Data(result.stdout.utf8))
    return try #require((json as? [[String: Any]])?.first)
  }

  /// Units that do not start, with what has to be said: the reason and a line of the journal.
  private static let failures: [(name: String, text: String, reason: String, line: String)] = [
    (
      "203", "[Service]\nExecStart=/nonexistent/program\n",
      "its main process exited with status 203 (EXEC): the program could not be executed",
      "/nonexistent/program: No such file or directory"
    ),
    (
      "217", "[Service]\nType=exec\nUser=nobodyknows\nExecStart=/bin/sleep infinity\n",
      "status 217 (USER): the user of User= does not exist", "Failed at step USER spawning"
    ),
    (
      "226", "[Service]\nType=exec\nReadWritePaths=/nonexistent\nExecStart=/bin/sleep infinity\n",
      "status 226 (NAMESPACE): the mount namespace could not be set up",
      "Failed at step NAMESPACE spawning"
    ),
    (
      "time",
      "[Service]\nType=notify\nTimeoutStartSec=4s\nExecStartPre=/bin/echo nearly there\nExecStart=/bin/sleep infinity\n",
      "it did not start within TimeoutStartSec=4s", "]: nearly there"
    ),
    (
      "pre",
      "[Service]\nExecStartPre=/bin/sh -c 'printf \"bad \\\\033[31mred\\\\n\"; exit 7'\nExecStart=/bin/sleep infinity\n",
      "/bin/sh of ExecStartPre= exited with status 7", "bad \\x1b[31mred"
    ),
    (
      "loop",
      "[Service]\nRestart=always\nRestartSec=1min\nExecStart=/bin/sh -c 'echo I give up; exit 1'\n",
      "it waits RestartSec=1min for its next restart; its main process exited with status 1",
      "]: I give up"
    ),
  ]

  @Test(
    "a start that fails says why, with the lines of the journal that matter",
    arguments: failures.indices)
  func failing(index: Int) async throws {
    let machine = try await TestMachine.shared()
    let (name, text, reason, line) = Self.failures[index]
    let unit = "job-\(name).service"
    try await install(machine, [unit: text])
    let result = try await upkeep(machine, "start", "job-\(name)")
    #expect(result.status == 1 && result.stdout.isEmpty)
    #expect(result.stderr.hasPrefix("upkeep: \(unit) did not start: "), "\(result)")
    #expect(result.stderr.contains(reason) && result.stderr.contains(line), "\(result)")
    #expect(!result.stderr.contains(Self.escape))
    try await machine.systemctl("stop", unit)
    try await machine.systemctl("reset-failed", unit)
    let row = try row(try await upkeep(machine, "start", unit, "-o", "json"))
    #expect(
      row["ok"] as? Bool == false && row["status"] as? Int == 1 && row["unit"] as? String == unit)
    let reasons = try #require(row["reasons"] as? [String])
    #expect(reasons.joined().contains(reason))
    let log = try #require(row["log"] as? [[String: Any]])
    #expect(!log.isEmpty && log.count <= 8)
    try await machine.systemctl("stop", unit)
  }

  @Test("a failed requirement is named and explained itself")
  func dependency() async throws {
    let machine = try await TestMachine.shared()
    try await install(
      machine,
      [
        "job-base.service":
          "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo no base; exit 5'\n",
        "job-top.service":
          "[Unit]\nRequires=job-base.service\nAfter=job-base.service\n[Service]\nExecStart=/bin/sleep infinity\n",
        "job-lost.service":
          "[Unit]\nRequires=job-nowhere.service\nAfter=job-nowhere.service\n[Service]\nExecStart=/bin/true\n",
      ])
    let result = try await upkeep(machine, "start", "job-top")
    #expect(result.status == 1)
    #expect(
      result.stderr.contains(
        "job-top.service did not start: it requires job-base.service, which failed"))
    #expect(
      result.stderr.contains("job-base.service failed: its main process exited with status 5"))
    #expect(result.stderr.contains("]: no base"), "\(result)")
    let row = try row(try await upkeep(machine, "start", "job-top", "-o", "json"))
    #expect(row["result"] as? String == "dependency")
    let base = try #require((row["requirements"] as? [[String: Any]])?.first)
    #expect(base["unit"] as? String == "job-base.service")
    let lost = try await upkeep(machine, "start", "job-lost")
    #expect(lost.status == 5 && lost.stderr.contains("job-nowhere.service"), "\(lost)")
  }

  @Test("what cannot be started says what it is and what helps, with the status of LSB")
  func refusals() async throws {
    let machine = try await TestMachine.shared()
    try await install(
      machine,
      [
        "job-fine.service": "[Service]\nExecStart=/bin/sleep infinity\n",
        "job-unusable.service": "[Service]\nType=oneshot\n",
        "job-inst@.service": "[Service]\nExecStart=/bin/sleep 10%i\n",
        "job-hand.service": "[Unit]\nRefuseManualStart=yes\n[Service]\nExecStart=/bin/true\n",
        "job-reload.service": "[Service]\nExecStart=/bin/sleep infinity\nExecReload=/bin/true\n",
      ])
    try await machine.require(["ln", "-sf", "/dev/null", "/run/systemd/system/job-masked.service"])
    try await machine.daemonReload()
    let cases: [(words: [String], status: Int32, said: String)] = [
      (
        ["start", "job-masked"], 1,
        "job-masked.service is masked; 'upkeep unmask job-masked.service' undoes it"
      ),
      (
        ["start", "job-fin"], 5, "there is no unit job-fin.service; did you mean job-fine.service?"
      ),
      (["stop", "job-nothing-like-it"], 5, "there is no unit job-nothing-like-it.service"),
      (["start", "job-unusable"], 6, "systemd cannot use the file of job-unusable.service"),
      (["start", "job-inst@"], 2, "name an instance of it, such as job-inst@x.service"),
      (["start", "job-hand"], 4, "refuses to start on request"),
      (["start", "no-such-pattern*"], 5, "no-such-pattern*: no loaded unit matches"),
      (["start", "a b\u{1b}"], 2, "holds a character that unit names cannot have"),
      (
        ["reload", "job-fine"], 3,
        "it has no ExecReload=, so 'upkeep restart job-fine.service' is the way"
      ),
      (["reload", "job-reload"], 7, "it is inactive, so there is nothing to reload"),
      (
        ["start", "job-fine", "--timeout", "1s", "--no-block"], 64,
        "--timeout and --no-block exclude each other"
      ),
    ]
    for (words, status, said) in cases {
      let result = try await machine.runDirectly(["upkeep"] + words)
      #expect(result.status == status && result.stderr.contains(said), "\(words): \(result)")
      #expect(result.stdout.isEmpty && !result.stderr.contains(Self.escape), "\(words): \(result)")
    }
  }

  @Test("several units and globs are started, restarted and stopped together")
  func together() async throws {
    let machine = try await TestMachine.shared()
    // Each waits for the other: one job after the other would never end.
    let text = { (own: String, other: String) in
      """
      [Service]
      Type=oneshot
      RemainAfterExit=yes
      ExecStart=/bin/sh -c 'mkfifo -m 600 /run/job-\(own).fifo; exec 3<>/run/job-\(own).fifo; \
      while ! test -p /run/job-\(other).fifo; do :; done'
      ExecStopPost=/bin/rm -f /run/job-\(own).fifo

      """
    }
    try await install(
      machine, ["job-pair@a.service": text("a", "b"), "job-pair@b.service": text("b", "a")])
    let start = try await upkeep(machine, "start", "job-pair@a", "job-pair@b")
    #expect(start.status == 0, "\(start)")
    #expect(start.stdout == "job-pair@a.service started\njob-pair@b.service started\n")
    let glob = try await upkeep(machine, "stop", "job-pair@*")
    #expect(glob.stdout == "job-pair@a.service stopped\njob-pair@b.service stopped\n")
    let left = try await upkeep(machine, "try-restart", "job-pair@a")
    #expect(
      left.status == 0 && left.stdout == "job-pair@a.service does not run and was left alone\n")
    // One that fails does not keep the others from starting, and makes the status.
    try await install(machine, ["job-one.service": "[Service]\nExecStart=/bin/sleep infinity\n"])
    let mixed = try await upkeep(machine, "start", "job-none", "job-one")
    #expect(mixed.status == 5 && mixed.stdout == "job-one.service started\n")
    let before = try await machine.show("job-one.service")["MainPID"]
    let restart = try await upkeep(machine, "restart", "job-one", "--quiet")
    #expect(restart.status == 0 && restart.stdout.isEmpty && restart.stderr.isEmpty)
    #expect(try await machine.show("job-one.service")["MainPID"] != before)
  }

  @Test(
    "a unit with a condition that does not hold, or that ends at once, is no failure and is told apart"
  )
  func ends() async throws {
    let machine = try await TestMachine.shared()
    try await install(
      machine,
      [
        "job-cond.service":
          "[Unit]\nConditionPathExists=/nope\n[Service]\nExecStart=/bin/sleep infinity\n",
        "job-once.service": "[Service]\nType=oneshot\nExecStart=/bin/true\n",
      ])
    let unmet = try await upkeep(machine, "start", "job-cond")
    #expect(unmet.status == 0 && unmet.stdout.contains("was not started: "), "\(unmet)")
    #expect(unmet.stdout.contains("ConditionPathExists=/nope did not hold"), "\(unmet)")
    let once = try await upkeep(machine, "start", "job-once")
    #expect(
      once.status == 0 && once.stdout == "job-once.service is not active any more: it has ended\n")
  }

  @Test("nobody waits with --no-block, and --timeout ends a wait with 124 while the job goes on")
  func waits() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "job-slow", on: machine, steps: "wait:GATE notify:READY=1", policy: "ReadinessProbe=notify")
    let queued = try await upkeep(machine, "start", "job-slow", "--no-block")
    #expect(
      queued.status == 0 && queued.stdout == "job-slow.service: start is queued\n", "\(queued)")
    try await service.waitUntil { $0["ActiveState"] == "activating" }
    let late = try await upkeep(machine, "start", "job-slow", "--timeout", "100ms")
    #expect(late.status == 124, "\(late)")
    #expect(late.stderr == "upkeep: job-slow.service did not start in time; its job goes on\n")
    #expect(try await machine.show(service.unit)["ActiveState"] == "activating")
    try await service.open()
    let ready = try await upkeep(
      machine, "start", "job-slow", "--wait", "ready", "--timeout", "90s")
    #expect(ready.status == 0, "\(ready)")
    try await service.stop()
  }

  @Test("--wait ready waits for the readiness probes of a service that is active already")
  func readiness() async throws {
    let machine = try await TestMachine.shared()
    let flag = "/run/job-ready.flag"
    let service = try await TestService(
      "job-ready", on: machine, steps: "",
      policy: """
        ReadinessProbe=exec:/usr/bin/test ! -e \(flag)
        ProbeIntervalSec=100ms
        ProbeTimeoutSec=20s
        FailureThreshold=2
        """)
    try await service.start()
    try await machine.require(["touch", flag])
    try await service.waitUntil { $0["StatusText"]?.hasPrefix("not ready: ") == true }
    #expect(try await upkeep(machine, "start", "job-ready").status == 0, "systemd has nothing to do")
    let late = try await upkeep(machine, "start", "job-ready", "--wait", "ready", "--timeout", "300ms")
    #expect(late.status == 124 && late.stderr.contains("is not ready in time (not ready"), "\(late)")
    async let waiting = upkeep(machine, "start", "job-ready", "--wait", "ready", "--timeout", "90s")
    try await machine.require(["rm", flag])
    let ready = try await waiting
    #expect(ready.status == 0 && ready.stdout == "job-ready.service started\n", "\(ready)")
    #expect(try await machine.show(service.unit)["StatusText"] == "ready")
    try await service.stop()
  }

  @Test("a kick ends a back-off wait of upkeep-run, and of nothing else")
  func kick() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "job-kick", on: machine, steps: "exit:1", policy: "RestartDelaySec=1h\nRestartDelayMaxSec=1h")
    try await service.startLater()
    try await service.event("backingOff", 1)
    let kicked = try await upkeep(machine, "kick", "job-kick")
    #expect(kicked.status == 0 && kicked.stdout == "job-kick.service kicked\n", "\(kicked)")
    try await service.event("backingOff", 2)
    try await service.stop()
    #expect(try await upkeep(machine, "kick", "job-kick").status == 7)
    let other = try await upkeep(machine, "kick", "systemd-journald")
    #expect(other.status == 3 && other.stderr.contains("does not run under upkeep-run"))
    #expect(try await upkeep(machine, "kick", "job-nobody").status == 5)
  }

  @Test("processes are frozen and go on, get signals, and failures are forgotten")
  func changes() async throws {
    let machine = try await TestMachine.shared()
    try await install(machine, ["job-life.service": "[Service]\nExecStart=/bin/sleep infinity\n"])
    try await machine.require(["systemctl", "start", "job-life.service"])
    let paused = try await upkeep(machine, "pause", "job-life")
    let frozen = try await machine.show("job-life.service", ["FreezerState"])["FreezerState"]
    if paused.status == 0 {
      #expect(paused.stdout == "job-life.service paused\n" && frozen == "frozen")
      #expect(
        try await upkeep(machine, "resume", "job-life").stdout == "job-life.service resumed\n")
      #expect(
        try await machine.show("job-life.service", ["FreezerState"])["FreezerState"] == "running")
    } else {
      // A kernel without the freezer of version 2.
      #expect(paused.status == 3 && frozen == "running", "\(paused)")
    }
    let killed = try await upkeep(machine, "kill", "-s", "KILL", "--kill-whom", "main", "job-life")
    #expect(killed.status == 0 && killed.stdout == "job-life.service got SIGKILL\n")
    try await machine.waitUntil("job-life.service") { $0["Result"] == "signal" }
    #expect(try await upkeep(machine, "kill", "job-life").status == 7)
    #expect(try await upkeep(machine, "pause", "job-life").status == 7)
    #expect(try await upkeep(machine, "kill", "-s", "SIGTREM", "job-life").status == 64)
    #expect(try await upkeep(machine, "reset-failed", "job-life").status == 0)
    #expect(try await machine.show("job-life.service")["ActiveState"] == "inactive")
    #expect(try await upkeep(machine, "reset-failed", "job-nobody").status == 5)
  }

  @Test("a unit that vanishes while it is waited for ends the wait")
  func vanishes() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "job-gone", on: machine, steps: "wait:GATE notify:READY=1", policy: "ReadinessProbe=notify")
    async let start = upkeep(machine, "start", "job-gone")
    try await service.waitUntil { $0["ActiveState"] == "activating" }
    try await machine.require(["rm", "/etc/systemd/system/job-gone.service"])
    try await machine.daemonReload()
    try await machine.require(["systemctl", "stop", "job-gone.service"])
    let result = try await start
    #expect(result.status == 1, "\(result)")
    #expect(
      result.stderr.contains("did not start: another job took its place, or somebody cancelled it"),
      "\(result)")
  }

  @Test("without the right, all verbs name it and what helps, with status 4")
  func rights() async throws {
    let machine = try await TestMachine.shared()
    try await install(machine, ["job-right.service": "[Service]\nExecStart=/bin/sleep infinity\n"])
    for words in [
      "start job-right", "stop systemd-journald", "enable job-right", "mask job-right",
      "kill systemd-journald",
      "reset-failed systemd-journald", "daemon-reload",
    ] {
      let result = try await machine.run(
        ["/usr/local/bin/upkeep"] + words.split(separator: " ").map(String.init) + [
          "--no-ask-password"
        ],
        properties: ["User=nobody"])
      #expect(result.status == 4, "\(words): \(result)")
      #expect(
        result.stderr.contains("no right to") && result.stderr.contains("run it as root"),
        "\(result)")
    }
  }

  @Test("the user's own manager is served too")
  func user() async throws {
    let machine = try await TestMachine.shared()
    // What pam_systemd does; not each tree has it.
    try await machine.write(
      "/etc/systemd/system/user@0.service.d/runtime.conf",
      "[Service]\nEnvironment=XDG_RUNTIME_DIR=/run/user/0\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "user@0.service"])
    let upkeep = { (words: [String]) in
      try await machine.runDirectly(
        ["env", "HOME=/root", "XDG_RUNTIME_DIR=/run/user/0", "upkeep"] + words + ["--user"])
    }
    // A writer that is gone before journald looks at it has no unit in a user's manager, so it waits for that.
    try await machine.write(
      "/run/user-job/job-user.service",
      "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/sh -c 'echo not today; journalctl --sync; exit 4'\n[Install]\nWantedBy=default.target\n"
    )
    let file = "/root/.config/systemd/user/job-user.service"
    let installed = try await upkeep(["install", "/run/user-job/job-user.service"])
    #expect(installed.status == 1 && installed.stdout.contains("\(file) written\n"), "\(installed)")
    #expect(installed.stderr.contains("exited with status 4"), "\(installed)")
    #expect(installed.stderr.contains("]: not today"), "\(installed)")
    let hints = ["status", "logs"].map { "'upkeep \($0) --user job-user.service'" }
    #expect(hints.allSatisfy(installed.stderr.contains), "\(installed)")
    #expect(try await upkeep(["start", "job-user"]).status == 1)
    #expect(try await upkeep(["reset-failed", "job-user"]).stdout == "job-user.service reset\n")
    let removed = try await upkeep(["remove", "job-user"])
    #expect(removed.status == 0 && removed.stdout.contains("Deleted \(file)\n"), "\(removed)")
    try await machine.require(["systemctl", "stop", "user@0.service"])
  }

  @Test("without a bus or systemd one sentence says so")
  func noBus() async throws {
    let machine = try await TestMachine.shared()
    let user = try await machine.run(
      [
        "/usr/bin/env", "-u", "XDG_RUNTIME_DIR", "-u", "DBUS_SESSION_BUS_ADDRESS",
        "/usr/local/bin/upkeep", "start", "x", "--user",
      ])
    #expect(user.status == 1 && user.stderr.contains("cannot reach the user's manager"), "\(user)")
    let hidden = try await machine.run(
      ["/usr/local/bin/upkeep", "stop", "x"], properties: ["TemporaryFileSystem=/run/systemd"])
    #expect(
      hidden.status == 1 && hidden.stderr.contains("was not booted with systemd"), "\(hidden)")
  }
}
