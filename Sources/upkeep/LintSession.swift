import Inspection
import UnitDesign
import UnitFiles

/// What came out for all units of one call.
struct LintSession {
  /// A finding with the unit and the file it is in.
  struct Result: Sendable {
    var finding: Finding
    var unit: String
    var file: UnitFile?
  }

  private var seen: Set<[String]> = []
  /// How many units were looked at.
  private(set) var count = 0
  private(set) var results: [Result] = []
  private(set) var failures: [UnitLoader.Failure] = []
  var mendings: [Lint.Mending] = []

  /// Whether a unit was looked at already, under this or another name.
  func has(_ identity: [String]) -> Bool { seen.contains(identity) }

  /// Adds a unit, unless it is there already under another name.
  mutating func add(_ unit: Swift.Result<LintLook.Seen, UnitLoader.Failure>) {
    switch unit {
    case .failure(let failure): failures.append(failure)
    case .success(let unit):
      guard seen.insert(unit.identity).inserted else { return }
      count += 1
      results += unit.results
    }
  }
}
