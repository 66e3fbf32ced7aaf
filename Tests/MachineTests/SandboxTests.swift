import Testing

/// A directive, something it must forbid, and the words in which the kernel then says no.
struct Sandbox: Sendable, CustomTestStringConvertible {
  let directive: String
  let attempt: String
  let refusal: String

  var testDescription: String { directive }

  init(_ directive: String, _ attempt: String, _ refusal: String) {
    self.directive = directive
    self.attempt = attempt
    self.refusal = refusal
  }

  static let all = [
    Sandbox(
      "MemoryDenyWriteExecute=yes", "import mmap; mmap.mmap(-1, 4096, prot=7)", "PermissionError"),
    Sandbox(
      "IPAddressDeny=any", "import socket; socket.socket(2, 2).sendto(b'x', ('127.0.0.1', 9))",
      "Operation not permitted"),
    Sandbox(
      "PrivateNetwork=yes", "import socket; socket.if_nametoindex('eth0')", "no interface with this name"),
    Sandbox("RestrictAddressFamilies=AF_UNIX", "import socket; socket.socket()", "not supported by protocol"),
    Sandbox("SystemCallFilter=~@chown", "import os; os.chown('/tmp', 0, 0)", ""),
    Sandbox("SystemCallFilter=~@chown:EACCES", "import os; os.chown('/tmp', 0, 0)", "Permission denied"),
    Sandbox("ProtectSystem=strict", "open('/etc/probe', 'w')", "Read-only file system"),
    Sandbox("ProtectHome=yes", "open('/root/probe', 'w')", "Read-only file system"),
    Sandbox("PrivateDevices=yes", "import os; os.stat('/dev/console')", "No such file"),
    Sandbox(
      "ProtectProc=invisible", "import os; os.setgroups([]); os.setgid(9); os.setuid(9); os.stat('/proc/1')",
      "No such file"),
    Sandbox("CapabilityBoundingSet=", "import os; os.chown('/tmp', 1, 1)", "Operation not permitted"),
    Sandbox(
      "RestrictNamespaces=~uts", "import ctypes; assert ctypes.CDLL(None).unshare(0x4000000) == 0",
      "AssertionError"),
    Sandbox("LimitNOFILE=64", "[open('/dev/null') for _ in range(99)]", "Too many open files"),
    Sandbox("User=svc", "open('/etc/probe', 'w')", "Permission denied"),
    Sandbox("TemporaryFileSystem=/var", "import os; os.stat('/var/lib')", "No such file"),
  ]
}

/// False passes are worse than no tests: the sandbox of the machine must be the one of a real host.
@Suite("The machine's sandbox", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct SandboxTests {
  @Test("a directive forbids what it must, and only the directive does", arguments: Sandbox.all)
  func directiveIsEnforced(sandbox: Sandbox) async throws {
    let machine = try await TestMachine.shared()
    let python = ["/usr/bin/python3", "-c", sandbox.attempt]
    let free = try await machine.run(python)
    #expect(free.succeeded, "without \(sandbox.directive): \(free)")
    let bound = try await machine.run(python, properties: [sandbox.directive])
    #expect(!bound.succeeded)
    #expect(sandbox.refusal.isEmpty || bound.stderr.contains(sandbox.refusal), "\(bound)")
  }

  @Test("a filtered system call kills with SIGSYS")
  func systemCallFilterKills() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "filtered.service", "[Service]\nSystemCallFilter=~uname\nExecStart=/bin/uname\n")
    try await machine.daemonReload()
    try await machine.systemctl("start", "filtered.service")
    let end = try await machine.waitUntil("filtered.service") { $0["ActiveState"] == "failed" }
    #expect(end["ExecMainStatus"] == "31")
  }

  @Test("a service that never pings is ended by systemd's watchdog")
  func watchdogActs() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "mute.service", "[Service]\nWatchdogSec=200ms\nExecStart=/bin/sleep infinity\n")
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "mute.service"])
    let end = try await machine.waitUntil("mute.service") { $0["ActiveState"] == "failed" }
    #expect(end["Result"] == "watchdog")
    try await machine.waitForJournal("mute.service", containing: "Watchdog timeout")
  }
}
