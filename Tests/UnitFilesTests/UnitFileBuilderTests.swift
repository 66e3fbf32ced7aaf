import TestSupport
import Testing

@testable import UnitFiles

@Suite("UnitFileBuilder")
struct UnitFileBuilderTests {
  @Test("a file is printed line by line")
  func text() throws {
    var builder = UnitFileBuilder()
    builder.comment("Made by a test.\nTwo lines")
    try builder.section("Unit")
    try builder.assign("Description", "A test")
    builder.comment("")
    try builder.section("X-Upkeep-Repair db")
    try builder.assign("LogMatch", "")
    builder.blankLine()
    builder.blankLine()
    #expect(
      builder.text
        == "# Made by a test.\n# Two lines\n\n[Unit]\nDescription=A test\n#\n\n[X-Upkeep-Repair db]\nLogMatch=\n\n"
    )
  }

  @Test("what would not be read back is refused")
  func refused() throws {
    var builder = UnitFileBuilder()
    #expect(throws: ValueError.self) { try builder.assign("K", "1") }
    #expect(throws: ValueError.self) { try builder.section("a\nb") }
    try builder.section("S")
    for (key, value) in [("", "1"), ("K=", "1"), ("#", "1"), ("K", "a\n[T]"), ("K", "a\\"), ("K", " a")] {
      #expect(throws: ValueError.self) { try builder.assign(key, value) }
    }
    #expect(builder.text == "[S]\n")
  }

  @Test("what is printed is read back, whatever the comments hold", arguments: 0..<200)
  func roundTrip(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var builder = UnitFileBuilder()
    var expected: [String] = []
    var section = ""
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      let text = RandomValues.text(&generator)
      switch Int.random(in: 0...3, using: &generator) {
      case 0:
        guard (try? builder.section(text)) != nil else { continue }
        section = text
      case 1: builder.comment(text)
      case 2: builder.blankLine()
      default:
        let key = ["Key", text].randomElement(using: &generator) ?? ""
        let value = RandomValues.text(&generator)
        guard (try? builder.assign(key, value)) != nil else { continue }
        expected.append("\(section)|\(key)|\(value)")
      }
    }
    let file = builder.file(path: "t")
    #expect(file.problems.isEmpty)
    #expect(file.assignments.map { "\($0.section)|\($0.key)|\($0.value)" } == expected)
    #expect(UnitFileEditor(file).edited.bytes == builder.bytes)
  }
}
