public import SystemdManager

/// Units and what they refer to, as far as it has been read.
public struct DependencyGraph: Sendable {
  /// A unit that another one refers to.
  public struct Edge: Sendable, Hashable {
    /// The other unit's name.
    public let unit: String
    /// In which ways, in the order of ``DependencyKind``.
    public let kinds: [DependencyKind]

    /// Describes a reference.
    public init(_ unit: String, _ kinds: [DependencyKind]) {
      self.unit = unit
      self.kinds = kinds
    }
  }

  /// The units by their names.
  public private(set) var units: [String: UnitSummary] = [:]
  /// What the units refer to that were looked into, sorted: targets after all others, as systemctl has it.
  public private(set) var edges: [String: [Edge]] = [:]

  /// Makes an empty graph.
  public init() {}

  /// Takes a unit in.
  public mutating func add(_ unit: UnitSummary) { units[unit.name] = unit }

  /// Takes in what a unit refers to, by kinds.
  public mutating func add(_ references: [DependencyKind: [String]], of unit: String) {
    var kinds: [String: [DependencyKind]] = [:]
    for kind in DependencyKind.allCases {
      for other in references[kind] ?? [] where kinds[other]?.last != kind {
        kinds[other, default: []].append(kind)
      }
    }
    edges[unit] = kinds.map { Edge($0.key, $0.value) }.sorted { left, right in
      let (one, other) = (left.unit.hasSuffix(".target"), right.unit.hasSuffix(".target"))
      if one != other { return other }
      let (first, second) = (left.unit.lowercased(), right.unit.lowercased())
      return first == second ? left.unit < right.unit : first < second
    }
  }
}
