import Testing
import UnitDesign
import UnitFiles

@Suite("What the linter mends")
struct LintMendingTests {
  static let examples: [(rule: String, old: String, new: String)] = [
    (
      "L02", "[Service]\nExecStart=-server  --port 80\n", "[Service]\nExecStart=-/usr/bin/server  --port 80\n"
    ),
    (
      "L13", "[Service]\nRestart = always  # why not\nNice=1\n",
      "[Service]\n# why not\nRestart = always\nNice=1\n"
    ),
    (
      "L14", "[Unit]\n# A.\n[Service]\nStartLimitIntervalSec=5\n# B.\nNice=1",
      "[Unit]\n# A.\nStartLimitIntervalSec=5\n[Service]\n# B.\nNice=1"
    ),
    (
      "L14", "[Service]\nNice=1\nWantedBy=multi-user.target\n",
      "[Service]\nNice=1\n\n[Install]\nWantedBy=multi-user.target\n"
    ),
    ("L15", "[Service]\n  execstart = /usr/bin/server\r\n", "[Service]\n  ExecStart = /usr/bin/server\r\n"),
    ("L16", "[Service]\nMemoryLimit=1G\n", "[Service]\nMemoryMax=1G\n"),
    ("L16", "[Unit]\nStartLimitInterval=5\n", "[Unit]\nStartLimitIntervalSec=5\n"),
    ("L16", "[Service]\nStandardError=syslog\n", "[Service]\nStandardError=journal\n"),
    ("L16", "[Unit]\nAfter=a.service syslog.target b.service\n", "[Unit]\nAfter=a.service b.service\n"),
    ("L16", "[Unit]\nAfter=syslog.target\n[Service]\nNice=1\n", "[Unit]\n[Service]\nNice=1\n"),
    ("L26", "[Service]\nWorkingDirectory=-\"/srv/my app\"\n", "[Service]\nWorkingDirectory=-/srv/my app\n"),
    ("L27", "[Service]\nStateDirectory=/var/lib/a/b\n", "[Service]\nStateDirectory=a/b\n"),
    ("L32", "[Service]\nPIDFile=/var/run/a.pid\n", "[Service]\nPIDFile=/run/a.pid\n"),
    (
      "L53", "[Service]\nUser=app\nLockPersonality=yes\nNice=1\n",
      "[Service]\nUser=app\nLockPersonality=yes\nNoNewPrivileges=yes\nNice=1\n"
    ),
  ]

  @Test("is mended, and nothing else is changed", arguments: examples)
  func mends(_ example: (rule: String, old: String, new: String)) {
    let unit = unit(example.old)
    let context = LintContext(surroundings: ExampleMachine(), version: 252, only: [example.rule])
    let (mended, mendings) = Lint.mended(unit, context: context)
    #expect(String(decoding: mended.files[0].bytes, as: UTF8.self) == example.new)
    #expect(mendings.map(\.path) == [unit.files[0].path])
    #expect(mendings.first?.findings.map(\.rule) == [example.rule])
    #expect(Lint.findings(in: mended, context: context).isEmpty)
  }

  @Test("leaves a unit as it is, byte for byte, when nothing can be mended")
  func untouched() {
    let text = "\u{feff}[Unit]\r\nDescription=x\r\n\r\n[Service]\r\nExecStart=a/b \\\r\n c\r\n;end"
    let unit = unit(text)
    let context = LintContext(surroundings: ExampleMachine(), version: 252)
    #expect(!Lint.findings(in: unit, context: context).isEmpty)
    let (mended, mendings) = Lint.mended(unit, context: context)
    #expect(mendings.isEmpty)
    #expect(mended.files[0].bytes == Array(text.utf8))
  }

  @Test("is mended in one go where one mistake hides another")
  func hidden() {
    let unit = unit("[Service]\nexecstart=/usr/bin/server # x\nWorkingDirectory='/srv/app'\n")
    let context = LintContext(surroundings: ExampleMachine(), version: 252)
    let (mended, _) = Lint.mended(unit, context: context)
    #expect(
      String(decoding: mended.files[0].bytes, as: UTF8.self)
        == "[Service]\n# x\nExecStart=/usr/bin/server\nWorkingDirectory=/srv/app\n"
        || Lint.findings(in: mended, context: context).allSatisfy { $0.edit == nil })
    #expect(Lint.findings(in: mended, context: context).allSatisfy { $0.edit == nil })
  }

  @Test("stays in the file where it stands: a drop-in's mistake is mended in the drop-in")
  func dropIn() {
    let main = UnitFile(parsing: Array("[Service]\nExecStart=/usr/bin/server\n".utf8), path: "/etc/a.service")
    let dropIn = UnitFile(parsing: Array("[Service]\nMemoryLimit=1G\n".utf8), path: "/etc/a.service.d/1.conf")
    let unit = Unit(name: "a.service", files: [main, dropIn])
    let context = LintContext(surroundings: ExampleMachine(), version: 252)
    let (_, mendings) = Lint.mended(unit, context: context)
    #expect(mendings.map(\.path) == ["/etc/a.service.d/1.conf"])
  }

  private func unit(_ text: String) -> Unit {
    Unit(
      name: "example.service",
      files: [UnitFile(parsing: Array(text.utf8), path: "/etc/systemd/system/example.service")])
  }
}
