import TestSupport
import Testing

@testable import UnitFiles

@Suite("UnitFileEditor")
struct UnitFileEditorTests {
  static let text = """
    # head
    [Unit]
    Description = old \t
    After=a.target
    After=\\
      b.target \\
      # why c
      c.target

    # before install
    [Install]
    WantedBy=multi-user.target
    """ + "\n"

  static func edited(_ text: String, _ changes: (inout UnitFileEditor) throws -> Void) throws -> String {
    let file = UnitFile(parsing: Array(text.utf8), path: "t")
    var editor = UnitFileEditor(file)
    try changes(&editor)
    return String(decoding: editor.edited.bytes, as: UTF8.self)
  }

  @Test("without a change the bytes are the same")
  func identity() throws {
    for text in ["", "\u{feff}", Self.text, "\u{feff}[A]\r\nB=1", "[A]\nB=\\", "nonsense\0x"] {
      #expect(try Self.edited(text) { _ in } == text)
    }
  }

  @Test("a value is changed in its place, and only its line changes")
  func set() throws {
    let result = try Self.edited(Self.text) { try $0.set("Description", to: "new", in: "Unit") }
    #expect(result == Self.text.replacing("Description = old \t\n", with: "Description = new\n"))
  }

  @Test("a key that is set has one assignment afterwards, where its last one was")
  func setSeveral() throws {
    let result = try Self.edited(Self.text) { try $0.set("After", to: "x.target", in: "Unit") }
    let begin = try #require(Self.text.firstRange(of: "After=a"))
    let end = try #require(Self.text.firstRange(of: "c.target\n"))
    let expected =
      Self.text[..<begin.lowerBound] + "  # why c\nAfter=x.target\n" + Self.text[end.upperBound...]
    #expect(result == String(expected))
  }

  @Test(
    "a new assignment stands where a person would put it",
    arguments: [
      ("[A]\nK=1\n\n[B]\nL=2\n", "K", "A", "[A]\nK=1\nK=new\n\n[B]\nL=2\n"),
      ("[A]\nK=1\nM=2\n[B]\n", "K", "A", "[A]\nK=1\nK=new\nM=2\n[B]\n"),
      ("[A]\nK=1\n\n[B]\n", "N", "A", "[A]\nK=1\nN=new\n\n[B]\n"),
      ("[A]\n# c\n\n[B]\n", "N", "A", "[A]\n# c\nN=new\n\n[B]\n"),
      ("[A]\nK=1\n# of B\n[B]\n", "N", "A", "[A]\nK=1\nN=new\n# of B\n[B]\n"),
      ("[A]\nK=1\n[B]\n[A]\nL=1\n", "N", "A", "[A]\nK=1\n[B]\n[A]\nL=1\nN=new\n"),
      ("[A]\nK=1", "N", "A", "[A]\nK=1\nN=new\n"),
      ("[A]\nK=1\\", "N", "A", "[A]\nK=1\\\n\nN=new\n"),
      ("[A]\nK=1\\\n# c", "N", "A", "[A]\nK=1\\\n# c\n\nN=new\n"),
      ("[A]\r\nK=1\r\n", "N", "A", "[A]\r\nK=1\r\nN=new\r\n"),
      ("\u{feff}", "N", "A", "\u{feff}[A]\nN=new\n"),
      ("", "N", "A", "[A]\nN=new\n"),
      ("[A]\nK=1\n", "N", "B", "[A]\nK=1\n\n[B]\nN=new\n"),
      ("[A]\nK=1\n\n", "N", "B", "[A]\nK=1\n\n[B]\nN=new\n"),
      ("[A]\nK=1\n[broken\nL=2\n", "N", "A", "[A]\nK=1\nN=new\n[broken\nL=2\n"),
      ("[A]\nK=1\n[broken\nL=2\n", "N", "B", "[A]\nK=1\n\n[B]\nN=new\n[broken\nL=2\n"),
      ("N=0\n[A]\n", "N", "A", "N=0\n[A]\nN=new\n"),
    ])
  func add(text: String, key: String, section: String, expected: String) throws {
    let result = try Self.edited(text) { try $0.add(key, "new", in: section) }
    #expect(result == expected)
    let file = UnitFile(parsing: Array(result.utf8), path: "t")
    #expect(file.assignments.contains { $0.section == section && $0.key == key && $0.value == "new" })
  }

  @Test(
    "a list is reset before its first value, once",
    arguments: [
      ("[A]\nK=1\nK=2\n", "[A]\nK=\nK=1\nK=2\n"), ("[A]\nK=\nK=2\n", "[A]\nK=\nK=2\n"),
      ("[A]\n", "[A]\nK=\n"),
    ])
  func reset(text: String, expected: String) throws {
    let result = try Self.edited(text) { try $0.reset("K", in: "A") }
    #expect(result == expected)
  }

  @Test("a key is removed from its section only, and sections in all their parts")
  func remove() throws {
    let text = "[A]\nK=1\n[B]\nK=2\n[A]\nK=\\\n 3\nL=4\n"
    var removed = 0
    let withoutKey = try Self.edited(text) { removed = $0.remove("K", in: "A") }
    #expect(withoutKey == "[A]\n[B]\nK=2\n[A]\nL=4\n")
    #expect(removed == 2)
    let withoutSection = try Self.edited(text) { $0.removeSection("A") }
    #expect(withoutSection == "[B]\nK=2\n")
    let same = try Self.edited(text) {
      $0.removeSection("C")
      $0.remove("X", in: "A")
    }
    #expect(same == text)
  }

  @Test(
    "a section is added at the end or before another one, once",
    arguments: [
      ("[A]\nK=1\n", nil, "[A]\nK=1\n\n[B]\n"), ("[A]\n\n[I]\n", "I", "[A]\n\n[B]\n\n[I]\n"),
      ("[A]\n", "I", "[A]\n\n[B]\n"), ("[A]\n[B]\n", "A", "[A]\n[B]\n"),
    ] as [(String, String?, String)])
  func addSection(text: String, before: String?, expected: String) throws {
    let result = try Self.edited(text) { try $0.addSection("B", before: before) }
    #expect(result == expected)
  }

  @Test("single assignments are changed by their place, whatever was changed before")
  func handles() throws {
    let file = UnitFile(parsing: Array(Self.text.utf8), path: "t")
    let after = file.assignments.filter { $0.key == "After" }
    try #require(after.count == 2)
    let edited = try file.editing { editor throws(ValueError) in
      _ = editor.remove(after[0])
      _ = try editor.replaceValue(of: after[1], with: "d.target")
      let isThere = editor.remove(after[0])
      #expect(!isThere)
      try editor.rename(after[1], to: "Before")
      try editor.add("Wants", "e.target", after: after[1])
      editor.addComment("why\ntwice", above: after[1])
    }
    let text = String(decoding: edited.bytes, as: UTF8.self)
    #expect(
      text.contains(
        "Description = old \t\n# why\n# twice\n  # why c\nBefore=d.target\nWants=e.target\n\n# before install"
      ))
    let before = try #require(edited.assignments.first { $0.key == "Before" })
    #expect(before.position.description == "t:7:1")
    #expect(edited.assignments.map(\.position.line) == [3, 7, 8, 12])
  }

  @Test("a key is renamed and its value stays as it stands")
  func rename() throws {
    let text = "[A]\n  K \t= a \\\n  b\nL\\\n=2\n"
    let file = UnitFile(parsing: Array(text.utf8), path: "t")
    let edited = try file.editing { editor throws(ValueError) in
      for assignment in file.assignments { _ = try editor.rename(assignment, to: "New") }
    }
    #expect(String(decoding: edited.bytes, as: UTF8.self) == "[A]\n  New \t= a \\\n  b\nNew=2\n")
  }

  @Test("an assignment moves as it stands to another section")
  func move() throws {
    let text = "[A]\nK = 1 \\\n  2\nL=3\n\n[B]\nM=4"
    let file = UnitFile(parsing: Array(text.utf8), path: "t")
    let edited = try file.editing { editor throws(ValueError) in
      _ = try editor.move(file.assignments[0], to: "B")
      _ = try editor.move(file.assignments[1], to: "C")
    }
    #expect(
      String(decoding: edited.bytes, as: UTF8.self) == "[A]\n\n[B]\nM=4\nK = 1 \\\n  2\n\n[C]\nL=3\n")
  }

  @Test("comments and unused lines are seen with their places and can be removed")
  func statements() throws {
    let text = "\u{feff} # one \n[A]\nnonsense\n\n;two\\\nK=1\n"
    let file = UnitFile(parsing: Array(text.utf8), path: "t")
    #expect(file.statements.map(\.text).joined() == text)
    #expect(
      file.statements.map(\.position.description) == ["t:1:2", "t:2:1", "t:3:1", "t:4:1", "t:5:1", "t:6:1"])
    let contents = file.statements.map(\.content)
    #expect(contents[0] == .comment("one"))
    #expect(contents[1] == .section("A"))
    #expect(contents[2] == .unused)
    #expect(contents[3] == .blank)
    #expect(contents[4] == .comment("two\\"))
    #expect(contents[5] == .assignment(file.assignments[0]))
    let edited = file.editing { editor in
      _ = editor.remove(file.statements[0])
      _ = editor.remove(file.statements[2])
    }
    #expect(String(decoding: edited.bytes, as: UTF8.self) == "\u{feff}[A]\n\n;two\\\nK=1\n")
    #expect(edited.problems.isEmpty)
  }

  @Test("what would not be read back is refused and changes nothing")
  func refused() throws {
    for value in ["a\nb", "a\\", " a", "a ", "a\0", "\u{fffe}"] {
      #expect(throws: ValueError.self) {
        try Self.edited(Self.text) { try $0.set("K", to: value, in: "Unit") }
      }
      #expect(throws: ValueError.self) { try Self.edited(Self.text) { try $0.add("K", value, in: "Unit") } }
    }
    for key in ["", "a=b", "#a", ";a", "[a", " a", "a\n", "\u{feff}a"] {
      #expect(throws: ValueError.self) { try Self.edited(Self.text) { try $0.set(key, to: "1", in: "Unit") } }
    }
    for section in ["", "a\"b", "a\nb", "a\\b", "a'b"] {
      #expect(throws: ValueError.self) { try Self.edited(Self.text) { try $0.add("K", "1", in: section) } }
      #expect(throws: ValueError.self) { try Self.edited(Self.text) { try $0.addSection(section) } }
    }
  }

  @Test("random edits of random files change what they should and nothing else", arguments: 0..<400)
  func fuzz(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let text = RandomFiles.text(&generator)
    let file = UnitFile(parsing: text, path: "t")
    let section = ["A", "B", "New"].randomElement(using: &generator) ?? ""
    let key = ["K", "L", "N"].randomElement(using: &generator) ?? ""
    let wanted = ["x", "", "y z", "\"q\""].randomElement(using: &generator) ?? ""
    var editor = UnitFileEditor(file)
    let others = { (file: UnitFile) in
      file.assignments.filter { $0.key != key || $0.section != section }.map {
        "\($0.section) \($0.key) \($0.value)"
      }
    }
    let values = { (file: UnitFile) in
      file.assignments.filter { $0.key == key && $0.section == section }.map(\.value)
    }
    let old = values(file)
    switch Int.random(in: 0...3, using: &generator) {
    case 0:
      try editor.set(key, to: wanted, in: section)
      #expect(values(editor.edited) == [wanted])
    case 1:
      try editor.add(key, wanted, in: section)
      #expect(values(editor.edited) == old + [wanted])
    case 2:
      editor.remove(key, in: section)
      #expect(values(editor.edited).isEmpty)
    default:
      if let assignment = file.assignments.first(where: { $0.key == key && $0.section == section }) {
        try editor.replaceValue(of: assignment, with: wanted)
        #expect(values(editor.edited) == [wanted] + old.dropFirst())
      }
    }
    #expect(others(editor.edited) == others(file))
    #expect(editor.edited.isCutShort == file.isCutShort)
    #expect(editor.values(key, in: section) == values(editor.edited))
  }
}
