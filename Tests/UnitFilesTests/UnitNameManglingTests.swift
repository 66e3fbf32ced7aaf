import TestSupport
import Testing

@testable import UnitFiles

@Suite("Unit names that are made")
struct UnitNameManglingTests {
  @Test(
    "a name is completed and escaped where it has to be",
    arguments: [
      ("foo", "foo.service"), ("foo.socket", "foo.socket"), ("foo@", "foo@.service"),
      ("a b", "a\\x20b.service"),
      ("/srv/data", "srv-data.mount"), ("/dev/sda", "dev-sda.device"), ("/sys/x", "sys-x.device"),
      ("/dev", "dev.mount"),
      ("/", "-.mount"), ("/a/../b", "-a-..-b.service"), ("é", "\\xc3\\xa9.service"), ("a.b", "a.b.service"),
      ("*.service", "\\x2a.service"), (".hidden", ".hidden.service"), ("a/b.service", "a-b.service"),
    ])
  func mangling(text: String, name: String) throws {
    #expect(try UnitName(mangling: text).text == name)
  }

  @Test("a path gives the name of its unit, a long one with a hash")
  func paths() throws {
    #expect(try UnitName(path: "/srv//a b/", suffix: "mount").text == "srv-a\\x20b.mount")
    let name = try UnitName(path: "/" + String(repeating: "long/", count: 60), suffix: "mount")
    #expect(name.text.utf8.count == UnitName.maximumLength)
    #expect(name.text.hasPrefix("long-long-"))
    #expect(throws: ValueError.self) { try UnitName(path: "/a/../b", suffix: "mount") }
    #expect(throws: ValueError.self) { try UnitName(path: "/a", suffix: "conf") }
    #expect(throws: ValueError.self) {
      try UnitName(path: "/" + String(repeating: "a", count: 300), suffix: "conf")
    }
  }

  @Test("SipHash-2-4 gives the numbers of its authors")
  func sipHash() {
    let key: (UInt64, UInt64) = (0x0706_0504_0302_0100, 0x0f0e_0d0c_0b0a_0908)
    #expect(SipHash.hash(Array(0..<15), key: key) == 0xa129_ca61_49be_45e5)
    #expect(SipHash.hash([], key: key) == 0x726f_db47_dd0e_0e31)
  }

  @Test("a template's instance is escaped")
  func instances() throws {
    let template = try UnitName("web@.service")
    #expect(try template.instantiated(escaping: "a/b c").text == "web@a-b\\x20c.service")
    #expect(try template.instantiated(path: "/srv//x/").text == "web@srv-x.service")
    #expect(throws: ValueError.self) { try template.instantiated(path: "/a/../b") }
    #expect(throws: ValueError.self) { try template.instantiated(escaping: "") }
    #expect(throws: ValueError.self) { try UnitName("web.service").instantiated(escaping: "a") }
  }

  static let pieces = [
    String(repeating: "x", count: 240),
    "/", "//", "/./", "/../", "dev", "/dev/", "/sys/", "sda", ".", "..", "-", "--", "@", "a", "b.service",
    ".mount",
    ".socket", "\\x2d", "\\", " ", "é", "*", "[a]", ":", "_", "%i", "'", "\"",
    "long-long-long-long-long-long-",
    "/very/long/path/with/many/parts/that/goes/on/and/on",
  ]

  /// Texts that mean something to systemd-escape, many a seed: the program takes them all at once.
  static func texts(_ seed: UInt64) -> [String] {
    var generator = SeededGenerator(seed: seed)
    let random = (0..<60).map { _ in
      (0..<Int.random(in: 1...8, using: &generator))
        .map { _ in pieces.randomElement(using: &generator) ?? "a" }.joined()
    }
    return [".", "./", "./.", "..", "/", "//", "-", "/./", "/.."] + random
  }

  @Test("random texts become what systemd-escape makes of them", arguments: 1...4)
  func oracle(seed: UInt64) throws {
    guard Files.output(of: "systemd-escape", ["a"]) != nil else {
      return print("systemd-escape is missing: nothing compared")
    }
    let texts = Self.texts(seed)
    try Self.compare(texts, ["--mangle"]) { try UnitName(mangling: $0).text }
    try Self.compare(texts, ["--path"]) { try UnitName.escapePath($0) }
    try Self.compare(texts, []) { UnitName.escape($0) }
    try Self.compare(texts, ["--suffix=mount"]) { UnitName.escape($0) + ".mount" }
    let template = try UnitName("foo@.service")
    try Self.compare(texts, ["--template=foo@.service"]) { try template.instantiated(escaping: $0).text }
    try Self.compare(texts, ["--template=foo@.service", "--path"]) {
      try template.instantiated(path: $0).text
    }
    try Self.compare(texts, ["--unescape"]) { try UnitName.unescape($0).text }
    try Self.compare(texts, ["--unescape", "--path"]) { try UnitName.unescapePath($0).text }
  }

  /// Compares all that we can make with one run of the program, and what we refuse with a run each.
  static func compare(_ texts: [String], _ options: [String], _ make: (String) throws -> String) throws {
    let ours = texts.map { text in try? make(text) }
    let made = zip(texts, ours).filter { $1 != nil && !$0.isEmpty }
    let expected = made.compactMap(\.1).joined(separator: " ") + "\n"
    if !made.isEmpty {
      let theirs = Files.output(of: "systemd-escape", options + ["--"] + made.map(\.0))
      #expect(theirs == expected, "\(options)")
    }
    for text in zip(texts, ours).filter({ $1 == nil }).map(\.0).prefix(3) {
      #expect(Files.output(of: "systemd-escape", options + ["--", text]) == nil, "\(options) \(text)")
    }
  }
}
