import Foundation
import Testing

@Suite("upkeep generate", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct GenerateTests {
  private static let program = "/usr/local/bin/upkeep"

  /// Lines of options, each of its own kind of service; the bar is the exposure that it may have at most.
  private static let family: [(options: String, bar: Double)] = [
    ("--name g-tcp --exec '/usr/bin/python3 -m http.server 18801' --working-directory /usr/share", 1.1),
    (
      "--name g-user --user generated --exec '/usr/bin/python3 -c pass' --state-directory g/a:b --state-directory c",
      1.1
    ),
    ("--name g-listen --exec '/usr/bin/python3 -c pass' --listen 18802 --listen /run/g-listen.sock", 0.2),
    ("--name g-low --exec '/usr/bin/python3 -c pass' --allow low-ports", 1.4),
    ("--name g-master --exec '/usr/bin/python3 -c pass' --user root --runtime root-master", 2.1),
    ("--name g-probed --exec '/usr/bin/python3 -c pass' --ready http://127.0.0.1:1/ --watchdog 30s", 1.1),
    (
      "--name g-task --exec '/usr/bin/python3 -c pass' --schedule 'Mon..Fri 04:30' --randomized-delay 1h", 1.1
    ),
    ("--name g-often --exec /bin/true --every 15min --memory-max 10% --cpu-quota 150% --tasks-max 20%", 1.1),
    (
      "--name g-all@ --exec '/usr/bin/python3 -c pass %i' --environment 'A=b c\"$d' --environment-file -/x --credential k=/etc/hostname --limit nofile=4096:8192 --limit cpu=1min --stop-signal INT --kill-mode mixed --success-exit-status 143 --reload-signal HUP --on-failure systemd-journald.service --nice 5 --oom-score-adjust 100 --documentation man:sh(1) --memory-high 1G --after network-online.target",
      1.1
    ),
    ("--name g-standard --exec /bin/true --profile standard --restart-max 1min", 5),
    ("--name g-off --exec /bin/true --profile off", 10),
    (
      "--name g-many --exec /bin/true --allow network-admin,raw-sockets,packet,device=/dev/null,gpu,write=/srv,read=/home/x,resources,ptrace-all,bpf,kernel-log",
      10
    ),
  ]

  private func file(_ lines: [String]) -> String { lines.joined(separator: "\n") + "\n" }

  @Test("makes a unit for a user's own manager that starts, serves and is rated as its file says")
  func user() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["useradd", "--create-home", "--shell", "/bin/sh", "generator"])
    let id = try await machine.require(["id", "-u", "generator"]).stdout
      .trimmingCharacters(in: .whitespacesAndNewlines)
    try await machine.require(["systemctl", "start", "user@\(id).service"])
    let asUser = { (words: [String]) in
      try await machine.runDirectly(
        [
          "setpriv", "--reuid", id, "--regid", id, "--clear-groups", "env", "HOME=/home/generator",
          "XDG_RUNTIME_DIR=/run/user/\(id)", "XDG_CONFIG_HOME=/home/generator/.config",
        ] + words)
    }
    let made = try await asUser([
      Self.program, "generate", "--scope", "user", "--name", "g-own", "--exec",
      "/usr/bin/python3 -m http.server 18899 --bind 127.0.0.1", "--ready", "http://127.0.0.1:18899/",
      "--install", "--now",
    ])
    #expect(made.succeeded && made.stdout.contains("g-own.service started"), "\(made)")
    let page = try await machine.run(["curl", "--silent", "--fail", "http://127.0.0.1:18899/"])
    #expect(page.succeeded, "\(page)")
    let file = "/home/generator/.config/systemd/user/g-own.service"
    let text = try await machine.require(["cat", file]).stdout
    let rated = try await asUser(["systemd-analyze", "--user", "security", "--no-pager", "g-own.service"])
    let exposure = try #require(rated.stdout.firstMatch(of: /: ([0-9.]+) [A-Z]+/)?.1)
    #expect(text.contains("exposure \(exposure)."), "\(rated)")
    let status = try await asUser([Self.program, "status", "--user", "g-own"])
    #expect(status.stdout.contains("Exposure: \(exposure) of 10"), "\(status)")
    #expect(status.stdout.contains("'upkeep score --user g-own.service' shows why"), "\(status)")
    try await machine.require(["systemctl", "stop", "user@\(id).service"])
  }

  @Test("makes units of all kinds that verify without a word and keep below their bars")
  func verifies() async throws {
    let machine = try await TestMachine.shared()
    let folder = "/run/generated"
    try await machine.write("\(folder).list", file(Self.family.map(\.options)))
    try await machine.require([Self.program, "generate", "--from", "\(folder).list", "--output-dir", folder])
    let listed = try await machine.require(["sh", "-c", "cd \(folder) && ls *.service *.socket *.timer"])
      .stdout
    let units = listed.split(separator: "\n").map(String.init)
    #expect(units.count == Self.family.count + 3)
    let verified = try await machine.runDirectly(
      ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no"] + units.map { "\(folder)/\($0)" })
    #expect(verified.stdout + verified.stderr == "")
    #expect(verified.succeeded)
    for (options, bar) in Self.family {
      let name = String(options.split(separator: " ")[1])
      let rated = try await machine.require(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", "\(folder)/\(name).service"])
      let shown = rated.stdout.firstMatch(of: /: ([0-9.]+) [A-Z]+/)?.1
      let exposure = try #require(shown.flatMap { Double($0) })
      #expect(exposure <= bar, "\(name)")
      // What the file says of itself is what systemd says.
      let text = try await machine.require(["cat", "\(folder)/\(name).service"]).stdout
      #expect(text.contains("exposure \(exposure)") || bar == 10, "\(name)")
    }
    // The same again gives the same bytes.
    try await machine.require([
      Self.program, "generate", "--from", "\(folder).list", "--output-dir", "\(folder).2",
    ])
    try await machine.require(["diff", "-r", folder, "\(folder).2"])
  }

  /// What each need opens: Python that ends well with it and not without.
  private static let needs: [(need: String, options: String, code: String)] = [
    ("netlink", "", "import socket; socket.if_nameindex()"),
    ("raw-sockets", "", "import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)"),
    ("packet", "", "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)"),
    ("low-ports", "", "import socket; socket.socket().bind(('127.0.0.1', 81))"),
    ("socket=AF_VSOCK", "", "import socket; socket.socket(40, socket.SOCK_STREAM)"),
    ("home-read", "", "import os; os.listdir('/home/needy')"),
    ("home-write", "--user needy", "open('/home/needy/f', 'w')"),
    ("shared-tmp", "--user needy", "import os; os.stat('/tmp/needy-mark'); open('/tmp/needy-own', 'w')"),
    ("foreign-files", "--user needy", "open('/srv/needy-secret')"),
    (
      "chown", "--user needy --state-directory needy",
      "import os; open('/var/lib/needy/c', 'w'); os.chown('/var/lib/needy/c', 0, 0)"
    ),
    (
      "setgid-files", "--user needy --state-directory needy",
      "import os; open('/var/lib/needy/s', 'w'); os.chmod('/var/lib/needy/s', 0o2755)"
    ),
    ("jit", "", "import mmap; mmap.mmap(-1, 4096, prot=7)"),
    ("system-stats", "", "open('/proc/meminfo').read()"),
    ("processes", "", "import os; os.stat('/proc/1')"),
    ("resources", "", "import os; os.setpriority(os.PRIO_PROCESS, 0, 5)"),
    ("realtime", "", "import os; os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))"),
    ("users", "--user root", "import os; os.setgroups([]); os.setgid(65534); os.setuid(65534)"),
    ("namespaces", "", "import ctypes; assert ctypes.CDLL(None).unshare(0x10000000) == 0"),
    ("personality", "", "import ctypes; assert ctypes.CDLL(None).personality(0x40000) != -1"),
    ("ptrace", "", "import ctypes; assert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0"),
    ("chroot", "--user root", "import os; os.chroot('/usr')"),
    (
      "mounts", "--user root",
      "import ctypes; assert ctypes.CDLL(None).mount(b'x', b'/mnt', b'tmpfs', 0, None) == 0"
    ),
    ("write=/srv/needy", "--user needy", "open('/srv/needy/x', 'w')"),
    (
      "setuid-programs", "--user needy",
      "import re; assert 'NoNewPrivs:\\t0' in open('/proc/self/status').read()"
    ),
    ("audit", "--user root", "import socket; socket.socket(16, socket.SOCK_RAW, 9)"),
    (
      "shared-ipc", "--user needy",
      "import os; assert os.readlink('/proc/self/ns/ipc') == open('/srv/needy-ipc').read().strip()"
    ),
  ]

  @Test("lets in what each word of --allow says, and without it does not")
  func needs() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require([
      "sh", "-c",
      """
      useradd -r -s /usr/sbin/nologin needy; mkdir -p /home/needy /srv/needy; touch /tmp/needy-mark /home/needy/file
      chown -R needy /home/needy /srv/needy; chmod 755 /home/needy; touch /srv/needy-secret
      chmod 600 /srv/needy-secret; readlink /proc/1/ns/ipc >/srv/needy-ipc
      """,
    ])
    var lines: [String] = []
    for (index, need) in Self.needs.enumerated() {
      let quoted = need.code.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(
        of: "\"", with: "\\\"")
      let common = "--type oneshot --sysusers no \(need.options)"
      let command = "-- /usr/bin/python3 -c \"\(quoted)\""
      lines.append("--name need\(index)-with --allow \(need.need) \(common) \(command)")
      lines.append("--name need\(index)-without \(common) \(command)")
    }
    try await machine.write("/run/needs.list", file(lines))
    try await machine.require([
      Self.program, "generate", "--from", "/run/needs.list", "--output-dir", "/etc/systemd/system",
    ])
    try await machine.daemonReload()
    for (index, need) in Self.needs.enumerated() {
      let with = try await machine.systemctl("start", "need\(index)-with")
      if !with.succeeded {
        let journal = try await machine.journal("need\(index)-with.service").map(\.message)
        Issue.record("--allow \(need.need) does not help: \(journal.suffix(4))")
      }
      let without = try await machine.systemctl("start", "need\(index)-without")
      #expect(!without.succeeded, "\(need.need) is open without being asked for")
    }
  }

  /// A web server that takes its socket from systemd.
  private static let activated = """
    import socket, os
    s = socket.socket(fileno=3)
    while True:
      c, _ = s.accept(); c.recv(4096); c.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\n' + os.environ['LISTEN_FDS'].encode()); c.close()
    """

  @Test("installs a service that systemd listens for, on a low port, with no network of its own")
  func listen() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write("/usr/local/lib/generated-server.py", Self.activated)
    let options = [
      "--name", "generated-web", "--listen", "127.0.0.1:82", "--exec",
      "/usr/bin/python3 /usr/local/lib/generated-server.py",
    ]
    let installed = try await machine.require([Self.program, "generate", "--install", "--now"] + options)
    #expect(installed.stdout.contains("generated-web.socket enabled\n"))
    #expect(installed.stdout.contains("generated-web.service started\n"))
    let answer = try await machine.require(["curl", "-s", "--max-time", "60", "http://127.0.0.1:82/"])
    #expect(answer.stdout == "1")
    let rated = try await machine.require(["systemd-analyze", "security", "--no-pager", "generated-web"])
    #expect(rated.stdout.contains("generated-web.service: 0.2 SAFE"))
    let again = try await machine.require([Self.program, "generate", "--install"] + options)
    #expect(again.stdout.contains("/etc/systemd/system/generated-web.service is as it should be\n"))
    try await machine.systemctl("stop", "generated-web.socket", "generated-web.service")
  }

  @Test("shows what would change and changes nothing, unless it is forced")
  func force() async throws {
    let machine = try await TestMachine.shared()
    let path = "/etc/systemd/system/generated-own.service"
    try await machine.write(path, "[Service]\nExecStart=/bin/true\n")
    let command = [
      Self.program, "generate", "--install", "--name", "generated-own", "--exec", "/bin/sleep infinity",
    ]
    let refused = try await machine.runDirectly(command)
    #expect(refused.status == 1)
    #expect(refused.stderr.contains("-ExecStart=/bin/true\n"))
    #expect(refused.stderr.contains("+ExecStart=/bin/sleep infinity\n"))
    #expect(refused.stderr.contains("--force"))
    #expect(try await machine.require(["cat", path]).stdout == "[Service]\nExecStart=/bin/true\n")
    let forced = try await machine.require(command + ["--force", "--now"])
    #expect(forced.stdout.contains("\(path) replaced\n"))
    #expect(try await machine.show("generated-own")["ActiveState"] == "active")
    #expect(try await machine.require(["find", "/etc/systemd/system", "-name", ".*"]).stdout == "")
    try await machine.systemctl("stop", "generated-own")
    let packaged = try await machine.runDirectly([
      Self.program, "generate", "--install", "--name", "systemd-journald", "--exec", "/bin/true",
    ])
    #expect(packaged.status == 1)
    #expect(packaged.stderr.contains("--drop-in systemd-journald.service"))
  }

  @Test(
    "says why a service does not start, and leaves its files",
    arguments: [
      (
        "generated-bad1", ["--exec", "/usr/bin/python3 -c 'raise SystemExit(7)'", "--type", "oneshot"],
        "exit status 7"
      ),
      ("generated-bad2", ["--exec", "/usr/local/bin/nothing-there"], "203: the program is not there"),
      (
        "generated-bad3",
        ["--exec", "/bin/true", "--allow", "write=/srv/nothing-there", "--user", "needless"], "226: "
      ),
      ("generated-bad4", ["--exec", "/bin/true", "--credential", "a=/nothing-there"], "243: a credential"),
    ])
  func failure(name: String, options: [String], reason: String) async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly(
      [Self.program, "generate", "--install", "--now", "--name", name, "--restart", "no"] + options)
    #expect(result.status == 1)
    #expect(result.stderr.contains(reason), "\(result)")
    #expect(result.stderr.contains("journalctl -u \(name).service"))
    try await machine.require(["test", "-f", "/etc/systemd/system/\(name).service"])
  }

  @Test("makes a user, a template with its instance's name, and a timer that waits")
  func companions() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require([
      Self.program, "generate", "--install", "--name", "generated-many@", "--user", "generated-user",
      "--state-directory",
      "many/%i", "--type", "oneshot", "--exec",
      "/usr/bin/python3 -c \"import os,sys; open(os.environ['STATE_DIRECTORY']+'/x','w').write(sys.argv[1])\" %i",
    ])
    try await machine.require(["systemctl", "start", "generated-many@one.service"])
    #expect(try await machine.require(["cat", "/var/lib/many/one/x"]).stdout == "one")
    #expect(
      try await machine.require(["stat", "-c", "%U", "/var/lib/many/one/x"]).stdout == "generated-user\n")
    try await machine.require([
      Self.program, "generate", "--install", "--now", "--name", "generated-task", "--schedule", "*-*-* 04:30",
      "--exec",
      "/bin/true",
    ])
    let next = try await machine.show("generated-task.timer", ["ActiveState", "NextElapseUSecRealtime"])
    #expect(next["ActiveState"] == "active")
    #expect(next["NextElapseUSecRealtime"]?.contains("04:30:00") == true)
  }

  @Test(
    "puts upkeep-run in front when a probe asks for it, inside a full sandbox, and by a socket of systemd")
  func wrapper() async throws {
    let machine = try await TestMachine.shared()
    try await machine.write("/usr/local/lib/generated-server.py", Self.activated)
    let made = try await machine.require([
      Self.program, "generate", "--install", "--now", "--name", "generated-probed", "--listen", "18803",
      "--ready",
      "http://127.0.0.1:18803/", "--watchdog", "30s", "--restart", "always", "--exec",
      "/usr/bin/python3 /usr/local/lib/generated-server.py",
    ])
    #expect(made.stdout.contains("generated-probed.service started\n"))
    let unit = try await machine.show("generated-probed", ["StatusText", "Type", "ExecStart", "Restart"])
    #expect(unit["StatusText"] == "ready")
    #expect(unit["Type"] == "notify")
    #expect(unit["ExecStart"]?.contains("path=/usr/local/bin/upkeep-run ") == true)
    let rated = try await machine.require(["systemd-analyze", "security", "--no-pager", "generated-probed"])
    #expect(rated.stdout.contains("generated-probed.service: 0.9 SAFE"))
    try await machine.systemctl("stop", "generated-probed.socket", "generated-probed.service")
  }

  @Test("makes a drop-in that hardens a unit without touching its file")
  func dropIn() async throws {
    let machine = try await TestMachine.shared()
    try await machine.install(
      unit: "generated-old.service",
      "[Service]\nExecStart=/usr/bin/python3 -m http.server 18804\nCapabilityBoundingSet=CAP_CHOWN CAP_KILL\nUser=daemon\n"
    )
    let made = try await machine.require([
      Self.program, "generate", "--install", "--now", "--drop-in", "generated-old", "--allow", "low-ports",
      "--ready",
      "http://127.0.0.1:18804/", "--working-directory", "/usr/share",
    ])
    #expect(made.stdout.contains("/etc/systemd/system/generated-old.service.d/50-upkeep.conf written\n"))
    let unit = try await machine.show(
      "generated-old", ["CapabilityBoundingSet", "ProtectSystem", "StatusText", "User", "ActiveState"])
    #expect(unit["CapabilityBoundingSet"] == "cap_net_bind_service")
    #expect(unit["ProtectSystem"] == "strict")
    #expect(unit["StatusText"] == "ready")
    #expect(unit["User"] == "daemon")
    try await machine.systemctl("stop", "generated-old")
  }
}
