import Foundation
import Testing

@Suite("upkeep lint on a machine", .onMachine, .withMachine, .serialized, .timeLimit(.minutes(10)))
struct LintTests {
  /// A finding as `-o json` gives it.
  struct Entry: Decodable, CustomStringConvertible {
    var rule: String
    var severity: String
    var unit: String
    var file: String
    var line: Int
    var message: String
    var description: String { "\(file):\(line): \(severity): \(message) [\(rule)]" }
  }
  struct Report: Decodable {
    var units: Int
    var findings: [Entry]
  }

  static let program = "/usr/local/bin/upkeep"

  /// Units of which `systemd-analyze verify` complains.
  static let broken: [(unit: String, text: String)] = [
    ("key.service", "[Service]\nExecStart=/bin/true\nRestrat=always\n"),
    ("case.service", "[Service]\nExecStart=/bin/true\nrestart=always\n"),
    ("section.service", "[Service]\nExecStart=/bin/true\n[Servise]\nNice=5\n"),
    ("place.service", "[Unit]\nRestart=always\n[Service]\nExecStart=/bin/true\n"),
    ("limit.service", "[Service]\nExecStart=/bin/true\nStartLimitIntervalSec=5\n"),
    ("relative.service", "[Service]\nExecStart=bin/true\n"),
    ("missing.service", "[Service]\nExecStart=/bin/nosuch\n"),
    ("quote.service", "[Service]\nExecStart=/bin/echo \"a b\n"), ("empty.service", "[Service]\nUser=root\n"),
    ("boolean.service", "[Service]\nExecStart=/bin/true\nPrivateTmp=maybe\n"),
    ("time.service", "[Service]\nExecStart=/bin/true\nTimeoutStopSec=5 bananas\n"),
    ("size.service", "[Service]\nExecStart=/bin/true\nMemoryMax=5 apples\n"),
    ("signal.service", "[Service]\nExecStart=/bin/true\nKillSignal=SIGNOPE\n"),
    ("mode.service", "[Service]\nExecStart=/bin/true\nUMask=0999\n"),
    ("nice.service", "[Service]\nExecStart=/bin/true\nNice=50\n"),
    ("restart.service", "[Service]\nExecStart=/bin/true\nRestart=sometimes\n"),
    ("comment.service", "[Service]\nExecStart=/bin/true\nRestart=always # yes\n"),
    ("rlimit.service", "[Service]\nExecStart=/bin/true\nLimitNOFILE=9:5\n"),
    ("group.service", "[Service]\nExecStart=/bin/true\nSystemCallFilter=@nonsense\n"),
    ("family.service", "[Service]\nExecStart=/bin/true\nRestrictAddressFamilies=AF_NOPE\n"),
    ("folder.service", "[Service]\nExecStart=/bin/true\nWorkingDirectory=\"/srv\"\n"),
    ("state.service", "[Service]\nExecStart=/bin/true\nStateDirectory=/var/lib/x\n"),
    ("environment.service", "[Service]\nExecStart=/bin/true\nEnvironment=A=b c\n"),
    ("two.service", "[Service]\nExecStart=/bin/true\nExecStart=/bin/false\n"),
    ("oneshot.service", "[Service]\nType=oneshot\nExecStart=/bin/true\nRestart=always\n"),
    ("dbus.service", "[Service]\nType=dbus\nExecStart=/bin/true\n"),
    (
      "requires.service",
      "[Unit]\nRequires=gone-away.service\nAfter=gone-away.service\n[Service]\nExecStart=/bin/true\n"
    ),
    ("specifier.service", "[Service]\nExecStart=/bin/echo 100%z\n"),
    ("line.service", "[Service]\nExecStart=/bin/true\nRestart always\n"),
    ("documentation.service", "[Unit]\nDocumentation=www.example.org\n[Service]\nExecStart=/bin/true\n"),
    ("old.service", "[Service]\nExecStart=/bin/true\nMemoryLimit=1G\n"),
    ("output.service", "[Service]\nExecStart=/bin/true\nStandardOutput=syslog\n"),
    ("mode-none.service", "[Service]\nExecStart=/bin/true\nKillMode=none\n"),
    ("exit.service", "[Service]\nExecStart=/bin/true\nSuccessExitStatus=300\n"),
    ("unit.service", "[Unit]\nAfter=network\n[Service]\nExecStart=/bin/true\n"),
    ("paths.service", "[Service]\nExecStart=/bin/true\nReadWritePaths=var/lib\n"),
    ("never.timer", "[Timer]\nPersistent=yes\n"), ("deaf.socket", "[Socket]\nAccept=yes\n"),
    ("blind.path", "[Path]\nMakeDirectory=yes\n"),
    ("wrong.mount", "[Mount]\nWhat=/dev/sda1\nWhere=/srv/data\n"),
  ]

  @Test("finds something in every unit of which systemd-analyze verify complains", arguments: broken)
  func verify(_ example: (unit: String, text: String)) async throws {
    let machine = try await TestMachine.shared()
    let path = "/root/lint/\(example.unit)"
    try await machine.require(["mkdir", "-p", "/root/lint"])
    try await machine.write(path, example.text)
    let verdict = try await machine.run(["systemd-analyze", "verify", "--man=no", path])
    #expect(!(verdict.stderr + verdict.stdout).isEmpty, "systemd has nothing against it")
    let report = try await lint([path], on: machine).report
    #expect(report.findings.contains { $0.severity != "note" && $0.rule != "L22" }, "\(verdict) \(report)")
  }

  @Test("finds no error in the units that come with systemd, but one socket that waits for its service")
  func ownUnits() async throws {
    let machine = try await TestMachine.shared()
    let types = [".service", ".socket", ".timer", ".path", ".mount", ".automount", ".target", ".slice"]
    let listed = try await machine.require(["dpkg", "-L", "systemd"]).stdout.split(separator: "\n").map(
      String.init)
    let named = listed.filter { file in
      file.contains("/systemd/system/") && types.contains { file.hasSuffix($0) }
    }
    // Masked units are links to /dev/null.
    let found = try await machine.require(["find", "-L"] + named + ["-type", "f"]).stdout
    let units = found.split(separator: "\n").map(String.init)
    #expect(units.count > 100)
    let (report, status) = try await lint(units, on: machine)
    #expect(report.units > 100)
    #expect([0, 1].contains(status))
    // Whichever syslog is installed becomes this service.
    let errors = report.findings.filter {
      $0.severity == "error" && $0.unit != "syslog.socket" && $0.rule != "L07"
    }
    #expect(errors.isEmpty, "\(errors)")
  }

  @Test("mends a file so that systemd has nothing against it, and leaves a package's file alone")
  func mends() async throws {
    let machine = try await TestMachine.shared()
    let path = "/root/mended/mend.service"
    try await machine.require(["mkdir", "-p", "/root/mended"])
    try await machine.write(
      path,
      "[service]\n[Service]\nexecstart=/bin/true # now\nWorkingDirectory='/srv'\n".replacing(
        "[service]\n", with: ""),
      mode: "640")
    let dry = try await machine.run([Self.program, "lint", "--fix", "--dry-run", "--ignore", "L22,L43", path])
    #expect(dry.stdout.contains("-exec") && dry.stdout.contains("+ExecStart=/bin/true"))
    #expect(try await machine.require(["cat", path]).stdout.contains("execstart"))
    try await machine.require([Self.program, "lint", "--fix", "--ignore", "L22,L43", path])
    #expect(
      try await machine.require(["cat", path]).stdout
        == "[Service]\n# now\nExecStart=/bin/true\nWorkingDirectory=/srv\n")
    #expect(try await machine.require(["stat", "-c", "%a", path]).stdout == "640\n")
    let verdict = try await machine.run([
      "systemd-analyze", "verify", "--man=no", "--recursive-errors=no", path,
    ])
    #expect(verdict.succeeded && verdict.stderr.isEmpty, "\(verdict)")

    let packaged = "/usr/lib/systemd/system/upkeep-lint-test.service"
    try await machine.write(packaged, "[Service]\nExecStart=/bin/true\nMemoryLimit=1G\n")
    let refused = try await machine.run([Self.program, "lint", "--fix", packaged])
    #expect(refused.status == 2)
    #expect(refused.stderr.contains("systemctl edit upkeep-lint-test.service"))
    #expect(try await machine.require(["cat", packaged]).stdout.contains("MemoryLimit=1G"))
    try await machine.require(["rm", packaged])
  }

  @Test("ends with 0, 1 or 2 for clean, found and unreadable units")
  func status() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["mkdir", "-p", "/root/lint"])
    try await machine.write(
      "/root/lint/status.service", "[Service]\nExecStart=/bin/true\nUser=root\nRestart=always\n")
    func status(_ arguments: String...) async throws -> Int32 {
      try await machine.run([Self.program, "lint", "/root/lint/status.service"] + arguments).status
    }
    #expect(try await status() == 1)
    #expect(try await status("--ignore", "L37,L43") == 0)
    #expect(try await status("--fail-on", "error") == 0)
    #expect(try await status("--ignore", "L37", "--fail-on", "note") == 1)
    #expect(try await status("--fail-on", "error", "/root/lint/nosuch.service") == 2)
    #expect(try await machine.run([Self.program, "lint", "lint-nobody"]).status == 4)
    #expect(
      try await machine.run([Self.program, "lint", "lint-nobody", "/root/lint/nosuch.service"]).status == 2)
    #expect(try await status("--only", "L99") == 2)
    #expect(try await status("--systemd", "new") == 2)
  }

  @Test("writes SARIF with a rule, a place and a fix for each result")
  func sarif() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["mkdir", "-p", "/root/lint"])
    let path = "/root/lint/a b.service"
    try await machine.write(path, "[Service]\nExecStart=/bin/true\nMemoryLimit=1G\n")
    let text = try await machine.run([Self.program, "lint", "-o", "sarif", path]).stdout
    let log = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(log["version"] as? String == "2.1.0")
    #expect((log["$schema"] as? String)?.hasSuffix("sarif-2.1.0.json") == true)
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(rules.count >= 68 && !results.isEmpty)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      #expect(((result["message"] as? [String: Any])?["text"] as? String)?.isEmpty == false)
    }
    let old = try #require(results.first { $0["ruleId"] as? String == "L16" })
    let place = try #require(
      ((old["locations"] as? [[String: Any]])?.first?["physicalLocation"]) as? [String: Any])
    #expect(
      (place["artifactLocation"] as? [String: Any])?["uri"] as? String == "file:///root/lint/a%20b.service")
    let region = try #require(place["region"] as? [String: Int])
    #expect(region == ["startLine": 3, "startColumn": 1, "endColumn": 12])
    let change = ((old["fixes"] as? [[String: Any]])?.first?["artifactChanges"] as? [[String: Any]])?.first
    let replacement = try #require((change?["replacements"] as? [[String: Any]])?.first)
    #expect((replacement["insertedContent"] as? [String: Any])?["text"] as? String == "MemoryMax=1G\n")
    #expect(
      replacement["deletedRegion"] as? [String: Int] == [
        "startLine": 3, "startColumn": 1, "endLine": 4, "endColumn": 1,
      ])
  }

  @Test("shows hostile text so that it does not reach the terminal as it is")
  func hostileText() async throws {
    let machine = try await TestMachine.shared()
    try await machine.require(["mkdir", "-p", "/root/lint"])
    try await machine.write(
      "/root/lint/evil.service", "[Service]\nExecStart=/bin/true\nEvil\u{1b}[31m=\u{1b}]0;x\u{7}\n")
    let result = try await machine.run([Self.program, "lint", "/root/lint/evil.service"])
    #expect(result.stdout.contains("Evil\\x1b[31m"))
    #expect(!result.stdout.contains("\u{1b}"))
  }

  private func lint(_ paths: [String], on machine: TestMachine) async throws -> (
    report: Report, status: Int32
  ) {
    let result = try await machine.run([Self.program, "lint", "-o", "json", "--"] + paths)
    return (try JSONDecoder().decode(Report.self, from: Data(result.stdout.utf8)), result.status)
  }
}
