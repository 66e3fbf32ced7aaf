import BuildInfo
import UnitDesign
import UnitFiles

/// The findings as a SARIF 2.1.0 log, which code hosts and editors read.
struct LintSARIF: Encodable {
  struct Text: Encodable { var text: String }
  struct Configuration: Encodable { var level: String }
  struct Rule: Encodable {
    var id: String
    var shortDescription: Text
    var fullDescription: Text
    var help: Text
    var defaultConfiguration: Configuration
  }
  struct Driver: Encodable {
    var name: String
    var version: String
    var rules: [Rule]
  }
  struct Tool: Encodable { var driver: Driver }
  struct Artifact: Encodable { var uri: String }
  struct Region: Encodable {
    var startLine: Int
    var startColumn: Int
    var endLine: Int?
    var endColumn: Int?
  }
  struct Physical: Encodable {
    var artifactLocation: Artifact
    var region: Region
  }
  struct Location: Encodable { var physicalLocation: Physical }
  struct Replacement: Encodable {
    var deletedRegion: Region
    var insertedContent: Text
  }
  struct Change: Encodable {
    var artifactLocation: Artifact
    var replacements: [Replacement]
  }
  struct Fix: Encodable {
    var description: Text
    var artifactChanges: [Change]
  }
  struct Result: Encodable {
    var ruleId: String
    var ruleIndex: Int
    var level: String
    var message: Text
    var locations: [Location]
    var fixes: [Fix]?
  }
  struct Notification: Encodable {
    var level: String
    var message: Text
  }
  struct Invocation: Encodable {
    var executionSuccessful: Bool
    var toolExecutionNotifications: [Notification]
  }
  struct Run: Encodable {
    var tool: Tool
    var columnKind = "unicodeCodePoints"
    var invocations: [Invocation]
    var results: [Result]
  }
  enum CodingKeys: String, CodingKey {
    case schema = "$schema"
    case version, runs
  }

  var schema = "https://json.schemastore.org/sarif-2.1.0.json"
  var version = "2.1.0"
  var runs: [Run]

  init(_ session: LintSession) {
    let rules = LintRule.all
    let driver = Driver(
      name: "upkeep lint", version: BuildInfo.current.version,
      rules: rules.map { rule in
        Rule(
          id: rule.id, shortDescription: Text(text: rule.title), fullDescription: Text(text: rule.why),
          help: Text(text: LintPages.page(rule)),
          defaultConfiguration: Configuration(level: rule.severity.rawValue))
      })
    let invocation = Invocation(
      executionSuccessful: session.failures.isEmpty,
      toolExecutionNotifications: session.failures.map {
        Notification(level: "error", message: Text(text: "\($0)"))
      })
    runs = [
      Run(
        tool: Tool(driver: driver), invocations: [invocation],
        results: session.results.map { result in
          Self.result(result, index: rules.firstIndex { $0.id == result.finding.rule } ?? -1)
        })
    ]
  }

  // MARK: Steps

  private static func result(_ result: LintSession.Result, index: Int) -> Result {
    let finding = result.finding
    let end = finding.length > 0 ? finding.position.column + finding.length : nil
    let region = Region(
      startLine: finding.position.line, startColumn: finding.position.column, endLine: nil, endColumn: end)
    let artifact = Artifact(uri: uri(finding.position.path))
    return Result(
      ruleId: finding.rule, ruleIndex: index, level: finding.severity.rawValue,
      message: Text(text: finding.message + (finding.fix.isEmpty ? "" : ": \(finding.fix)")),
      locations: [Location(physicalLocation: Physical(artifactLocation: artifact, region: region))],
      fixes: fix(result, artifact).map { [$0] })
  }

  /// The edit as replaced lines.
  private static func fix(_ result: LintSession.Result, _ artifact: Artifact) -> Fix? {
    guard let file = result.file, let mended = Lint.mended(file, result.finding) else { return nil }
    let hunks = UnifiedDiff(from: file.bytes, to: mended.bytes, context: 0).hunks
    let replacements = hunks.map { hunk in
      let removed = hunk.lines.count { $0.kind == .removed }
      let added = hunk.lines.filter { $0.kind == .added }.map { $0.text + ($0.isEnded ? "\n" : "") }
      return Replacement(
        deletedRegion: Region(
          startLine: hunk.oldStart, startColumn: 1, endLine: hunk.oldStart + removed, endColumn: 1),
        insertedContent: Text(text: added.joined()))
    }
    return Fix(
      description: Text(text: result.finding.fix),
      artifactChanges: [Change(artifactLocation: artifact, replacements: replacements)])
  }

  /// A path as a URI reference, absolute ones with their scheme.
  private static func uri(_ path: String) -> String {
    var text = path.hasPrefix("/") ? "file://" : ""
    for byte in path.utf8 {
      let character = Character(UnicodeScalar(byte))
      if byte < 0x80, character.isLetter || character.isNumber || "/-._~".contains(character) {
        text.append(character)
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return text
  }
}
