import Foundation
import Testing

/// `upkeep logs` on real journals, beside journalctl.
@Suite("upkeep logs", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct LogsTests {
  private static func logs(_ machine: TestMachine, _ arguments: String...) async throws -> CommandResult {
    try await machine.require(["journalctl", "--sync"])
    return try await machine.runDirectly([TestMachine.upkeep, "logs"] + arguments)
  }

  private static func objects(_ text: String) throws -> [NSDictionary] {
    try text.split(separator: "\n").map { line in
      try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? NSDictionary)
    }
  }

  /// Runs a shell script as a unit of the machine, to its end.
  ///
  /// It is a file: systemd 252 writes `$` and `;` of a transient unit's command so that it reads others after a
  /// daemon-reload.
  private static func run(_ script: String, as unit: String, on machine: TestMachine) async throws {
    let file = "/run/lg/\(unit).sh"
    try await machine.write(file, script)
    try await machine.require(["systemd-run", "-q", "--wait", "--collect", "--unit=\(unit)", "sh", file])
  }

  @Test(
    "of several units are merged in the order of time, with the manager's words about them, as journalctl does"
  )
  func merged() async throws {
    let machine = try await TestMachine.shared()
    for (unit, word) in [
      ("lg-a", "one"), ("lg-b", "two"), ("lg-c", "three"), ("lg-a", "four"), ("lg-b", "five"),
    ] {
      try await Self.run("echo \(word)", as: unit, on: machine)
    }
    let ours = try await Self.logs(machine, "lg-a", "lg-b.service", "-o", "json")
    let theirs = try await machine.require([
      "journalctl", "--all", "-o", "json", "-u", "lg-a.service", "-u", "lg-b.service",
    ])
    let entries = try Self.objects(ours.stdout)
    #expect(entries == (try Self.objects(theirs.stdout)))
    let own = entries.compactMap { $0["MESSAGE"] as? String }.filter {
      ["one", "two", "three", "four", "five"].contains($0)
    }
    #expect(own == ["one", "two", "four", "five"])
    #expect(entries.count > 8)

    let glob = try await Self.logs(machine, "lg-[ab]*", "-o", "json")
    #expect(try Self.objects(glob.stdout) == entries)
    let none = try await Self.logs(machine, "lg-nothing*")
    #expect(none.stdout.isEmpty && none.stderr.contains("no unit with entries matches lg-nothing*"))
    let absent = try await Self.logs(machine, "lg-a", "lg-nobody", "-o", "cat", "--grep", "^one$")
    #expect(absent.status == 4 && absent.stdout == "one\n")
    #expect(absent.stderr == "upkeep: lg-nobody.service: there is no such unit\n")
    let count = try await Self.logs(machine, "lg-a", "-n", "lg-few", "-o", "cat")
    #expect(
      count.stderr.contains("lg-few.service: there is no such unit; -n takes a number, or all"), "\(count)")
    let last = try await Self.logs(machine, "lg-a", "lg-b", "-n", "3", "-o", "json")
    #expect(try Self.objects(last.stdout) == Array(entries.suffix(3)))
    let all = try await Self.logs(machine, "lg-a", "lg-b", "-n", "100000", "-o", "json")
    #expect(try Self.objects(all.stdout) == entries)
    let reversed = try await Self.logs(machine, "lg-a", "lg-b", "-r", "-o", "json")
    #expect(try Self.objects(reversed.stdout) == entries.reversed())
    let found = try await Self.logs(machine, "lg-a", "lg-b", "--grep", "^f(our|ive)$", "-o", "cat")
    #expect(found.stdout == "four\nfive\n")
    let lastFound = try await Self.logs(
      machine, "lg-a", "lg-b", "--grep", "^(one|two|four)$", "-n2", "-o", "cat")
    #expect(lastFound.stdout == "two\nfour\n")
    let export = try await Self.logs(machine, "lg-a", "-o", "export")
    #expect(
      export.stdout == (try await machine.require(["journalctl", "-o", "export", "-u", "lg-a"]).stdout))
  }

  @Test("between two times are those that journalctl gives")
  func times() async throws {
    let machine = try await TestMachine.shared()
    for number in 1...3 { try await Self.run("echo number \(number)", as: "lg-t", on: machine) }
    let all = try Self.objects(try await Self.logs(machine, "lg-t", "-o", "json").stdout)
    let second = try #require(all.first { $0["MESSAGE"] as? String == "number 2" })
    let micros = try #require(Int(second["__REALTIME_TIMESTAMP"] as? String ?? ""))
    let time = "@\(micros / 1_000_000).\(String(micros % 1_000_000 + 1_000_000).dropFirst())"
    let since = try Self.objects(try await Self.logs(machine, "lg-t", "-o", "json", "--since", time).stdout)
    #expect(since.first?["MESSAGE"] as? String == "number 2" && since.last == all.last)
    let until = try Self.objects(try await Self.logs(machine, "lg-t", "-o", "json", "--until", time).stdout)
    #expect(until.last?["MESSAGE"] as? String == "number 2" && until.first == all.first)
    #expect(since.count + until.count == all.count + 1)
    let backwards = try await Self.logs(machine, "lg-t", "-o", "json", "-r", "--until", time, "-n", "1")
    #expect(try Self.objects(backwards.stdout) == [second])
    let none = try await Self.logs(machine, "lg-t", "--since", "-1d", "--until", "1 hour ago")
    #expect(none.stdout.isEmpty && none.stderr == "upkeep: no entries\n" && none.succeeded)
  }

  @Test("have marks for what systemd and upkeep-run tell of a unit, and for nothing that others forge")
  func marks() async throws {
    let machine = try await TestMachine.shared()
    let service = try await TestService(
      "lg-marks", on: machine, steps: "notify:READY=1 wait:GATE exit:3", policy: "Restart=no")
    try await service.start()
    try await service.event("ready")
    try await service.open()
    try await service.event("ended")
    try await service.waitUntil { $0["ActiveState"] == "failed" }
    let text = try await Self.logs(machine, "lg-marks", "--plain").stdout
    for mark in ["starting", "started", "ready", "ended", "failed"] {
      #expect(text.contains(" lg-marks.service \(mark) --"), "\(mark) in \(text)")
    }
    #expect(!(try await Self.logs(machine, "lg-marks", "--no-marks", "--plain").stdout.contains(" --")))
    let forged = """
      printf 'MESSAGE=I am ready\\nMESSAGE_ID=39f53479d3a045ac8e11786248231fbf\\nUNIT=lg-marks.service\\n' \
      | logger --journald
      """
    try await Self.run(forged, as: "lg-forger", on: machine)
    let lines = try await Self.logs(machine, "--grep", "I am ready").stdout
    #expect(lines.contains("I am ready") && !lines.contains(" lg-marks.service ready --"))
  }

  @Test("never hand a terminal's control characters on, and keep priorities apart")
  func hostile() async throws {
    let machine = try await TestMachine.shared()
    let script = """
      printf '\\033]0;owned\\007\\033[2Jgone\\n'; echo '<3>an error'; echo '<4>a warning'; echo '<7>a detail'; \
      printf 'MESSAGE=raw\\nRAW=\\001\\002\\n' | logger --journald
      """
    try await Self.run(script, as: "lg-hostile", on: machine)
    let short = try await Self.logs(machine, "lg-hostile", "--plain").stdout
    #expect(short.contains("\\x1b]0;owned\\x07\\x1b[2Jgone"))
    #expect(short.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
    let json = try await Self.logs(machine, "lg-hostile", "-o", "json").stdout
    #expect(json.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
    // A writer that is gone before journald looks at it has no unit.
    let raw = try await Self.logs(machine, "-o", "json", "--grep", "^raw$").stdout
    #expect(raw.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x0a })
    #expect(raw.contains("\"RAW\":[1,2]"))
    func messages(_ priority: String) async throws -> String {
      try await Self.logs(machine, "lg-hostile", "-o", "cat", "-p", priority, "--grep", "^an? ").stdout
    }
    #expect(try await messages("err") == "an error\n")
    #expect(try await messages("4") == "an error\na warning\n")
    #expect(try await messages("warning..debug") == "a warning\na detail\n")
    // What looks at a terminal: script(1) gives it one.
    let colours = try await machine.runDirectly([
      "script", "-qec", "TERM=xterm SYSTEMD_PAGER= \(TestMachine.upkeep) logs lg-hostile -q", "/dev/null",
    ]).stdout
    #expect(
      colours.contains("\u{1b}[31man error\u{1b}[0m") && colours.contains("\u{1b}[33ma warning\u{1b}[0m"))
    #expect(!colours.contains("\u{1b}]0;"))
  }

  @Test("are followed while the journal is rotated, each entry once and in order")
  func follow() async throws {
    let machine = try await TestMachine.shared()
    try await Self.run("echo before", as: "lg-talk", on: machine)
    try await machine.require([
      "systemd-run", "-q", "--unit=lg-follower", TestMachine.upkeep, "logs", "-f", "lg-talk", "-o", "cat",
      "--grep", "^(before|number)",
    ])
    try await machine.waitForJournal("lg-follower.service", containing: "before")
    for number in 1...6 {
      try await Self.run("echo number \(number)", as: "lg-talk", on: machine)
      if number.isMultiple(of: 2) { try await machine.require(["journalctl", "--rotate"]) }
    }
    try await machine.waitForJournal("lg-follower.service", containing: "number 6")
    let seen = try await machine.journal("lg-follower.service").filter { $0.fields["_COMM"] == "upkeep" }
    #expect(seen.map(\.message) == ["before"] + (1...6).map { "number \($0)" })
    try await machine.require(["systemctl", "stop", "lg-follower"])
  }

  @Test("are followed also of a unit that does not exist yet, and that is said")
  func followAbsent() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require([
      "systemd-run", "-q", "--unit=lg-early", TestMachine.upkeep, "logs", "-f", "lg-coming", "-o", "cat",
    ])
    try await machine.waitForJournal(
      "lg-early.service", containing: "lg-coming.service: there is no such unit; its entries are shown")
    try await Self.run("echo it came", as: "lg-coming", on: machine)
    try await machine.waitForJournal("lg-early.service", containing: "it came")
    try await machine.require(["systemctl", "stop", "lg-early"])
  }

  @Test("are followed only as long as somebody reads them")
  func abandoned() async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([
      "timeout", "120", "sh", "-c", "\(TestMachine.upkeep) logs -f -n 1 -q | head -n 1",
    ])
    #expect(result.succeeded && result.stdout.split(separator: "\n").count == 1)
  }

  @Test("are those of one boot when it is asked for")
  func boots() async throws {
    let machine = try await TestMachine.boot(name: "lb\(ProcessInfo.processInfo.processIdentifier)")
    try await machine.require(["mkdir", "-p", "/var/log/journal"])
    try await machine.require(["systemctl", "restart", "systemd-journald"])
    try await machine.require(["journalctl", "--flush"])
    try await Self.run("echo first boot", as: "lg-boot", on: machine)
    try await machine.require(["journalctl", "--sync"])
    try await TestMachine.control(machine.name, ["stop"])
    try await TestMachine.control(machine.name, ["start"])
    try await Self.run("echo second boot", as: "lg-boot", on: machine)
    func messages(_ boot: String...) async throws -> String {
      try await machine.require(["journalctl", "--sync"])
      return try await machine.runDirectly(
        [TestMachine.upkeep, "logs", "lg-boot", "-o", "cat", "--grep", " boot$"] + boot
      ).stdout
    }
    #expect(try await messages() == "first boot\nsecond boot\n")
    #expect(try await messages("-b") == "second boot\n")
    #expect(try await messages("-b", "-1") == "first boot\n")
    #expect(try await messages("--boot=1") == "first boot\n")
    let missing = try await machine.runDirectly([TestMachine.upkeep, "logs", "--boot=-9"])
    #expect(
      missing.status == 1 && missing.stderr.contains("the journal has no boot -9: it has 2, from -1 to 0"))
    #expect(try await machine.require([TestMachine.upkeep, "logs", "lg-boot"]).stdout.contains("-- Boot "))
    try await machine.down()
  }

  @Test(
    "refuse what they cannot do, with the fix",
    arguments: [
      (["--since", "soon"], "no point in time"), (["--grep", "(a"], "no ')'"),
      (["-f", "-r"], "exclude each other"),
      (["-p", "loud"], "loud"), (["--since", "now", "--until", "-1h"], "--since is after --until"),
    ])
  func refusals(arguments: [String], reason: String) async throws {
    let machine = try await TestMachine.shared()
    let result = try await machine.runDirectly([TestMachine.upkeep, "logs"] + arguments)
    #expect(result.status == 64 && result.stderr.contains(reason), "\(result)")
  }

  @Test("are found in the namespace of the unit, and in one that is named")
  func namespaces() async throws {
    let machine = try await TestMachine.shared()
    // With their last unit the sockets of a namespace stop, and what its journald has not read yet is lost.
    try await machine.install(
      unit: "lg-ns.service",
      """
      [Service]
      Type=oneshot
      RemainAfterExit=yes
      LogNamespace=lgspace
      ExecStart=/bin/echo said in a namespace
      """)
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "lg-ns"])
    // Its journald is still coming up; the follower ends with its reader.
    let seen = try await machine.runDirectly([
      "timeout", "120", "sh", "-c",
      "\(TestMachine.upkeep) logs -f -q --namespace lgspace -o cat | grep -qm1 'said in a namespace'",
    ])
    let journald = try await machine.systemctl("status", "systemd-journald@lgspace*").stdout
    #expect(seen.succeeded, "\(seen) \(journald)")
    let own = try await Self.logs(machine, "lg-ns", "--plain").stdout
    #expect(own.contains("said in a namespace") && own.contains(" lg-ns.service "))
    let named = try await Self.logs(machine, "--namespace", "lgspace", "-o", "cat").stdout
    #expect(named.contains("said in a namespace\n"))
    let both = try await Self.logs(machine, "--namespace=+lgspace", "-o", "cat").stdout
    #expect(both.contains("said in a namespace\n") && both.utf8.count > named.utf8.count)
    let usual = try await Self.logs(machine, "-o", "cat", "--grep", "^said in a namespace$")
    #expect(usual.stdout.isEmpty)
    try await machine.require(["systemctl", "stop", "lg-ns"])
    for wrong in ["a/b", "", "..", "+"] {
      #expect(try await Self.logs(machine, "--namespace", wrong).status == 64)
    }
  }

  @Test("of a container are read from its own files; those of another machine are refused")
  func container() async throws {
    let machine = try await TestMachine.shared()
    try await Self.run("echo inside", as: "lg-in", on: machine)
    try await machine.require(["journalctl", "--sync"])
    // A process with another journal in its eyes, registered as systemd-machined does it.
    try await machine.require([
      "sh", "-c", "mkdir -p /srv/lg && cp -r /var/log/journal /run/log/journal /srv/lg; true",
    ])
    try await machine.install(
      unit: "lg-vessel.service",
      """
      [Service]
      TemporaryFileSystem=/var/log /run/log
      BindPaths=/srv/lg/journal:/var/log/journal
      ExecStart=/bin/sleep infinity
      """)
    try await machine.daemonReload()
    try await machine.require(["systemctl", "start", "lg-vessel"])
    let pid = try await machine.show("lg-vessel.service")["MainPID"] ?? ""
    try await machine.write("/run/systemd/machines/lgbox", "NAME=lgbox\nCLASS=container\nLEADER=\(pid)\n")
    try await Self.run("echo outside", as: "lg-in", on: machine)
    let here = try await Self.logs(machine, "lg-in", "-o", "cat", "--grep", "side$").stdout
    #expect(here == "inside\noutside\n")
    let there = try await Self.logs(machine, "-M", "lgbox", "lg-in", "-o", "cat", "--grep", "side$")
    #expect(there.stdout == "inside\n", "\(there)")
    let none = try await Self.logs(machine, "-M", "lg\u{1b}none")
    #expect(none.status == 1 && none.stderr.contains("there is no container"), "\(none)")
    #expect(!none.stderr.contains("\u{1b}"))
    #expect(try await Self.logs(machine, "-M", "../lgbox").status == 1)
    let user = try await machine.run(
      [TestMachine.upkeep, "logs", "-M", "lgbox", "lg-in"], properties: ["User=svc"])
    #expect(user.status == 4 && user.stderr.contains("only root may"), "\(user)")
    let remote = try await Self.logs(machine, "-H", "alpha", "lg-in")
    #expect(remote.status == 1 && remote.stderr.contains("ssh alpha upkeep logs"))
    #expect(remote.stderr.split(separator: "\n").count == 1)
  }

  @Test("have a list of boots, as journalctl gives it")
  func listOfBoots() async throws {
    let machine = try await TestMachine.shared()
    let json = try await Self.logs(machine, "--list-boots", "-o", "json").stdout
    let boots = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    let theirs = try await machine.require(["journalctl", "--list-boots", "-q"]).stdout
    let ids = theirs.split(separator: "\n").compactMap { line in
      line.split(separator: " ").map(String.init).first { $0.count == 32 }
    }
    #expect(!boots.isEmpty && boots.compactMap { $0["id"] as? String } == ids)
    #expect(boots.last?["boot"] as? Int == 0)
    #expect((boots.last?["first"] as? String ?? "z") < (boots.last?["last"] as? String ?? ""))
    let text = try await Self.logs(machine, "--list-boots").stdout
    #expect(text.hasPrefix("BOOT ID ") && text.contains("   0 \(ids.last ?? "-") "))
    #expect(try await Self.logs(machine, "--list-boots", "x").status == 64)
  }
}
