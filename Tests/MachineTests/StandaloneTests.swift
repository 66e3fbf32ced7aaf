import Testing

/// Here no systemd starts `upkeep-run`: commands come through the machine's namespaces alone.
@Suite("Outside systemd", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct StandaloneTests {
  private static let subject = "\(TestMachine.programs)/subject"

  /// A unit file outside systemd's folders; `COMMAND` in `service` is not replaced by anything.
  private func install(_ name: String, on machine: TestMachine, _ lines: String) async throws -> String {
    let path = "/run/standalone/\(name).service"
    try await machine.write(path, lines)
    return path
  }

  @Test("a unit file alone is enough, with or without upkeep-run in it", arguments: ["", "wrapped"])
  func unitFile(kind: String) async throws {
    let machine = try await TestMachine.shared()
    let front = kind.isEmpty ? "" : "/usr/bin/upkeep-run --umask 0077 -- "
    try await machine.write("/run/standalone/variables", "FROM_FILE='of a file'\n# nothing\nBOTH=file\n")
    let path = try await install(
      "alone\(kind)", on: machine,
      """
      [Service]
      Type=notify
      ExecStart=\(front)\(Self.subject) facts env:ONE env:FROM_FILE env:BOTH 'say:${ONE} %n' \\
        exit:5
      Environment=ONE=1 "BOTH=unit"
      EnvironmentFile=/run/standalone/variables
      EnvironmentFile=-/run/standalone/none
      WorkingDirectory=/var/tmp
      User=svc
      UMask=0027
      LimitNOFILE=64:128
      [X-Upkeep]
      Restart=no
      """)
    let result = try await machine.runDirectly([TestMachine.runner, "--unit-file", path])
    #expect(result.status == 5, "\(result)")
    let ids = try await machine.require(["sh", "-c", "echo uid=$(id -u svc) gid=$(id -g svc)"]).stdout
      .trimmingNewlines
    let lines = result.stdout.split(separator: "\n")
    try #require(lines.count == 6, "\(result)")
    #expect(lines[0].hasPrefix("\(ids) groups="))
    #expect(lines[0].hasSuffix(" umask=\(kind.isEmpty ? "0027" : "0077") fds=0,1,2"))
    #expect(
      lines[1...] == [
        "cwd=/var/tmp", "ONE=1", "FROM_FILE=of a file", "BOTH=file", "1 alone\(kind).service",
      ])
    #expect(result.stderr.contains("upkeep-run: Main process "), "\(result)")
  }

  @Test("its drop-ins count, and a mistake in it is told with its place")
  func dropIn() async throws {
    let machine = try await TestMachine.shared()
    let path = try await install(
      "dropped", on: machine, "[Service]\nExecStart=\(Self.subject) exit:6\n[X-Upkeep]\nRestart=always\n")
    try await machine.write("\(path).d/10.conf", "[X-Upkeep]\nRestart=no\n")
    let good = try await machine.runDirectly([TestMachine.runner, "--unit-file", path])
    #expect(good.status == 6, "\(good)")
    try await machine.write("\(path).d/20.conf", "[X-Upkeep]\nRestart=sometimes\n")
    let bad = try await machine.runDirectly([TestMachine.runner, "--unit-file", path])
    #expect(bad.status == 78)
    #expect(bad.stderr.hasPrefix("upkeep-run: \(path).d/20.conf:2:9: Restart=: "), "\(bad)")
  }

  @Test(
    "the exit code is the command's own, or 128 and the signal's number",
    arguments: [("exit:0", 0), ("exit:42", 42), ("kill:TERM", 143), ("kill:SEGV", 139)])
  func exitCode(step: String, code: Int32) async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([
      TestMachine.runner, "--restart", "no", "--", Self.subject, step,
    ])
    #expect(result.status == code, "\(result)")
  }

  @Test("SIGTERM stops with the unit file's signal and time, and the exit code is 0")
  func terminates() async throws {
    let machine = try await TestMachine.shared()
    let path = try await install(
      "terminated", on: machine,
      """
      [Service]
      ExecStart=\(Self.subject) ignore:TERM on:USR2 stray:stray tell:/run/standalone/terminated.up
      KillSignal=SIGUSR2
      TimeoutStopSec=1s
      """)
    let result = try await stopped(
      by: ["TERM"], machine, "terminated", command: "\(TestMachine.runner) --unit-file \(path)")
    #expect(result.status == 0, "\(result)")
    #expect(result.stdout.contains("got USR2\n"))
    #expect(result.stderr.contains("Killing what did not stop in time"), "\(result)")
    let stray = result.stdout.split(separator: "\n").first { $0.hasPrefix("stray ") }?.split(separator: " ")
      .last
    let exists = try await machine.runDirectly(["test", "-d", "/proc/\(stray ?? "1")"]).succeeded
    #expect(!exists)
  }

  @Test("a second SIGINT kills at once what did not stop at the first")
  func interruptedTwice() async throws {
    let machine = try await TestMachine.shared()
    // A shell without job control lets its background jobs ignore SIGINT.
    let result = try await stopped(
      by: ["INT", "INT"], machine, "interrupted",
      command: """
        env --default-signal=INT \(TestMachine.runner) --timeout-stop 10min -- \(Self.subject) ignore:INT \
        stray:stray tell-on:TERM=/run/standalone/interrupted.up tell:/run/standalone/interrupted.up
        """)
    #expect(result.status == 0, "\(result)")
    #expect(result.stderr.contains("Killing what did not stop in time"), "\(result)")
    // The first alone would have done so after two seconds.
    let times = result.stdout.split(separator: "\n").compactMap { Double($0) }
    try #require(times.count == 2)
    #expect(times[1] - times[0] < 1.9)
  }

  @Test("signals that its parent ignored are heard all the same")
  func ignoredSignals() async throws {
    let machine = try await TestMachine.shared()
    let result = try await stopped(
      by: ["TERM"], machine, "ignoring",
      command: """
        env --ignore-signal=TERM \(TestMachine.runner) -- \(Self.subject) tell:/run/standalone/ignoring.up
        """)
    #expect(result.status == 0, "\(result)")
    #expect(result.stderr.contains("Stopping"), "\(result)")
  }

  @Test("as PID 1 of a container it reaps what others leave, stops at SIGTERM and leaves nothing")
  func initOfContainer() async throws {
    let machine = try await TestMachine.shared()
    let result = try await stopped(
      by: ["TERM"], machine, "container",
      command: """
        unshare --pid --fork --mount-proc --kill-child -- \(TestMachine.runner) --timeout-stop 1s -- \
        \(Self.subject) orphans:100 env:x tell:/run/standalone/container.up zombies stray:stray \
        tell:/run/standalone/container.up
        """, inContainer: true)
    #expect(result.status == 0, "\(result)")
    #expect(result.stdout.contains("0 zombies\n"), "\(result)")
    #expect(result.stderr.contains("Started main process 2"), "\(result)")
    #expect(result.stderr.contains("Killing what did not stop in time"), "\(result)")
  }

  @Test("as PID 1 of a container it exits like its command", arguments: [("exit:7", 7), ("kill:KILL", 137)])
  func initExits(step: String, code: Int32) async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([
      "unshare", "--pid", "--fork", "--mount-proc", "--", TestMachine.runner, "--restart", "no", "--",
      Self.subject, step,
    ])
    #expect(result.status == code, "\(result)")
  }

  @Test("a crash is followed by a restart, and a probe by readiness, with nobody to tell")
  func restarts() async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([
      TestMachine.runner, "--restart-limit", "2", "--restart-delay", "100ms", "--readiness-probe",
      "tcp://127.0.0.1:18801", "--", Self.subject, "tcp:18801", "exit:11",
    ])
    #expect(result.status == 11, "\(result)")
    #expect(result.stderr.contains("Next attempt in 100ms after exit 11, attempt 2 of 2"), "\(result)")
    #expect(result.stderr.contains("Restart limit of 2 reached after exit 11"), "\(result)")
  }

  /// Runs `command` until its service has written to its FIFO (twice in a container: the second time it is
  /// settled), sends it the signals, each but the first after another line in the FIFO, and waits for its end. Says
  /// the times of the first signal and of the end in seconds.
  private func stopped(
    by signals: [String], _ machine: TestMachine, _ name: String, command: String, inContainer: Bool = false
  ) async throws -> CommandResult {
    let up = "/run/standalone/\(name).up"
    try await machine.require(["sh", "-c", "mkdir -p /run/standalone && mkfifo \(up)"])
    // The FIFO is opened once: between two openings a line could be lost, or an end be read instead of one.
    // In a container the signals go to its PID 1, the only child of unshare.
    let target = inContainer ? "$(cat /proc/$!/task/$!/children)" : "$!"
    let sending = signals.map { "kill -\($0) $main" }.joined(separator: "; read line <&3; ")
    return try await machine.runDirectly([
      "sh", "-c",
      """
      exec 3<>\(up)
      \(command) 3>&- &
      \(String(repeating: "read line <&3; ", count: inContainer ? 2 : 1))
      main=\(target)
      cut -d' ' -f1 /proc/uptime
      \(sending)
      wait $!
      code=$?
      cut -d' ' -f1 /proc/uptime
      exit $code
      """,
    ])
  }
}
