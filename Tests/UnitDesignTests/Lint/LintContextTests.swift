import TestSupport
import Testing
import UnitDesign
import UnitFiles

@Suite("The linter")
struct LintContextTests {
  static let unit = "[Service]\nExecStart=/usr/bin/server\nKillMode=none\nRestart=always\n"

  @Test("leaves out what is ignored, and all but what is asked for")
  func choice() {
    #expect(places(lint(Self.unit)) == ["L43 1:1", "L22 2:1", "L39 3:10", "L37 4:9"])
    #expect(places(lint(Self.unit, ignored: ["L22", "L43"])) == ["L39 3:10", "L37 4:9"])
    #expect(places(lint(Self.unit, only: ["L37"])) == ["L37 4:9"])
  }

  @Test("follows a comment before an assignment, and one in the head for the whole file")
  func suppressions() {
    let line = Self.unit.replacing("KillMode", with: "# upkeep-lint: ignore L39,L22 it is so\n\nKillMode")
    #expect(places(lint(line)) == ["L43 1:1", "L22 2:1", "L37 6:9"])
    let head = "; upkeep-lint: ignore l22 root\n# upkeep-lint: ignore L43\n" + Self.unit
    #expect(places(lint(head)) == ["L39 5:10", "L37 6:9"])
    #expect(places(lint("# upkeep-lint: L39\n" + Self.unit, only: ["L68"])) == ["L68 1:1"])
  }

  @Test("advises the author of a unit, and only remarks on what a package brought")
  func vendor() {
    let severities = { (folder: String) in lint(Self.unit, folder: folder).map { "\($0.rule) \($0.severity)" }
    }
    #expect(severities("/etc/systemd/system").contains("L22 warning"))
    #expect(severities("/usr/lib/systemd/system") == ["L22 note", "L39 error", "L37 note"])
    #expect(severities("/tmp/tree/usr/lib/systemd/system").contains("L22 note"))
  }

  @Test("knows the version that the unit is for")
  func version() {
    let text = "[Service]\nExecStart=/usr/bin/server\nPrivateTmp=disconnected\nRestartMode=direct\n"
    let rules = { (version: Int) in places(lint(text, version: version)).filter { $0 < "L20" } }
    #expect(rules(252) == ["L17 3:12", "L18 4:1"])
    #expect(rules(254) == ["L17 3:12"])
    #expect(rules(257).isEmpty)
    let old = "[Service]\nExecStart=/usr/bin/server\nMemoryLimit=1G\n"
    #expect(lint(old, version: 257, only: ["L16"]).map(\.severity) == [.warning])
    #expect(lint(old, version: 258, only: ["L16"]).map(\.severity) == [.error])
  }

  @Test("asks no user of a unit of the user's manager")
  func user() {
    #expect(!lint(Self.unit, isUser: true).contains { $0.rule == "L22" })
  }

  @Test("looks at a unit with its drop-ins, and names the file of each finding")
  func dropIns() {
    let main = UnitFile(parsing: Array("[Service]\nExecStart=/usr/bin/server\n".utf8), path: "/etc/a.service")
    let dropIn = UnitFile(
      parsing: Array("[Service]\nExecStart=/usr/bin/server -x\n".utf8), path: "/etc/a.service.d/x.conf")
    let findings = Lint.findings(
      in: Unit(name: "a.service", files: [main, dropIn]),
      context: LintContext(surroundings: ExampleMachine(), version: 252, only: ["L36", "L58"]))
    #expect(findings.map { "\($0.rule) \($0.position)" } == ["L36 /etc/a.service.d/x.conf:2:1"])
  }

  @Test("tells why a program cannot be executed")
  func programs() {
    var machine = ExampleMachine()
    machine.files["/opt/a"] = FileFacts(kind: .file, mode: 0o644, size: 9)
    machine.files["/opt/b"] = FileFacts(kind: .file, mode: 0o755, size: 9)
    machine.contents["/opt/b"] = "echo hello\n"
    machine.files["/opt/c"] = FileFacts(kind: .file, mode: 0o755, size: 9)
    machine.contents["/opt/c"] = "#!/bin/sh\r\necho\r\n"
    machine.files["/opt/d"] = FileFacts(kind: .file, mode: 0o755, size: 9)
    machine.contents["/opt/d"] = "#!/usr/bin/gone -x\n"
    machine.files["/opt/e"] = FileFacts(kind: .file, mode: 0o755, size: 9)
    machine.contents["/opt/e"] = "#!/bin/sh\n"
    let message = { (path: String) in
      lint("[Service]\nExecStart=\(path)\n", machine: machine, only: ["L07"]).first?.message ?? ""
    }
    #expect(message("/opt/a").contains("nobody may execute"))
    #expect(message("/opt/b").contains("without '#!'"))
    #expect(message("/opt/c").contains("carriage return"))
    #expect(message("/opt/d").contains("'/usr/bin/gone'"))
    #expect(message("/opt/e").isEmpty)
    #expect(message("/opt/f").contains("is not there"))
    #expect(message("/opt/%i").isEmpty)
    #expect(message("-/opt/f").hasSuffix("which is ignored"))
    let reload = "[Service]\nExecStart=/usr/bin/server\nExecReload=/opt/f\n"
    #expect(
      lint(reload, only: ["L07"]).first?.message.hasSuffix("so ExecReload= fails with 203/EXEC") == true)
  }

  @Test("does not miss the programs of a unit whose condition does not hold here")
  func conditions() {
    let text = "[Unit]\nConditionPathExists=/etc/initrd-release\n[Service]\nExecStart=/usr/bin/gone\n"
    #expect(lint(text, only: ["L07"]).isEmpty)
    #expect(lint(text.replacing("/etc/initrd-release", with: "/etc"), only: ["L07"]).count == 1)
    #expect(lint(text.replacing("/usr/bin/gone", with: "gone"), only: ["L02"]).map(\.severity) == [.warning])
    #expect(lint("[Service]\nExecStart=gone\n", only: ["L02"]).map(\.severity) == [.error])
  }

  @Test("follows a script to its interpreter")
  func interpreter() {
    var machine = ExampleMachine()
    machine.files["/srv/app/run"] = FileFacts(kind: .file, mode: 0o755, size: 9)
    machine.contents["/srv/app/run"] = "#!/usr/bin/env node\n"
    let text = "[Service]\nExecStart=/srv/app/run\nMemoryDenyWriteExecute=yes\n"
    #expect(lint(text, machine: machine).contains { $0.rule == "L45" })
    machine.contents["/srv/app/run"] = "#!/usr/bin/env perl\n"
    #expect(!lint(text, machine: machine).contains { $0.rule == "L45" })
  }

  @Test("looks at any bytes without a crash, in bounded time, with findings that stand in the file")
  func hostile() {
    var random = SeededGenerator(seed: 11)
    let seeds = LintRule.all.flatMap { [$0.bad, $0.good] } + LintPlaceTests.bad.map(\.text)
    let alphabet = Array("=[]#;\\\"'%$ \n\t-@+!:/.~iAz0é{}()<>|&`*?\u{0}\u{ff}".utf8)
    for _ in 0..<400 {
      var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0...3, using: &random) {
        case 0: bytes.insert(contentsOf: random.bytes(count: 3, from: alphabet), at: place)
        case 1: bytes.removeSubrange(place..<min(place + 4, bytes.count))
        case 2: bytes += (seeds.randomElement(using: &random) ?? "").utf8
        default: if place < bytes.count { bytes[place] = UInt8.random(in: 0...255, using: &random) }
        }
      }
      let file = UnitFile(parsing: bytes, path: "/etc/systemd/system/example.service")
      let unit = Unit(name: "example.service", files: [file])
      let context = LintContext(surroundings: ExampleMachine(), version: 252)
      let lines = bytes.count { $0 == 10 || $0 == 13 || $0 == 0 } + 1
      for finding in Lint.findings(in: unit, context: context) {
        #expect((1...lines).contains(finding.position.line) && finding.position.column >= 1)
      }
      let (mended, _) = Lint.mended(unit, context: context)
      _ = Lint.findings(in: mended, context: context)
    }
  }

  @Test("takes a long line and many lines in their stride")
  func long() {
    let many = "[Service]\n" + String(repeating: "Restrat=always\n", count: 20_000)
    #expect(lint(many, only: ["L15"]).count == 100)
    let wide =
      "[Service]\nExecStart=/usr/bin/server " + String(repeating: "\"a b\" $X ", count: 50_000) + "\n"
    #expect(!lint(wide).isEmpty)
  }
}
