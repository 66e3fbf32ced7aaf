import TestSupport
import Testing

@testable import UnitFiles

@Suite("Environment")
struct EnvironmentTests {
  @Test(
    "Environment= holds quoted words with specifiers and without variables",
    arguments: [
      ("", []), ("A=1 B=2", ["A=1", "B=2"]), ("\"A=one two\" 'B=x'", ["A=one two", "B=x"]),
      ("ONE='one' THREE=", ["ONE=one", "THREE="]),
      ("\"TWO='two two' too\"", ["TWO='two two' too"]), ("PATH=$PATH:/x", ["PATH=$PATH:/x"]),
      ("A=%i%%", ["A=1%"]),
      ("A=\\x41\\n", ["A=A\n"]), ("A=\\x07\\x1b", ["A=\u{7}\u{1b}"]), ("A=b=c", ["A=b=c"]),
      ("A=1 A=2", ["A=1", "A=2"]),
    ])
  func environment(value: String, expected: [String]) throws {
    let specifiers = Specifiers(unit: try UnitName("w@1.service"))
    #expect(try EnvironmentAssignment.parse(value, specifiers: specifiers).map(\.description) == expected)
  }

  @Test(
    "what is no assignment is an error at its place",
    arguments: [
      ("A", 0), ("A=1 2B=3", 4), ("=x", 0), ("é=x", 0), ("A=é B=\\xff", 4), ("A=1 'B=", 4),
      ("A=\\w", 2), ("A=1 B=%Q", 4),
    ])
  func errors(value: String, offset: Int) {
    let error = #expect(throws: ValueError.self) {
      try EnvironmentAssignment.parse(value, specifiers: Specifiers())
    }
    #expect(error?.offset == offset)
  }

  @Test(
    "an environment file is read with the shell's quotes",
    arguments: [
      ("A=1\nB=2\n", ["A=1", "B=2"]), ("# c\n; c\n\n  A = 1  \t\n", ["A=1"]),
      ("A=a b  c \nB=x", ["A=a b  c", "B=x"]),
      ("A='a\nb' \nB=\"c\nd\"\n", ["A=a\nb", "B=c\nd"]), ("A=\"\\\"\\\\\\`\\$\\n\"", ["A=\"\\`$\\n"]),
      ("A='\\n'", ["A=\\n"]),
      ("A=a\\\nb", ["A=ab"]), ("A=\"a\\\nb\"", ["A=ab"]), ("A=\\a\\\\\\ ", ["A=a\\ "]),
      ("A=it's \"x\"", ["A=it's \"x\""]),
      ("A=\"x\" y", ["A=xy"]), ("A=\"x \"'y '", ["A=x y "]), ("A=\nB=", ["A=", "B="]),
      ("nothing\nA=1", ["A=1"]), ("A=1\r\nB=2\r\n", ["A=1", "B=2"]),
      ("A=x # no comment", ["A=x # no comment"]), ("# c \\\nA=1", ["A=1"]), ("export A=1\nB=2", ["B=2"]),
      ("1A=1\nB=2", ["B=2"]),
      ("A=$B %i", ["A=$B %i"]), ("=x\nB=2", ["B=2"]), ("A=\u{1}\nB=2", ["A=\u{1}", "B=2"]),
      ("A='open", ["A=open"]),
      ("A=1\0\nB=2", []),
    ])
  func file(text: String, expected: [String]) {
    #expect(EnvironmentFile.parse(Array(text.utf8)).map(\.description) == expected)
  }

  @Test("what is wrong in an environment file is told with its line")
  func fileProblems() {
    var problems: [UnitDiagnostic] = []
    let bytes = Array("A='x\ny'\nnothing\n1B=2\nC=".utf8) + [0xff] + Array("\n\nD=\"\n".utf8)
    let variables = EnvironmentFile.parse(bytes, path: "/e", problems: &problems)
    #expect(variables.map(\.name) == ["A", "D"])
    #expect(problems.map(\.position.line) == [3, 4, 5, 7])
    #expect(problems[0].description == "/e:3:1: there is no '=' in the line; it is ignored")
    problems = []
    _ = EnvironmentFile.parse([0], path: "/e", problems: &problems)
    #expect(problems.map(\.description) == ["/e:1:1: a NUL byte: systemd does not read such a file"])
  }

  @Test("any bytes are read", arguments: 0..<300)
  func fuzz(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabet = Array("AB=\\\\\n\r\"'# ;$`".utf8) + [0xff, 0xc3]
    for variable in EnvironmentFile.parse(generator.bytes(count: 60, from: alphabet)) {
      #expect(EnvironmentAssignment.isValidName(Array(variable.name.utf8)[...]))
    }
  }

  @Test("a list of words is unquoted")
  func wordList() throws {
    #expect(
      try WordList.parse(" /a  \"/b c\" '/d\\x20e' -/f").map { String(decoding: $0, as: UTF8.self) } == [
        "/a", "/b c", "/d e", "-/f",
      ])
    #expect(try WordList.parse("").isEmpty)
    #expect(throws: ValueError(message: "the quote is not closed", offset: 2)) { try WordList.parse("a 'b") }
  }
}
