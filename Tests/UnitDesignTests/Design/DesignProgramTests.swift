import TestSupport
import Testing

@testable import UnitDesign

@Suite("What a program is made with")
struct DesignProgramTests {
  private static let machineCode = DesignELF.file()

  @Test(
    "is told by its name, with and without a version",
    arguments: [
      ("/usr/bin/python3", ProgramKind.python), ("/usr/bin/python3.11", .python), ("/opt/bin/pypy3", .pypy),
      ("/usr/bin/node", .node), ("/usr/bin/nodejs", .node), ("/usr/bin/deno", .deno), ("/usr/bin/bun", .bun),
      ("/usr/lib/jvm/x/bin/java", .java), ("/usr/bin/dotnet", .dotnet), ("/usr/bin/mono", .dotnet),
      ("/usr/bin/ruby3.1", .ruby), ("/usr/sbin/php-fpm8.2", .php), ("/usr/bin/php8.2", .php),
      ("/usr/bin/perl5.36.0", .perl), ("/usr/bin/lua5.4", .lua), ("/usr/bin/luajit", .luajit),
      ("/usr/lib/erlang/bin/beam.smp", .erlang), ("/bin/sh", .shell), ("/usr/bin/myapp", .native),
      ("/usr/bin/nodeinfo", .native),
    ])
  func byName(path: String, kind: ProgramKind) {
    #expect(ProgramFacts(of: [path], in: DesignFiles([path: Self.machineCode])).kind == kind)
  }

  @Test(
    "is told by its sections and libraries, of 32 and 64 bits",
    arguments: [
      (["\u{2e}note.go.buildid"], [], ProgramKind.go), ([".go.buildinfo"], ["libc.so.6"], .go),
      (["swift5_protocols"], [], .swift), ([], ["libswiftCore.so"], .swift), ([], ["libjvm.so"], .java),
      ([], ["libc.so.6", "libnode.so.108"], .node), ([], ["libluajit-5.1.so.2"], .luajit),
      ([], ["libmozjs-102.so.0"], .jit), ([], ["libc.so.6"], .native), ([".text", ".data"], [], .native),
    ], [true, false])
  func byContent(found: ([String], [String], ProgramKind), isLarge: Bool) {
    let file = DesignELF.file(sections: found.0 + [".text"], libraries: found.1, isLarge: isLarge)
    let facts = ProgramFacts(of: ["/usr/bin/myapp"], in: DesignFiles(["/usr/bin/myapp": file]))
    #expect(facts.kind == found.2)
    #expect(facts.image?.libraries == found.1)
    #expect(facts.isPresent)
  }

  @Test(
    "is that of the interpreter, for a script",
    arguments: [
      ("#!/usr/bin/python3\n", ProgramKind.python), ("#!/usr/bin/env node\n", .node),
      ("#! /usr/bin/env -S FOO=1 ruby -w\n", .ruby), ("#!/bin/sh -e\n", .shell),
      ("#!/usr/bin/env\n", .native),
      ("#!\n", .native), ("#!/usr/bin/perl", .perl),
    ])
  func script(line: String, kind: ProgramKind) {
    let path = "/srv/app/run"
    let files = DesignFiles([
      path: Array(line.utf8), "/usr/bin/python3": Self.machineCode, "/usr/bin/node": Self.machineCode,
    ])
    let facts = ProgramFacts(of: [path, "--port", "1"], in: files)
    #expect(facts.kind == kind)
    #expect(kind == .native || facts.script == path)
  }

  @Test("is looked for behind env and behind the interpreter's options")
  func arguments() {
    let files = DesignFiles(["/usr/bin/python3": Self.machineCode])
    let facts = ProgramFacts(of: ["/usr/bin/env", "A=1", "python3", "-u", "/srv/app.py", "x"], in: files)
    #expect(facts.kind == .python)
    #expect(facts.script == "/srv/app.py")
    #expect(facts.names.first == "app.py")
    #expect(facts.executed == "/usr/bin/env")
    #expect(ProgramFacts(of: ["/usr/bin/python3", "-m", "http.server"], in: files).script == nil)
  }

  @Test("is found through links, and a bare name where systemd looks")
  func links() {
    let files = DesignFiles(
      ["/usr/lib/jvm/bin/java": Self.machineCode], links: ["/usr/bin/app": "/usr/lib/jvm/bin/java"])
    let facts = ProgramFacts(of: ["app"], in: files)
    #expect(facts.executed == "/usr/bin/app")
    #expect(facts.kind == .java)
    #expect(facts.realPath == "/usr/lib/jvm/bin/java")
    #expect(!ProgramFacts(of: ["nothing"], in: files).isPresent)
  }

  @Test("is read from damaged and hostile files without harm")
  func hostile() {
    var random = SeededGenerator(seed: 7)
    let whole = DesignELF.file(sections: [".go.buildinfo"], libraries: ["libjvm.so", "libc.so.6"])
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
      let image = ELFImage { DesignFiles(["/x": bytes]).bytes(of: "/x", at: $0, count: $1) }
      #expect((image?.libraries.count ?? 0) <= 512)
    }
    #expect(ELFImage { _, _ in nil } == nil)
    #expect(
      ELFImage { _, _ in Array("#!/bin/sh and some more text that is long enough to be a header".utf8) }
        == nil)
  }

  @Test("makes a loop of interpreters end")
  func loop() {
    let files = DesignFiles(["/a": Array("#!/b\n".utf8), "/b": Array("#!/a\n".utf8)])
    #expect(ProgramFacts(of: ["/a"], in: files).kind == .native)
  }
}
