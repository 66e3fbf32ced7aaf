import Testing

@testable import UnitFiles

@Suite("Specifiers")
struct SpecifiersTests {
  @Test("the letters are those of the version")
  func letters() {
    #expect(!Specifiers.letters(version: 252).contains("D"))
    #expect(Specifiers.letters(version: 256).subtracting(Specifiers.letters(version: 255)) == ["D"])
    #expect(Specifiers.letters(version: 262).isSuperset(of: Specifiers.deprecatedLetters))
    #expect(Specifiers.letters(version: 252).isSuperset(of: Specifiers.nameLetters))
    for letter in "FkKOQxXzZ0eDi" {
      #expect(Specifiers.letters(version: 252).contains(letter) == (letter == "i"))
    }
    #expect(Specifiers.letters(version: 252).count == 41)
  }

  @Test("each specifier in a value has its place")
  func occurrences() {
    let found = Specifiers.occurrences(in: "é%i %%h %%%Z % %- %9%")
    #expect(found.map(\.offset) == [1, 10, 18])
    #expect(found.map(\.letter) == ["i", "Z", "9"])
    #expect(Specifiers.occurrences(in: "%").isEmpty)
    #expect(Specifiers.occurrences(in: "%%").isEmpty)
  }
}
