import Testing
import UnitDesign
import UnitFiles

@Suite("The rules of the linter")
struct LintRuleTests {
  @Test("have identifiers of their own, from L01 on without a gap")
  func identifiers() {
    let expected = LintRule.all.indices.map { index in index < 9 ? "L0\(index + 1)" : "L\(index + 1)" }
    #expect(LintRule.all.map(\.id) == expected)
    #expect(LintRule.named("l09")?.id == "L09")
    #expect(LintRule.named("L99") == nil)
  }

  @Test("find what their bad example shows", arguments: LintRule.all.map(\.id))
  func bad(_ id: String) throws {
    let rule = try #require(LintRule.named(id))
    #expect(example(rule.bad, id).contains { $0.rule == id }, "\(rule.bad)")
  }

  @Test("find nothing in their good example, and no error of another rule", arguments: LintRule.all.map(\.id))
  func good(_ id: String) throws {
    let rule = try #require(LintRule.named(id))
    // Only the file's permissions tell the two examples of L62 apart.
    let found = example(rule.good, id == "L62" ? "" : id)
    #expect(!found.contains { $0.rule == id || $0.severity == .error }, "\(found)")
  }

  @Test("say what happens in one sentence and explain themselves")
  func texts() {
    for rule in LintRule.all {
      #expect(!rule.title.hasSuffix("."), "\(rule.id)")
      #expect(rule.why.hasSuffix("."), "\(rule.id)")
      #expect(!rule.ignore.isEmpty && rule.bad.hasSuffix("\n") && rule.good.hasSuffix("\n"), "\(rule.id)")
      for finding in example(rule.bad, rule.id) {
        #expect(!finding.message.hasSuffix(".") && !finding.message.contains("\n"), "\(finding.message)")
        #expect(finding.severity <= (LintRule.named(finding.rule)?.severity ?? .error) || isRaised(finding))
      }
    }
  }

  /// The rules whose findings may be worse than usual, because systemd refuses then what it otherwise only dislikes.
  private func isRaised(_ finding: Finding) -> Bool {
    ["L02", "L16", "L32", "L39", "L42", "L43", "L55", "L62"].contains(finding.rule)
  }

  private func example(_ text: String, _ id: String) -> [Finding] {
    var machine = ExampleMachine()
    if id == "L62" { machine.unitFileMode = 0o666 }
    let name = id == "L61" ? "example.service.d/10.conf" : nil
    return lint(text, name: name, machine: machine)
  }
}
