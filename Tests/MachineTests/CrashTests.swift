import Foundation
import Testing

/// What `upkeep-run` finds out about crashes, on real journals.
@Suite("A crash", .onMachine, .withMachine, .timeLimit(.minutes(10)))
struct CrashTests {
  @Test("is reported with its cause and the last 20 lines of that instance")
  func lastLines() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "cr-lines", on: machine, steps: nil,
      service: """
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'for i in $(seq 1 30); do echo line $i; done; \
        read x <GATE; echo last words >&2; exit 3'
        """,
      policy: "RestartFirstDelaySec=1h")
    try await service.start()
    let pid = try await service.child()
    try await service.line("line 30")
    try await service.open()
    let report = try await service.event("crashed")
    #expect(report.message.hasPrefix("Main process \(pid) crashed: exit 3, after "))
    #expect(report.fields["CHILD_PID"] == "\(pid)" && report.fields["EXIT_STATUS"] == "3")
    #expect(report.fields["PRIORITY"] == "4" && report.fields["RESTARTS"] == "0")
    let lines = (12...30).map { "line \($0)" } + ["last words"]
    #expect(report.fields["OUTPUT"]?.split(separator: "\n").map(String.init) == lines)
    // The wait for the next instance was not held up by it.
    #expect(try await service.events().suffix(3) == ["ended", "backingOff", "crashed"])
    try await service.stop()
  }

  @Test("that ends the unit is reported before the unit's last event, with its lines")
  func lastCrash() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "cr-end", on: machine, steps: nil,
      service: "ExecStart=\(TestMachine.runner) -- /bin/sh -c 'echo no config; exit 78'",
      policy: "Restart=no")
    try await service.startLater()
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    #expect(try await service.events().suffix(3) == ["ended", "crashed", "stopped"])
    let report = try await service.event("crashed")
    #expect(report.fields["OUTPUT"] == "no config")
    #expect(report.fields["_SYSTEMD_UNIT"] == service.unit)
  }

  @Test("is none if the end was clean, asked for, or the policy calls it a success")
  func noCrash() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "cr-none", on: machine, steps: "notify:READY=1 wait:GATE exit:7",
      policy: "SuccessExitStatus=7\nRestart=always\nRestartFirstDelaySec=0")
    try await service.start()
    try await service.open()
    try await service.event("ready", 2)
    try await service.stop()
    try await service.event("stopped")
    #expect(!(try await service.events()).contains("crashed"))
  }

  @Test("with a core dump is reported with what systemd-coredump itself says of it, and nobody else")
  func coreDump() async throws {
    let machine = try await TestMachine.shared()
    // There is none here: the kernel's core pattern is the host's. So its socket and its entry are made by hand.
    try await machine.require(["sh", "-c", "mkdir -p /run/systemd && : >/run/systemd/coredump"])
    let service = try await TestService(
      "cr-core", on: machine, steps: nil,
      service: """
        LimitCORE=infinity
        WorkingDirectory=/tmp
        ExecStart=\(TestMachine.runner) -- /bin/sh -c 'ulimit -c unlimited; read x <GATE; kill -SEGV $$$$'
        """,
      policy: "RestartFirstDelaySec=1h")
    try await service.start()
    let pid = try await service.child()
    try await service.open()
    let end = try await service.event("ended")
    try #require(end.fields["CORE_DUMPED"] == "yes", "this kernel writes no core dumps")
    func entry(_ file: String, _ unit: String) async throws {
      let fields = """
        MESSAGE=Process \(pid) dumped core.
        MESSAGE_ID=fc2e22bc6ee647b6b90729ab34a250b1
        COREDUMP_PID=\(pid)
        COREDUMP_FILENAME=\(file)
        """
      try await machine.write("/run/\(unit).entry", fields + "\n")
      // The writer lives until journald has looked at it.
      let writer = """
        import socket, subprocess
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.sendto(open('/run/\(unit).entry', 'rb').read(), '/run/systemd/journal/socket')
        subprocess.run(['journalctl', '--sync'])
        """
      try await machine.require([
        "systemd-run", "-q", "--wait", "--collect", "--unit=\(unit)", "python3", "-c", writer,
      ])
    }
    try await entry("/tmp/forged", "cr-forger")
    try await entry("/var/lib/systemd/coredump/core.sh.\(pid).zst", "systemd-coredump@1-1-0")
    let report = try await service.event("crashed")
    #expect(report.fields["CORE_DUMP_FILE"] == "/var/lib/systemd/coredump/core.sh.\(pid).zst")
    #expect(report.fields["CORE_DUMP_ENTRY"]?.hasPrefix("s=") == true)
    #expect(report.message.hasSuffix(", core dump in /var/lib/systemd/coredump/core.sh.\(pid).zst"))
    try await service.stop()
    try await machine.require(["rm", "-f", "/run/systemd/coredump"])
  }

  @Test("is explained by journalctl -x")
  func explained() async throws {
    let machine = try await TestMachine.shared()
    let catalog = TestMachine.script.deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "packaging/upkeep.catalog").path
    try await TestMachine.control(
      machine.name, ["put", catalog, "/usr/lib/systemd/catalog/upkeep.catalog"])
    try await machine.require(["journalctl", "--update-catalog"])
    let service = try await TestService(
      "cr-explain", on: machine, steps: nil,
      service: "ExecStart=\(TestMachine.runner) -- /bin/sh -c 'echo out of luck; exit 5'",
      policy: "RestartFirstDelaySec=1h")
    try await service.start()
    try await service.event("crashed")
    let text = try await machine.require([
      "journalctl", "-x", "--no-pager", "-u", service.unit, "UPKEEP_EVENT=crashed",
    ]).stdout
    #expect(text.contains("Subject: cr-explain.service crashed"))
    #expect(text.contains("Defined-By: Upkeep"))
    #expect(text.contains("The last lines that it wrote:") && text.contains("out of luck"))
    #expect(!text.contains("@"))
    try await service.stop()
  }
}
