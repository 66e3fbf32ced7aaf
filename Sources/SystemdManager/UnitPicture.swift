import Systemd

/// All units of a manager as they are, kept up by lists and signals. It does no I/O; see ``UnitMonitor``.
public struct UnitPicture: Sendable {
  /// The units by their names.
  public private(set) var units: [String: UnitSummary] = [:]
  /// The watched properties of units by the units' names, as far as they are known.
  public private(set) var properties: [String: UnitProperties] = [:]

  private let watched: Set<String>
  private var names: [ObjectPath: String] = [:]
  // What was told of a unit's kind; the half about the unit itself comes directly after it.
  private var halves: [ObjectPath: ManagerSignal.PropertyChange] = [:]

  /// Keeps the watched properties up besides the units.
  init(watched: Set<UnitProperty>) { self.watched = Set(watched.map(\.name)) }

  /// Takes a list of all units; those that are not in it are gone. Returns what is different.
  mutating func take(all list: [UnitSummary]) -> [UnitChange] {
    halves = [:]
    var gone = units
    var changes: [UnitChange] = []
    for unit in list {
      gone[unit.name] = nil
      changes += take(unit, isLate: true)
    }
    return changes + gone.keys.sorted().compactMap { remove($0, isLate: true) }
  }

  /// Takes the answer for some units that were asked for by name; those that are not in it are gone.
  mutating func take(_ list: [UnitSummary], asked: Set<String>) -> [UnitChange] {
    var gone = asked
    var changes: [UnitChange] = []
    for unit in list {
      gone.remove(unit.name)
      changes += take(unit, isLate: units[unit.name] != nil)
    }
    return changes + gone.sorted().compactMap { remove($0, isLate: true) }
  }

  /// Takes a unit out; nil if it was not in.
  mutating func remove(_ name: String, isLate: Bool = false) -> UnitChange? {
    guard let before = units.removeValue(forKey: name) else { return nil }
    names[before.path] = nil
    halves[before.path] = nil
    let previous = properties.removeValue(forKey: name) ?? UnitProperties()
    return UnitChange(before: before, after: nil, previous: previous, isLate: isLate)
  }

  /// Takes what a signal tells.
  ///
  /// A change is told in two halves, the unit's kind first; the change is there with the second. A unit that is not in
  /// the picture yet comes into it with what is known of it; its list row is still to be asked for. One that has done
  /// nothing yet comes with its row only: the signal does not tell since when it is there.
  mutating func take(_ signal: ManagerSignal.PropertyChange) -> UnitChange? {
    guard signal.interface == "Unit" else {
      halves[signal.path] = signal
      return nil
    }
    let half = halves.removeValue(forKey: signal.path)
    guard let name = names[signal.path] ?? UnitSummary.name(of: signal.path) else { return nil }
    let told = signal.values.merging(half?.values ?? [:]) { own, _ in own }
    let before = units[name]
    if before == nil, told["ActiveState"]?.text == ActiveState.inactive.rawValue,
      (told["StateChangeTimestamp"]?.unsigned ?? 0) == 0
    {
      return nil
    }
    var after =
      before
      ?? UnitSummary(name: name, activeState: .inactive, subState: "dead", path: signal.path)
    if let state = told["ActiveState"]?.text { after.activeState = ActiveState(rawValue: state) }
    if let state = told["SubState"]?.text { after.subState = state }
    units[name] = after
    names[signal.path] = name
    let previous = properties[name] ?? UnitProperties()
    let current = keep(told, of: name, invalidated: signal.invalidated + (half?.invalidated ?? []))
    return UnitChange(before: before, after: after, previous: previous, current: current, told: told)
  }

  /// Takes the value of a watched property. Returns the change if it makes one that nothing else has told.
  mutating func take(_ name: String, _ value: BusVariant, ofUnit unit: String) -> UnitChange? {
    guard let summary = units[unit] else { return nil }
    let previous = properties[unit] ?? UnitProperties()
    guard previous[name] != value else { return nil }
    let current = keep([name: value], of: unit)
    // A value that was not known before is no change.
    guard previous[name] != nil else { return nil }
    return UnitChange(
      before: summary, after: summary, previous: previous, current: current, isLate: true)
  }

  // MARK: Steps

  private mutating func take(_ unit: UnitSummary, isLate: Bool) -> [UnitChange] {
    let before = units.updateValue(unit, forKey: unit.name)
    names[unit.path] = unit.name
    guard
      before?.activeState != unit.activeState || before?.subState != unit.subState
        || before?.loadState != unit.loadState
    else { return [] }
    let known = properties[unit.name] ?? UnitProperties()
    return [UnitChange(before: before, after: unit, previous: known, current: known, isLate: isLate)]
  }

  private mutating func keep(
    _ values: [String: BusVariant], of name: String, invalidated: [String] = []
  ) -> UnitProperties {
    let kept = values.filter { watched.contains($0.key) }
    guard !kept.isEmpty || !invalidated.isEmpty else { return properties[name] ?? UnitProperties() }
    properties[name, default: UnitProperties()].merge(kept, invalidated: invalidated)
    return properties[name] ?? UnitProperties()
  }
}
