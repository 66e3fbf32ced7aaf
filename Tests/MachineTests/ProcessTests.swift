import Testing

/// A unit whose service cannot be started, and how it says so.
struct BadStart: Sendable, CustomTestStringConvertible {
  let name: String
  var service = ""
  var policy = ""
  var flags = ""
  var program: String?
  let status: String
  let message: String

  var testDescription: String { name }

  static let all = [
    BadStart(
      name: "limit", service: "User=svc", policy: "Limit=nofile=infinity", status: "205",
      message: "cannot set the limit LimitNOFILE=infinity:infinity: Operation not permitted"),
    BadStart(
      name: "limit-flag", flags: "--limit nofile=9:8", status: "205",
      message: "--limit: nofile: the soft limit 9 is above the hard limit 8"),
    BadStart(
      name: "limit-name", flags: "--limit nofil=9", status: "205",
      message: "--limit: there is no resource 'nofil'; did you mean 'nofile'?"),
    BadStart(
      name: "user", policy: "User=nobody-there", status: "217", message: "cannot become the user nobody-there"
    ),
    BadStart(
      name: "group", policy: "Group=nobody-there", status: "216",
      message: "cannot take on the group nobody-there"),
    BadStart(
      name: "program", program: "/nowhere/program", status: "203", message: "cannot execute /nowhere/program"),
    BadStart(
      name: "folder", policy: "WorkingDirectory=/nowhere", status: "200",
      message: "cannot enter the working directory /nowhere"),
    BadStart(
      name: "key", policy: "ReadynessProbe=tcp://127.0.0.1:1", status: "78",
      message: "/etc/systemd/system/bad-key.service:10:1: unknown key ReadynessProbe= in [X-Upkeep], "
        + "did you mean ReadinessProbe=?"),
    BadStart(
      name: "value", policy: "Restart=no\nLimit=nofile=9:8", status: "78",
      message: "/etc/systemd/system/bad-value.service:11:14: Limit=: nofile: the soft limit 9"),
    BadStart(name: "flag", flags: "--nope", status: "64", message: "--nope"),
    BadStart(
      name: "flag-value", flags: "--restart-limit many", status: "64", message: "--restart-limit: "),
    BadStart(
      name: "command", program: "", status: "64",
      message: "no command: write upkeep-run [OPTIONS] -- COMMAND ARGUMENTS"),
  ]
}

@Suite("The process of a service", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct ProcessTests {
  @Test("has the limits of its unit and of its policy")
  func limits() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "process-limits", on: machine, steps: "",
      service: "LimitNOFILE=4096:8192\nLimitSTACK=4M",
      policy: "Limit=nproc=512:1024\nLimit=cpu=1h\nLimit=rttime=200ms:1s\nLimit=fsize=2G:infinity")
    try await service.start()
    let limits = try await machine.require(["cat", "/proc/\(service.child())/limits"]).stdout
    func limit(_ name: String) -> [Substring] {
      limits.split(separator: "\n").first { $0.hasPrefix(name) }?.dropFirst(name.count)
        .split(separator: " ").prefix(2).map { $0 } ?? []
    }
    #expect(limit("Max open files") == ["4096", "8192"])
    #expect(limit("Max stack size") == ["4194304", "4194304"])
    #expect(limit("Max processes") == ["512", "1024"])
    #expect(limit("Max cpu time") == ["3600", "3600"])
    #expect(limit("Max realtime timeout") == ["200000", "1000000"])
    #expect(limit("Max file size") == ["2147483648", "unlimited"])
    try await service.stop()
  }

  @Test("has the limits of the flags in place of those of its policy")
  func limitFlags() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "process-limit-flags", on: machine, steps: "", flags: "--limit core=0:1M --limit=nofile=77",
      policy: "Limit=nproc=512:1024\nLimit=nofile=99")
    try await service.start()
    let limits = try await machine.require(["cat", "/proc/\(service.child())/limits"]).stdout
    for line in ["Max core file size +0 +1048576 ", "Max open files +77 +77 "] {
      #expect(try limits.contains(Regex(line)), "\(limits)")
    }
    #expect(try !limits.contains(Regex("Max processes +512 ")))
    try await service.stop()
  }

  @Test("is another user's, in another folder, as its policy says")
  func policyIdentity() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "process-policy", on: machine, steps: "facts env:HOME env:USER env:COLOUR env:NOTIFY_SOCKET",
      policy: """
        User=svc
        SupplementaryGroups=daemon
        WorkingDirectory=/var/tmp
        UMask=0027
        Environment=COLOUR=blue "SECOND=two words"
        NoNewPrivileges=yes
        """)
    try await service.start()
    let ids = try await machine.require(["sh", "-c", "echo uid=$(id -u svc) gid=$(id -g svc)"]).stdout
      .trimmingNewlines
    let daemon = try await machine.require(["getent", "group", "daemon"]).stdout.split(separator: ":")[2]
    try await service.line("NOTIFY_SOCKET=@")
    let facts = try await service.line("uid=")
    #expect(facts.hasPrefix("\(ids) groups=") && facts.hasSuffix(" umask=0027 fds=0,1,2"), "\(facts)")
    let groups = facts.split(separator: " ")[2].dropFirst("groups=".count).split(separator: ",")
    #expect(groups.contains(daemon), "\(facts)")
    #expect(try await service.line("cwd=") == "cwd=/var/tmp")
    #expect(try await service.line("HOME=") == "HOME=/")
    #expect(try await service.line("USER=") == "USER=svc")
    #expect(try await service.line("COLOUR=") == "COLOUR=blue")
    let status = try await machine.require(["cat", "/proc/\(service.child())/status"]).stdout
    #expect(status.contains("NoNewPrivs:\t1\n"))
    let runner = try await service.waitUntil { _ in true }["MainPID"] ?? ""
    #expect(try await machine.require(["stat", "-c", "%U", "/proc/\(runner)"]).stdout == "root\n")
    try await service.stop()
  }

  @Test("is the user of its unit, and upkeep-run too")
  func unitIdentity() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "process-unit", on: machine, steps: "facts", service: "User=svc\nUMask=0077\nWorkingDirectory=/var/tmp",
      policy: "RestartDelayMaxSec=7s")
    try await service.start()
    #expect(try await service.line("uid=").contains("umask=0077 fds=0,1,2"))
    #expect(try await service.line("cwd=") == "cwd=/var/tmp")
    let runner = try await service.waitUntil { _ in true }["MainPID"] ?? ""
    for pid in [runner, "\(try await service.child())"] {
      #expect(try await machine.require(["stat", "-c", "%U", "/proc/\(pid)"]).stdout == "svc\n")
    }
    try await machine.signal("KILL", try await service.child())
    _ = try await service.child(2)
    try await service.stop()
  }

  @Test("cannot be started, which is told with systemd's code before anything runs", arguments: BadStart.all)
  func badStart(_ bad: BadStart) async throws {
    let machine = try await TestMachine.shared()
    let program = bad.program ?? "/usr/bin/touch /run/bad-\(bad.name).ran"
    let service = try await TestService(
      "bad-\(bad.name)", on: machine, steps: nil,
      service: "ExecStart=\(TestMachine.runner) \(bad.flags) -- \(program)\n\(bad.service)",
      policy: bad.policy)
    #expect(try await !machine.systemctl("start", service.unit).succeeded)
    let end = try await machine.show(service.unit)
    #expect(end["ActiveState"] == "failed")
    #expect(end["ExecMainStatus"] == bad.status)
    try await service.line(bad.message)
    #expect(try await !machine.runDirectly(["test", "-e", "/run/bad-\(bad.name).ran"]).succeeded)
  }
}

extension String {
  /// Without the newlines at its end.
  var trimmingNewlines: String {
    var text = self[...]
    while text.last == "\n" { text.removeLast() }
    return String(text)
  }
}
