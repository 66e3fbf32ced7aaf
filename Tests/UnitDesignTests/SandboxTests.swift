import Testing

@testable import UnitDesign

@Suite("The strict sandbox")
struct SandboxTests {
  @Test("has each line once")
  func once() {
    let lines = SandboxSetting.strict.map(\.line)
    #expect(Set(lines).count == lines.count)
  }
}
