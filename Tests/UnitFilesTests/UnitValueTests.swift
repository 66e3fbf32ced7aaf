import TestSupport
import Testing

@testable import UnitFiles

@Suite("UnitValue")
struct UnitValueTests {
  @Test(
    "a command line is written as a person would, and quoted where it has to be",
    arguments: [
      (["/usr/bin/app"], "/usr/bin/app"),
      (["/usr/bin/app", "--port", "8080", "a=b,c:d@e+f"], "/usr/bin/app --port 8080 a=b,c:d@e+f"),
      (["app", "", ";", "a b", "c;"], "app \"\" \";\" \"a b\" \"c;\""),
      (["/bin/date", "+%Y", "100%"], "/bin/date +%%Y 100%%"),
      (["/bin/echo", "$HOME", "${A}", "a$b"], "/bin/echo \"$$HOME\" \"$${A}\" \"a$$b\""),
      (["/b", "q\"r", "s'", "t\\", "\n\t\u{7f}\u{1}"], #"/b "q\"r" "s'" "t\\" "\x0a\x09\x7f\x01""#),
      (["/opt/a b/c$d", "é ☃ 🦊"], "\"/opt/a b/c$d\" \"é ☃ 🦊\""),
      (["/b", "\u{85}\u{202e}x\u{ffff}"], #"/b "\xc2\x85\xe2\x80\xaex\xef\xbf\xbf""#),
      (["/b%i", "%"], "/b%%i %%"),
      (["/b", "*", "~/x", ">", "{a}"], "/b \"*\" \"~/x\" \">\" \"{a}\""),
      (["/b/$$x", "a"], "@\"/b/$$x\" \"/b/$$$$x\" a"),
      (["/b/${A}"], "@\"/b/${A}\" \"/b/$${A}\""),
    ])
  func commandLine(arguments: [String], text: String) throws {
    #expect(try UnitValue.commandLine(arguments) == text)
  }

  @Test("bytes that are not UTF-8 stand as escapes")
  func rawBytes() throws {
    #expect(try UnitValue.commandLine([Array("/b".utf8), [0xff, 0x61, 0xc3]]) == #"/b "\xffa\xc3""#)
  }

  @Test("the prefixes of a command stand before its program")
  func prefixes() throws {
    let all = UnitValue.CommandPrefixes(ignoresFailure: true, noVariables: true, privileges: .ambient)
    let text = try UnitValue.commandLine(["/b", "$A"], argv0: "name", prefixes: all)
    #expect(text == "-@:!!/b name \"$A\"")
    let command = try #require(ExecCommand.parse(text).first)
    #expect(command.ignoresFailure && command.overridesArgv0 && command.noVariables)
    #expect(command.privileges == .ambient)
    #expect(
      try UnitValue.commandLine(["/a b"], prefixes: .init(privileges: .full)) == "+\"/a b\"")
    #expect(try UnitValue.commandLine(["/a"], prefixes: .init(privileges: .keepUser)) == "!/a")
  }

  @Test(
    "a program that systemd would not run is refused",
    arguments: [
      [], [""], ["a/b"], ["./a"], ["."], [".."], ["/a/"], ["/a'b"], ["/a\"b"], ["/a\\b"], ["/a\nb"], ["-a"],
      ["@a"], [":a"], ["+a"], ["!a"], ["|a"], [";"], ["%h/a"], ["/" + String(repeating: "a", count: 256)],
      ["/a", "b\0c"], ["/a", String(repeating: "x", count: 131_072)],
    ])
  func refusedCommands(arguments: [String]) {
    #expect(throws: ValueError.self) { try UnitValue.commandLine(arguments) }
  }

  @Test("a command keeps its variables and specifiers when it is written")
  func commandKept() throws {
    let text = #"-/usr/bin/app%i ${PORT} $OPTIONS "a b" %S/x \; ";" "$$HOME""#
    let commands = try ExecCommand.parse(text)
    let written = try UnitValue.commandLine(try #require(commands.first))
    #expect(
      try ExecCommand.parse(written).map(\.words).map { $0.map(\.bytes) }
        == commands.map(\.words).map { $0.map(\.bytes) })
    #expect(written == #"-/usr/bin/app%i "${PORT}" "$OPTIONS" "a b" %S/x \; ";" "$$HOME""#)
  }

  @Test("random arguments are read back as they were", arguments: 0..<300)
  func commandRoundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let arguments = [Array("/bin/x y".utf8)] + RandomValues.arguments(&generator)
    let noVariables = Bool.random(using: &generator)
    let text = try UnitValue.commandLine(arguments, prefixes: .init(noVariables: noVariables))
    let commands = try ExecCommand.parse(text)
    try #require(commands.count == 1)
    let expanded = try commands[0].expanded(
      specifiers: Specifiers(), environment: [.init(name: "A", value: "wrong")])
    #expect(expanded.program == arguments[0])
    #expect(expanded.arguments == arguments)
    #expect(Self.readBack(text) == text)
    let again = try UnitValue.commandLine(commands[0])
    #expect(again == text)
  }

  @Test("variables are quoted where they have to be")
  func environment() throws {
    #expect(try UnitValue.environment(name: "A", value: "b") == "A=b")
    #expect(try UnitValue.environment(name: "A", value: "") == "A=")
    #expect(try UnitValue.environment(name: "A", value: "b c$d%e\"\\\n") == #""A=b c$d%%e\"\\\x0a""#)
    #expect(
      try UnitValue.environment([.init(name: "A", value: "1"), .init(name: "B", value: " ")]) == "A=1 \"B= \""
    )
    for name in ["", "1A", "A B", "A=B", "é"] {
      #expect(throws: ValueError.self) { try UnitValue.environment(name: name, value: "x") }
    }
    #expect(throws: ValueError.self) { try UnitValue.environment(name: "A", value: "\0") }
    #expect(throws: ValueError.self) { try UnitValue.environment(name: "A", value: "\u{fffe}") }
    #expect(throws: ValueError.self) { try UnitValue.environment([]) }
    #expect(try UnitValue.variableNames(["A", "B_2"]) == "A B_2")
    #expect(throws: ValueError.self) { try UnitValue.variableNames(["A", "B C"]) }
  }

  @Test("random variables are read back as they were", arguments: 0..<200)
  func environmentRoundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let assignments = (0..<4).map {
      EnvironmentAssignment(name: "V\($0)_", value: RandomValues.text(&generator))
    }
    let text = try UnitValue.environment(assignments)
    #expect(try EnvironmentAssignment.parse(text, specifiers: Specifiers()) == assignments)
    #expect(Self.readBack(text) == text)
  }

  @Test("a whole line has its percent signs doubled and nothing else")
  func line() throws {
    #expect(try UnitValue.line("A \"quoted\" 100% \\ value") == "A \"quoted\" 100%% \\ value")
    #expect(try UnitValue.line("of %i", percent: .specifier) == "of %i")
    #expect(try UnitValue.line("a\\\\") == "a\\\\")
    for value in ["", " a", "a\t", "a\nb", "a\r", "a\0", "a\\", "a\\\\\\", "\u{fffe}"] {
      #expect(throws: ValueError.self) { try UnitValue.line(value) }
    }
    let longest = String(repeating: "x", count: UnitValue.maximumLength)
    #expect(try UnitValue.line(longest) == longest)
    #expect(throws: ValueError.self) { try UnitValue.line(longest + "x") }
  }

  @Test("a path is absolute and without '..'")
  func path() throws {
    #expect(try UnitValue.path("/srv/a b%") == "/srv/a b%%")
    #expect(try UnitValue.path("/srv/x", optional: true) == "-/srv/x")
    #expect(try UnitValue.path("%S/x", percent: .specifier) == "%S/x")
    for path in ["", "a", "~", "/a/../b", "/..", "/a ", "%S/x", "/" + String(repeating: "b/", count: 2048)] {
      #expect(throws: ValueError.self) { try UnitValue.path(path) }
    }
  }

  @Test("a file of variables is no pattern")
  func environmentFile() throws {
    #expect(try UnitValue.environmentFile("/etc/a*b?[c].env") == "/etc/a[*]b[?][[]c].env")
    #expect(try UnitValue.environmentFile("/etc/100%", optional: true) == "-/etc/100%%")
    for path in ["etc/x", "/a\\b", "/a\n", "/a/../b"] {
      #expect(throws: ValueError.self) { try UnitValue.environmentFile(path) }
    }
  }

  @Test("words are quoted without C escapes")
  func words() throws {
    #expect(try UnitValue.words(["/a", "/b c", "/d\"e\\f'"]) == #"/a "/b c" "/d\"e\\f'""#)
    #expect(try UnitValue.paths(["/a", "/b%"], optional: true) == "-/a -/b%%")
    #expect(try UnitValue.words(["%t/x"], percent: .specifier) == "%t/x")
    #expect(throws: ValueError.self) { try UnitValue.words([]) }
    #expect(throws: ValueError.self) { try UnitValue.words([""]) }
    #expect(throws: ValueError.self) { try UnitValue.words(["a\nb"]) }
    #expect(throws: ValueError.self) { try UnitValue.paths(["a"]) }
    #expect(throws: ValueError.self) { try UnitValue.paths(["/a/.."]) }
  }

  @Test("directories, mounts, credentials and the like have rules of their own")
  func otherLists() throws {
    #expect(try UnitValue.directories(["app", "a/b:c", "d e", "f\\g%"]) == #"app a/b\:c "d e" f\\g%%"#)
    #expect(try UnitValue.directories(["q\"r's"]) == #"q\x22r\x27s"#)
    for name in ["", "/a", "../a", "private", "./private/x", "a\0", "."] {
      #expect(throws: ValueError.self) { try UnitValue.directories([name]) }
    }
    #expect(try UnitValue.bindPath("/a", to: "/b:c", optional: true) == "-/a:\"/b:c\"")
    #expect(throws: ValueError.self) { try UnitValue.bindPath("a") }
    #expect(throws: ValueError.self) { try UnitValue.bindPath("/a", to: "b") }
    #expect(try UnitValue.temporaryFileSystem("/a", options: ["ro", "size=1M"]) == "/a:ro,size=1M")
    #expect(try UnitValue.temporaryFileSystem("/a:b\\c d") == #""/a\\:b\\\\c d""#)
    #expect(try UnitValue.credential(id: "db-password", path: "/etc/k%y") == "db-password:/etc/k%%y")
    for (id, path) in [
      ("", "/a"), ("a:b", "/a"), ("a", "/a b"), ("a", "/a\"b"), ("a", "/a\\b"), ("a", "b"), ("é", "/a"),
    ] {
      #expect(throws: ValueError.self) { try UnitValue.credential(id: id, path: path) }
    }
    #expect(
      try UnitValue.unitNames([UnitName("a.service"), UnitName("b@c\\x2dd.socket")])
        == "a.service b@c\\x2dd.socket")
    #expect(
      try UnitValue.documentation(["man:x(1)", "https://x.org/%20"]) == "man:x(1) https://x.org/%%20")
    #expect(throws: ValueError.self) { try UnitValue.documentation(["x.org"]) }
    #expect(throws: ValueError.self) { try UnitValue.documentation(["man:x y"]) }
    #expect(throws: ValueError.self) { try UnitValue.documentation(["file:/a\\ b", "man:x"]) }
    #expect(throws: ValueError.self) { try UnitValue.documentation(["man:x\\"]) }
  }

  @Test("random words are read back as they were", arguments: 0..<200)
  func wordsRoundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let words = RandomValues.paths(&generator)
    let text = try UnitValue.words(words)
    #expect(Self.readBack(text) == text)
    var scanner = WordScanner(Array(text.utf8))
    var read: [[UInt8]] = []
    while let token = try scanner.next(.plain) { read.append(try Specifiers().expand(token.bytes)) }
    #expect(read == words.map { Array($0.utf8) })
  }

  @Test("truth, spans and sizes are read back as they were")
  func scalars() throws {
    #expect(UnitValue.boolean(true) == "yes")
    #expect(UnitValue.boolean(false) == "no")
    #expect(try UnitValue.timeSpan(.seconds(90)) == "1min 30s")
    #expect(try UnitValue.timeSpan(nil) == "infinity")
    #expect(throws: ValueError.self) { try UnitValue.timeSpan(.seconds(-1)) }
    #expect(UnitValue.size(nil) == "infinity")
    for bytes: UInt64 in [0, 1, 1023, 1024, 4097, 512 << 20, 15 << 60, .max] {
      #expect(try ByteSize.parse(UnitValue.size(bytes)) == bytes)
    }
    #expect(UnitValue.size(512 << 20) == "512M")
    #expect(UnitValue.size(1536) == "1536")
  }

  /// What a file that assigns this text says.
  static func readBack(_ text: String) -> String? {
    let bytes = Array("[S]\nBefore=1\nKey=\(text)\nBehind=2\n".utf8)
    let assignments = UnitFile(parsing: bytes, path: "t").assignments
    guard assignments.map(\.key) == ["Before", "Key", "Behind"] else { return nil }
    return assignments[1].value
  }
}
