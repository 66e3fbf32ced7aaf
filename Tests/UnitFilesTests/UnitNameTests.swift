import TestSupport
import Testing

@testable import UnitFiles

@Suite("UnitName")
struct UnitNameTests {
  @Test(
    "a name is taken apart",
    arguments: [
      ("foo.service", "foo", nil, "service", nil),
      ("foo@bar.service", "foo", "bar", "service", "foo@.service"),
      ("foo@.service", "foo", nil, "service", "foo@.service"),
      ("a.b@c@d.e.socket", "a.b", "c@d.e", "socket", "a.b@.socket"),
      ("-.mount", "-", nil, "mount", nil),
      ("dev-disk-by\\x2duuid.swap", "dev-disk-by\\x2duuid", nil, "swap", nil),
    ] as [(String, String, String?, String, String?)])
  func parts(text: String, prefix: String, instance: String?, suffix: String, template: String?) throws {
    let name = try UnitName(text)
    #expect(name.prefix == prefix)
    #expect(name.instance == instance)
    #expect(name.suffix == suffix)
    #expect(name.template?.text == template)
    #expect(name.isTemplate == text.contains("@."))
    #expect(name.description == text)
  }

  @Test(
    "what no unit can be called is an error",
    arguments: [
      "", "foo", "foo.conf", ".service", "@.service", "@x.service", "a b.service", "a/b.service", "é.service",
      "foo.Service", "x\n.service",
    ])
  func invalid(text: String) {
    #expect(throws: ValueError.self) { try UnitName(text) }
  }

  @Test("a name has at most 255 bytes")
  func length() throws {
    let longest = String(repeating: "a", count: 247) + ".service"
    #expect(try UnitName(longest).text == longest)
    #expect(throws: ValueError.self) { try UnitName("a" + longest) }
  }

  @Test("a template gives instances")
  func instantiated() throws {
    #expect(try UnitName("a@.service").instantiated("x").text == "a@x.service")
    #expect(try UnitName("a@y.service").instantiated("x").text == "a@x.service")
    #expect(throws: ValueError.self) { try UnitName("a.service").instantiated("x") }
    #expect(throws: ValueError.self) { try UnitName("a@.service").instantiated("") }
    #expect(throws: ValueError.self) { try UnitName("a@.service").instantiated("/") }
  }

  @Test("the name's specifiers follow systemd.unit(5)")
  func specifiers() throws {
    let table = Specifiers(unit: try UnitName("web-app\\x2dx@dev-sda\\x20.service"))
    #expect(try table.expand("%n") == "web-app\\x2dx@dev-sda\\x20.service")
    #expect(try table.expand("%N %p %P") == "web-app\\x2dx@dev-sda\\x20 web-app\\x2dx web/app-x")
    #expect(try table.expand("%i|%I|%j|%J|%f") == "dev-sda\\x20|dev/sda |app\\x2dx|app-x|/dev/sda ")
    #expect(try Specifiers(unit: try UnitName("plain.service")).expand("%i|%j|%f") == "|plain|/plain")
    #expect(throws: ValueError.self) { try Specifiers(unit: try UnitName("a@b\\z.service")).expand("%I") }
  }

  static let texts = [
    "", "a", "/", "//", "/dev/sda", "a-b_c.d:e", ".hidden", "/.hidden", "a b", "é", "tab\there", "\\",
    "\\x2d", "-", "a//b/", "/./a", "/a/../b", "..", "@", "%n", "'\"",
  ]

  @Test("escaping is systemd-escape's", arguments: texts)
  func oracle(text: String) throws {
    guard Files.output(of: "systemd-escape", ["a"]) != nil else {
      return print("systemd-escape is missing: nothing compared")
    }
    let program = { (option: String) in
      Files.output(of: "systemd-escape", [option, "--", text]).map { String($0.dropLast()) }
    }
    if !text.isEmpty {
      #expect(Files.output(of: "systemd-escape", ["--", text]) == UnitName.escape(text) + "\n")
    }
    #expect((try? UnitName.escapePath(text)) == program("--path"))
    #expect((try? UnitName.unescape(text)).map(\.text) == program("--unescape"))
    #expect(
      (try? UnitName.unescapePath(text)).map(\.text)
        == Files.output(of: "systemd-escape", ["--unescape", "--path", "--", text]).map {
          String($0.dropLast())
        })
  }

  @Test("random text is escaped as systemd-escape does and comes back", arguments: 0..<40)
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let bytes = generator.bytes(
      count: Int.random(in: 1...20, using: &generator), from: Array("/-.\\x2da@:_ é%'".utf8))
    let escaped = UnitName.escape(bytes)
    #expect(try UnitName.unescape(escaped) == bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    guard Array(text.utf8) == bytes, let theirs = Files.output(of: "systemd-escape", ["--", text]) else {
      return
    }
    #expect(theirs == escaped + "\n")
    #expect(
      (try? UnitName.escapePath(text)).map { $0 + "\n" }
        == Files.output(of: "systemd-escape", ["--path", "--", text]))
    #expect(
      (try? UnitName.unescape(text)).map { $0.text + "\n" }
        == Files.output(of: "systemd-escape", ["--unescape", "--", text]))
  }
}
