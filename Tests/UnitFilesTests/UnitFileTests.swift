import TestSupport
import Testing

@testable import UnitFiles

@Suite("UnitFile")
struct UnitFileTests {
  /// A file, and what it says as `section.key=value`.
  static let readings: [(text: String, assignments: [String])] = [
    ("", []),
    ("[Unit]\nDescription=A b  c \n", ["Unit.Description=A b  c"]),
    ("[Unit]\n \t Key \t = \t value \t\n", ["Unit.Key=value"]),
    ("[Unit]\nA=1", ["Unit.A=1"]),
    ("[Unit]\r\nA=1\r\nB=2\r\n", ["Unit.A=1", "Unit.B=2"]),
    ("[Unit]\rA=1\rB=2", ["Unit.A=1", "Unit.B=2"]),
    ("\u{feff}[Unit]\nA=1\n", ["Unit.A=1"]),
    ("[Unit]\nA=\nB =\n", ["Unit.A=", "Unit.B="]),
    ("[Unit]\nA=x=y\n", ["Unit.A=x=y"]),
    ("[Unit]\n#A=1\n;B=2\n  # C=3\nD=4 # no comment\n", ["Unit.D=4 # no comment"]),
    ("[A]\nK=1\n[B]\nK=2\n[A]\nK=3\n", ["A.K=1", "B.K=2", "A.K=3"]),
    ("[S]\nK=value 2 \\\n       continued\n", ["S.K=value 2         continued"]),
    ("[S]\nK=value 3\\\n# ignored\n; ignored too\n  rest\nL=1\n", ["S.K=value 3   rest", "S.L=1"]),
    ("[S]\nK=a\\\n\nL=1\n", ["S.K=a", "S.L=1"]),
    ("[S]\nK=a\\\\\nL=1\n", ["S.K=a\\\\", "S.L=1"]),
    ("[S]\nK=a\\\\\\\nL=1\n", ["S.K=a\\\\ L=1"]),
    ("[S]\nK=a\\", ["S.K=a"]),
    ("[S]\n# comment \\\nK=1\n", ["S.K=1"]),
    ("[S]\nK=\\\n  a\\\n  b\n", ["S.K=a   b"]),
    ("[X-Upkeep-Repair db]\nLogMatch=x\n", ["X-Upkeep-Repair db.LogMatch=x"]),
    ("[S]\nK=\"q \\\"\" 'r'\n", ["S.K=\"q \\\"\" 'r'"]),
    ("K=1\n[S]\nnonsense\n=v\nL=2\n.include /x\n", ["S.L=2"]),
    ("[S]\nK=1\n[T\nL=2\n[U]\nM=3\n", ["S.K=1"]),
  ]

  @Test("a file says what systemd reads in it, and keeps its bytes", arguments: readings)
  func reading(text: String, assignments: [String]) {
    let file = UnitFile(parsing: Array(text.utf8), path: "t.service")
    #expect(file.assignments.map { "\($0.section).\($0.key)=\($0.value)" } == assignments)
    #expect(file.bytes == Array(text.utf8))
  }

  @Test(
    "a fault is told with its place",
    arguments: [
      ("[S]\n  nonsense\n", "t:2:3: there is no '=' in the line; it is ignored"),
      ("K=1\n", "t:1:1: 'K=' stands before any section header and is ignored"),
      ("[S]\n=1\n", "t:2:1: there is no key before '='; the line is ignored"),
      (
        "[S\n",
        "t:1:1: the section header '[S' does not end with ']'; systemd does not read the file any further"
      ),
      (
        "[a\"b]\n",
        "t:1:3: a section name cannot hold quotes, backslashes or control characters; "
          + "systemd does not read the file any further"
      ),
      ("[]\n", "t:1:1: the section header has no name"),
      ("[S]\nK=é\0\n", "t:2:4: a NUL byte ends the line here; remove it"),
      ("[S]\n.include /x\n", "t:2:1: '.include' is not supported by systemd any more; use a drop-in"),
      ("[S]\nK=a\\\n=\\\n  \nx\n", "t:5:1: there is no '=' in the line; it is ignored"),
    ])
  func problem(text: String, problem: String) {
    #expect(UnitFile(parsing: Array(text.utf8), path: "t").problems.map(\.description) == [problem])
  }

  @Test(
    "bytes that are not UTF-8 cost their own line only",
    arguments: [
      [0xff], [0xc0, 0x80], [0xed, 0xa0, 0xbd], [0xe2, 0x82], [0xf4, 0x90, 0x80, 0x80], [0xef, 0xbf, 0xbf],
      [0xef, 0xb7, 0x90],
    ])
  func invalidUTF8(bad: [UInt8]) {
    let bytes = Array("[S]\nä=x".utf8) + bad + Array("\nL=2\n".utf8)
    let file = UnitFile(parsing: bytes, path: "t")
    #expect(file.problems.map(\.description) == ["t:2:4: the line is not valid UTF-8 and is ignored"])
    #expect(file.assignments.map(\.key) == ["L"])
    #expect(file.bytes == bytes)
  }

  @Test("positions follow the value over its continuation lines")
  func positions() throws {
    let text = "\u{feff}[S]\n  Ké = añb \\\n# no\n  cd\\\nef\nE=\nF=\\\n  g\n"
    let file = UnitFile(parsing: Array(text.utf8), path: "p")
    try #require(file.assignments.count == 3)
    let long = file.assignments[0]
    #expect(long.position.description == "p:2:3")
    #expect(long.valuePosition.description == "p:2:8")
    #expect(long.value == "añb    cd ef")
    #expect(long.position(at: 2).description == "p:2:10")
    #expect(long.position(at: 7).description == "p:4:3")
    #expect(long.position(at: 10).description == "p:5:1")
    #expect(long.diagnostic(ValueError(message: "bad", offset: 8)).description == "p:4:4: Ké=: bad")
    #expect(file.assignments[1].valuePosition.description == "p:6:3")
    #expect(file.assignments[2].valuePosition.description == "p:8:3")
  }

  @Test("a line of one mebibyte ends the reading, a shorter one does not", arguments: [(0, 1), (-1, 0)])
  func longLine(difference: Int, problems: Int) {
    let filler = [UInt8](repeating: UInt8(ascii: "x"), count: UnitFile.maximumLineLength + difference - 2)
    let bytes = Array("[S]\nA=".utf8) + filler + Array("\nB=1\n".utf8)
    let file = UnitFile(parsing: bytes, path: "t")
    #expect(file.problems.count == problems)
    #expect(file.assignments.count == (problems == 0 ? 2 : 0))
    #expect(file.bytes == bytes)
  }

  @Test("a statement joined to more than one mebibyte ends the reading")
  func longStatement() {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 600_000) + Array("\\\n".utf8)
    let bytes = Array("[S]\nA=1\nB=".utf8) + line + line + Array("y\nC=1\n".utf8)
    let file = UnitFile(parsing: bytes, path: "t")
    #expect(file.problems.map(\.position.line) == [4])
    #expect(file.assignments.map(\.key) == ["A"])
    #expect(file.bytes == bytes)
  }

  @Test("the list of problems has an end")
  func problemLimit() {
    let file = UnitFile(parsing: Array(String(repeating: "x\n", count: 5000).utf8), path: "t")
    #expect(file.problems.count == UnitFile.maximumProblems)
    #expect(file.problems.last?.message == "there are more problems; the rest is not listed")
  }

  @Test(
    "a megabyte of one pattern keeps its bytes",
    arguments: ["\\\n", "[a]\n", "\0"])
  func largeInput(pattern: String) {
    let unit = Array(pattern.utf8)
    let bytes = Array((0..<(1_000_000 / unit.count)).map { _ in unit }.joined())
    #expect(UnitFile(parsing: bytes, path: "t").bytes == bytes)
  }

  @Test("any bytes are kept", arguments: 0..<200)
  func randomBytes(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let alphabets = [
      Array("[]=\\\\\n\n\r\0 \t#;aé\"'".utf8) + [0xff, 0xef, 0xbb, 0xbf], Array(UInt8.min...UInt8.max),
    ]
    for alphabet in alphabets {
      let bytes = generator.bytes(count: Int.random(in: 0...400, using: &generator), from: alphabet)
      let file = UnitFile(parsing: bytes, path: "t")
      #expect(file.bytes == bytes)
      // Reading once more what was kept gives the same statements.
      #expect(UnitFile(parsing: file.bytes, path: "t").assignments == file.assignments)
    }
  }

  @Test("every unit file of this machine is kept, and systemd's own have no problems")
  func installedFiles() throws {
    let files = ["/usr/lib/systemd", "/lib/systemd", "/etc/systemd"].flatMap(Files.below)
    let suffixes = UnitName.suffixes.map { ".\($0)" }
    var count = 0
    for path in files
    where suffixes.contains(where: path.hasSuffix) || path.hasSuffix(".conf") && path.contains(".d/") {
      guard let bytes = Files.read(path) else { continue }
      let file = UnitFile(parsing: bytes, path: path)
      #expect(file.bytes == bytes, "\(path)")
      #expect(file.problems.isEmpty, "\(path)")
      #expect(file.assignments.isEmpty || !file.sectionNames.isEmpty)
      #expect(UnitFileEditor(file).edited.bytes == bytes)
      #expect(file.statements.map(\.text).joined() == bytes.text)
      try commandsReadBack(file)
      count += 1
    }
    if count == 0 { print("no unit files on this machine: nothing compared") }
  }

  /// Writes each command of a file anew and reads it back.
  private func commandsReadBack(_ file: UnitFile) throws {
    for assignment in file.assignments
    where assignment.key.hasPrefix("Exec") && assignment.section == "Service" {
      for command in (try? ExecCommand.parse(assignment.value)) ?? [] {
        let text = try UnitValue.commandLine(command)
        let again = try ExecCommand.parse(text)
        #expect(again.map { $0.words.map(\.bytes) } == [command.words.map(\.bytes)], "\(assignment)")
      }
    }
  }
}
