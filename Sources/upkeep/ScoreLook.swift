import Inspection
import Systemd
import SystemdManager
import UnitDesign
import UnitFiles

/// How `upkeep score` rates units.
struct ScoreLook: Sendable {
  let scope: ProcessUnit.Scope
  let root: String?
  let version: Int
  let exposureScope: Exposure.Scope
  /// Whether the units are needed for what is shown, and not just their exposure.
  let isDetailed: Bool

  /// The exposure of each unit of a share of all; nil for a unit that is no service.
  func rate(_ arguments: ArraySlice<String>) -> [Result<ScoredUnit?, ScoreFailure>] {
    let loader = UnitLoader(scope, root: root)
    let index = loader.index
    let isTable = arguments.count > 1 && !isDetailed
    return arguments.map { argument in
      Result { () throws(ScoreFailure) in
        var scored = try rate(argument, loader, index)
        if isTable { scored?.unit = nil }
        return scored
      }
    }
  }

  private func rate(
    _ argument: String, _ loader: UnitLoader, _ index: UnitIndex
  ) throws(ScoreFailure) -> ScoredUnit? {
    let unit: Unit
    do {
      unit = try loader.load(argument, in: index)
    } catch {
      throw ScoreFailure(argument: error.argument, reason: error.reason, isAbsent: error.isAbsent)
    }
    guard (try? UnitName(unit.name)).map({ $0.suffix == "service" }) ?? true else { return nil }
    guard unit.files.first?.isCutShort != true else {
      let reason = unit.files.first?.problems.last?.description ?? "systemd cannot read the file"
      throw ScoreFailure(argument: argument, reason: reason)
    }
    return ScoredUnit(
      name: unit.name, path: unit.files.first?.path ?? "",
      exposure: Exposure(of: unit, systemd: version, scope: exposureScope), unit: unit)
  }
}
