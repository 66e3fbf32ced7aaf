import Systemd
public import SystemdManager
public import UnitDesign
public import UnitFiles

extension UnitProperties {
  /// The resource limits that a unit's files say, or the manager's defaults where they say nothing; none for a unit
  /// without processes of its own.
  public var resourceLimits: [ResourceLimit] {
    Resource.allCases.compactMap { resource in
      guard let hard = self[resource.directive]?.unsigned,
        let soft = self["\(resource.directive)Soft"]?.unsigned
      else { return nil }
      return ResourceLimit(
        resource: resource, soft: soft == .max ? nil : soft, hard: hard == .max ? nil : hard)
    }
  }

  /// The limits of the unit's control group, with what it uses of them in the same units.
  ///
  /// - Parameter groups: where what the manager does not tell is read; nil for nowhere.
  /// - Returns: the limits; those that this manager does not know are missing.
  public func groupLimits(_ groups: ControlGroups?) -> [GroupLimit] {
    let folder = groups.flatMap { controlGroup.isEmpty ? nil : $0.mount + controlGroup }
    return GroupSetting.allCases.compactMap { setting in
      guard let limit = self[setting.property]?.unsigned else { return nil }
      let told: UInt64?
      switch setting {
      case .memoryHigh, .memoryMax: told = number("MemoryCurrent")
      case .swapMax:
        told =
          number("MemorySwapCurrent")
          ?? folder.flatMap { ControlGroups.number("memory.swap.current", of: $0) }
      case .tasksMax: told = number("TasksCurrent")
      case .quota: told = nil
      }
      return GroupLimit(setting: setting, use: told, limit: limit == .max ? nil : limit)
    }
  }

  private func number(_ name: String) -> UInt64? { self[name]?.unsigned.flatMap { $0 == .max ? nil : $0 } }
}

/// A limit of a unit's control group.
public struct GroupLimit: Sendable, Hashable {
  /// What is limited.
  public let setting: GroupSetting
  /// What is used, in the unit of the setting; nil where nobody knows.
  public var use: UInt64?
  /// The limit; nil for none.
  public let limit: UInt64?
}
