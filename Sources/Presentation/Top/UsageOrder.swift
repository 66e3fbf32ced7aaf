/// The order of units that are shown by what they use; the most comes first, names by the alphabet.
public enum UsageOrder: String, Sendable, Hashable, CaseIterable {
  /// By processor time a second.
  case cpu
  /// By memory.
  case memory
  /// By the number of threads.
  case tasks
  /// By bytes read and written a second.
  case io
  /// By restarts.
  case restarts
  /// By name.
  case name

  /// The key that chooses it.
  public var key: Unicode.Scalar {
    switch self {
    case .cpu: "c"
    case .memory: "m"
    case .tasks: "t"
    case .io: "i"
    case .restarts: "r"
    case .name: "n"
    }
  }

  /// What it compares; what is not known counts as less than nothing.
  private func size(_ unit: UnitUsage) -> UInt64 {
    let size: UInt64? =
      switch self {
      case .cpu: unit.processor
      case .memory: unit.sample.memory
      case .tasks: unit.sample.tasks
      case .io: unit.traffic
      case .restarts: unit.sample.restarts
      case .name: 0
      }
    return size.map { $0 == .max ? $0 : $0 + 1 } ?? 0
  }

  /// Puts units into this order, equal ones by name.
  ///
  /// - Parameters:
  ///   - units: in any order.
  ///   - isReversed: whether what comes first is to come last; equal ones stay in the order of their names.
  /// - Returns: the same units.
  public func sorted(_ units: [UnitUsage], isReversed: Bool = false) -> [UnitUsage] {
    // Keys are small and a unit is not.
    let keys = units.map { (size: size($0), name: $0.name) }
    let order = keys.indices.sorted { left, right in
      let (left, right) = (keys[left], keys[right])
      if left.size != right.size { return isReversed ? left.size < right.size : left.size > right.size }
      return self == .name && isReversed ? left.name > right.name : left.name < right.name
    }
    return order.map { units[$0] }
  }
}
