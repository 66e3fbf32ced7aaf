import TestSupport
import Testing

@testable import UnitFiles

@Suite("ExecCommand")
struct ExecCommandTests {
  static let environment = [
    EnvironmentAssignment(name: "ONE", value: "old"), EnvironmentAssignment(name: "ONE", value: "one"),
    EnvironmentAssignment(name: "TWO", value: "two  two"),
    EnvironmentAssignment(name: "QUOTED", value: "'a b' \"c\"d e\\ f"),
    EnvironmentAssignment(name: "EMPTY", value: ""), EnvironmentAssignment(name: "OPEN", value: "x 'y z"),
  ]

  /// The commands of a value as they would run, arguments joined by `|`, commands by ` & `.
  static func run(_ value: String) throws -> String {
    var specifiers = Specifiers(unit: try UnitName("web@1.service"))
    specifiers["h"] = "/root dir"
    return try ExecCommand.parse(value).map { command in
      let expanded = try command.expanded(specifiers: specifiers, environment: environment)
      let name = String(decoding: expanded.program, as: UTF8.self)
      return ([name] + expanded.arguments.map { String(decoding: $0, as: UTF8.self) }).joined(separator: "|")
    }.joined(separator: " & ")
  }

  @Test(
    "a command line runs as systemd would run it",
    arguments: [
      ("", ""), ("  ", ""), ("/bin/true", "/bin/true|/bin/true"),
      ("echo $ONE $TWO ${TWO}", "echo|echo|one|two|two|two  two"),
      ("/a b  c", "/a|/a|b|c"), ("/a \"b c\" 'd \"e'", "/a|/a|b c|d \"e"), ("/a b\"c d\"e", "/a|/a|bc de"),
      ("/a \"\" ''", "/a|/a||"), ("\"/a b\" c", "/a b|/a b|c"), ("@/a zero one", "/a|zero|one"),
      ("/a $NONE ${NONE} x${NONE}y", "/a|/a||xy"), ("/a p$ONE p${ONE}q", "/a|/a|p$ONE|poneq"),
      ("/a $$ONE a$$b $${ONE}", "/a|/a|$ONE|a$b|${ONE}"), ("/a $EMPTY ${EMPTY}", "/a|/a|"),
      ("/a $QUOTED", "/a|/a|a b|cd|e f"), ("/a $OPEN", "/a|/a|x|y z"),
      ("/a ${QUOTED}", "/a|/a|'a b' \"c\"d e\\ f"),
      ("/a \"$TWO\"", "/a|/a|two|two"), (":/a $ONE ${ONE} $$", "/a|/a|$ONE|${ONE}|$$"),
      ("/a ${ONE ${ONE:x} ${ONE", "/a|/a|${ONE|${ONE:x}|${ONE"), ("/a ${A:$$b$$", "/a|/a|${A:$b$"),
      ("/a $ x$", "/a|/a|x$"),
      ("/a %% %i %n %p", "/a|/a|%|1|web@1.service|web"), ("/a %h", "/a|/a|/root dir"),
      ("/a 50% a%", "/a|/a|50%|a%"),
      ("/a ; /b c", "/a|/a & /b|/b|c"), ("/a \\; b", "/a|/a|;|b"), ("/a \";\" b;c ;d", "/a|/a|;|b;c|;d"),
      ("/a ;", "/a|/a"),
      ("echo / >/dev/null & \\; ls", "echo|echo|/|>/dev/null|&|;|ls"),
      ("/a \\x41\\101\\u00e9\\U0001f600\\s.", "/a|/a|AAé\u{1f600} ."), ("/a \\w+\\.x", "/a|/a|\\w+\\.x"),
      ("/a \\x4", "/a|/a|\\x4"),
      ("/a '\\'' \"\\\"\" \\\\", "/a|/a|'|\"|\\"), ("/a \"\\;\" x\\;y \\; ;b", "/a|/a|\\;|x\\;y|;|;b"),
      ("/a \\000 \\400", "/a|/a|\\000|\\400"),
      ("/a \\x24ONE", "/a|/a|one"),
      ("/a$$b ${ONE}", "/a$$b|/a$b|one"), ("-@:+/a b $ONE", "/a|b|$ONE"), ("/%i/x", "/1/x|/1/x"),
    ])
  func commandLine(value: String, expected: String) throws {
    #expect(try Self.run(value) == expected)
  }

  @Test("an escape may make bytes that are not UTF-8")
  func rawBytes() throws {
    let words = try ExecCommand.parse("/a \\xff\\xfe \\ud83d")[0].words.map(\.bytes)
    #expect(words[1...] == [[0xff, 0xfe], [0xed, 0xa0, 0xbd]])
  }

  @Test("the prefixes say how a command runs, each once and in any order")
  func prefixes() throws {
    let all = try ExecCommand.parse(":-@/a b")[0]
    #expect(all.ignoresFailure && all.overridesArgv0 && all.noVariables && all.privileges == .unit)
    #expect(try ExecCommand.parse("-/a")[0].ignoresFailure)
    #expect(try ExecCommand.parse("+/a")[0].fullPrivileges)
    #expect(try ExecCommand.parse("!/a")[0].privileges == .keepUser)
    #expect(try ExecCommand.parse("!!-/a")[0].privileges == .ambient)
    #expect(try ExecCommand.parse("/a")[0] == ExecCommand(words: [.init(bytes: Array("/a".utf8))]))
    #expect(try ExecCommand.parse("--a")[0].words[0].bytes == Array("-a".utf8))
  }

  @Test("words know their place and the variable they stand for")
  func words() throws {
    let words = try ExecCommand.parse("-/ä 'é' $ONE $$x ${ONE} \\;")[0].words
    #expect(words.map(\.offset) == [1, 4, 8, 13, 17, 24])
    #expect(words.map(\.splitVariable) == [nil, nil, "ONE", nil, nil, nil])
    #expect(words.map(\.isLiteral) == [false, false, false, false, false, true])
  }

  @Test(
    "what systemd would refuse is an error at its place",
    arguments: [
      ("/a 'b", 3), ("é \"", 2), ("-", 0), ("@", 0), ("\"\" a", 0), ("a/b c", 0), (".. x", 0),
      ("/a ; b/c", 5), ("/a\\\"b", 0),
      ("\"/a'b\"", 0), ("@/a", 0), ("/a\\x07", 0), ("/a %h \\x41 %Z", 11), ("/a %H", 3), ("%p/x", 0),
    ])
  func errors(value: String, offset: Int) {
    let error = #expect(throws: ValueError.self) { try Self.run(value) }
    #expect(error?.offset == offset)
  }

  @Test("a specifier without a value is named")
  func specifierErrors() {
    #expect(throws: ValueError(message: "'%Z' is no specifier; write '%%' for a percent sign", offset: 2)) {
      try Specifiers().expand("é %Z".replacing("é ", with: "ab"))
    }
    #expect(throws: ValueError(message: "the specifier '%u' has no value here", offset: 0)) {
      try Specifiers().expand("%u")
    }
  }

  @Test("a percent sign before no letter and no digit stands, as in systemd")
  func strayPercent() throws {
    var specifiers = Specifiers()
    specifiers["t"] = "/run"
    #expect(try specifiers.expand("%t %é %. %% %") == "/run %é %. % %")
    #expect(throws: ValueError.self) { try specifiers.expand("%1") }
  }

  @Test("quoted with systemd's escapes, any argument comes back", arguments: 0..<300)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("\"'\\$%;{} \t\n-@:xX01ab".utf8) + [0xff, 0xc3, 0xa9, 0x01]
    let arguments = (0..<Int.random(in: 0...5, using: &generator)).map { _ in
      generator.bytes(count: Int.random(in: 0...10, using: &generator), from: alphabet)
    }
    let quoted = arguments.map { argument in
      "\"" + argument.map(Self.escaped).joined() + "\""
    }
    let command = try #require(try ExecCommand.parse((["/p"] + quoted).joined(separator: " ")).first)
    let expanded = try command.expanded(specifiers: Specifiers(), environment: Self.environment)
    #expect(expanded.arguments == [Array("/p".utf8)] + arguments)
  }

  private static func escaped(_ byte: UInt8) -> String {
    switch byte {
    case UInt8(ascii: "\""): "\\\""
    case UInt8(ascii: "\\"): "\\\\"
    case UInt8(ascii: "%"): "%%"
    case UInt8(ascii: "$"): "$$"
    case 0x20..<0x7f: String(UnicodeScalar(byte))
    default: "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
  }

  @Test("any text is read or refused", arguments: 0..<500)
  func fuzz(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let text = String(
      decoding: generator.bytes(count: 30, from: Array("\\\"' ;$%{}x0u/a:@-!+é".utf8)), as: UTF8.self)
    for command in (try? ExecCommand.parse(text)) ?? [] {
      #expect(!command.words.isEmpty)
      if let expanded = try? command.expanded(specifiers: Specifiers(), environment: Self.environment) {
        #expect(!expanded.arguments.isEmpty)
      }
    }
    let words = try? WordList.parse(text)
    #expect(words?.allSatisfy { !$0.contains(0) } ?? true)
  }
}
