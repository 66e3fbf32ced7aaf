import Testing

@testable import UnitFiles

@Suite("Unit")
struct UnitTests {
  static func unit(_ texts: String...) -> Unit {
    let files = texts.enumerated().map { index, text in
      UnitFile(parsing: Array(text.utf8), path: "\(index).conf")
    }
    return Unit(name: "a.service", files: files)
  }

  @Test("an empty assignment resets the list, also from a drop-in")
  func reset() {
    let unit = Self.unit("[S]\nA=1\nA=2\nB=x\n", "[S]\nA=\nA=3\n[T]\nA=t\n", "[S]\nA=4\n")
    #expect(unit.values("A", in: "S").map(\.value) == ["3", "4"])
    #expect(unit.values("A", in: "S").map(\.position.path) == ["1.conf", "2.conf"])
    #expect(unit.assignments(in: "S").map(\.value) == ["1", "2", "x", "", "3", "4"])
    #expect(unit.values("A", in: "T").map(\.value) == ["t"])
    #expect(unit.values("A", in: "none").isEmpty)
    #expect(unit.values("a", in: "S").isEmpty)
  }

  @Test("the last assignment of a single setting counts, an empty one takes it back")
  func lastWins() {
    let unit = Self.unit("[S]\nA=1\nB=1\nC=\n", "[S]\nA=2\nB=\nC=3\n")
    #expect(unit.value("A", in: "S")?.value == "2")
    #expect(unit.value("B", in: "S") == nil)
    #expect(unit.value("C", in: "S")?.value == "3")
    #expect(unit.value("D", in: "S") == nil)
  }

  @Test("sections are merged by name and listed in their first order")
  func sections() {
    let unit = Self.unit(
      "[Unit]\n[X-Upkeep-Repair b]\nA=1\n[X-Upkeep]\n", "[X-Upkeep-Repair a]\n[X-Upkeep-Repair b]\nA=2\n")
    #expect(unit.sectionNames(withPrefix: "X-Upkeep-Repair ") == ["X-Upkeep-Repair b", "X-Upkeep-Repair a"])
    #expect(unit.sectionNames(withPrefix: "").count == 4)
    #expect(unit.assignments(in: "X-Upkeep-Repair b").map(\.value) == ["1", "2"])
  }

  @Test("problems of all files are listed in their order")
  func problems() {
    let unit = Self.unit("x\n", "[S]\ny\n")
    #expect(unit.problems.map(\.position.description) == ["0.conf:1:1", "1.conf:2:1"])
  }
}
