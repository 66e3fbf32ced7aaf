public import UnitFiles

/// A limit of a unit's control group that can be changed while the unit runs; see `systemd.resource-control(5)`.
public enum GroupSetting: String, Sendable, Hashable, CaseIterable {
  /// Memory in bytes, beyond which processes are slowed down.
  case memoryHigh = "MemoryHigh"
  /// Memory in bytes, beyond which processes are killed.
  case memoryMax = "MemoryMax"
  /// Swap in bytes.
  case swapMax = "MemorySwapMax"
  /// Processes and threads.
  case tasksMax = "TasksMax"
  /// Processor time a second, in microseconds.
  case quota = "CPUQuota"

  /// Finds a setting by its name in unit files, or by a short one such as `memory`, in any case of the letters.
  public init?(name: String) {
    let name = name.lowercased()
    guard
      let setting = Self.allCases.first(where: { $0.rawValue.lowercased() == name || $0.shortName == name })
    else { return nil }
    self = setting
  }

  /// What may be written for it: `memory`, `memory-high`, `swap`, `tasks`, `quota`.
  public var shortName: String {
    switch self {
    case .memoryHigh: "memory-high"
    case .memoryMax: "memory"
    case .swapMax: "swap"
    case .tasksMax: "tasks"
    case .quota: "quota"
    }
  }

  /// The property of the unit on the bus, a `t`.
  public var property: String { self == .quota ? "CPUQuotaPerSecUSec" : rawValue }

  /// Reads a limit as a unit file has it; a share of the machine's memory or tasks is not among them.
  ///
  /// - Parameter text: such as `1G`, `512`, `50%` or `infinity`.
  /// - Returns: the limit in the unit of the setting; nil for infinity.
  /// - Throws: what is wrong with it.
  public func value(of text: String) throws(ValueError) -> UInt64? {
    if text == "infinity" { return nil }
    switch self {
    case .memoryHigh, .memoryMax, .swapMax:
      guard let bytes = try ByteSize.parse(text) else { return nil }
      guard bytes > 0 || self == .swapMax else {
        throw ValueError(message: "nothing runs without any memory")
      }
      return bytes
    case .tasksMax:
      return UInt64(try WholeNumber.parse(text, in: 1...Int64.max))
    case .quota:
      let share = try Percentage.parseUnbounded(text)
      guard share > 0 else { throw ValueError(message: "nothing runs without any processor time") }
      return UInt64(share) * 100
    }
  }

  /// A limit as a unit file has it.
  public func text(_ value: UInt64?) -> String {
    guard let value else { return "infinity" }
    switch self {
    case .memoryHigh, .memoryMax, .swapMax: return UnitValue.size(value)
    case .tasksMax: return String(value)
    case .quota: return Percentage.format(Int(clamping: value / 100))
    }
  }
}
