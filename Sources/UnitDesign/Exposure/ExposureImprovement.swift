public import UnitFiles

/// A line that would lower a unit's exposure, with what it gains and what it costs the program.
public struct ExposureImprovement: Sendable, Hashable {
  /// How likely it is that the line breaks a service, judged by what was measured on ordinary services.
  public enum Risk: String, Sendable, Hashable, CaseIterable {
    /// Hardly any service needs what it denies.
    case low
    /// Some kinds of services need it.
    case medium
    /// Many services need it, or need other changes with it.
    case high

    /// How much a gain is divided by to compare it with others.
    var divisor: Int {
      switch self {
      case .low: 1
      case .medium: 3
      case .high: 9
      }
    }
  }

  /// The line, and what the service can no longer do with it.
  public let setting: SandboxSetting
  /// How likely it is to break the service.
  public let risk: Risk
  /// By how much the exposure falls, in ten-thousandths: 1000 is 0.1 of systemd's scale. Always above 0.
  public let gain: Int
  /// The exposure with the line, in tenths.
  public let tenths: Int

  /// The improvements that a unit can still get from the strict sandbox, the cheapest first.
  ///
  /// Each line is really added and the unit rated again. Cheap is much gain for little risk; of equal ones the line
  /// that stands first in the strict sandbox comes first.
  ///
  /// - Parameters:
  ///   - unit: the unit with its drop-ins.
  ///   - version: the version of systemd whose rules apply; lines that it does not know are left out.
  ///   - scope: whose manager runs it.
  ///   - limit: the most improvements to give.
  /// - Returns: the improvements; none when nothing of the strict sandbox lowers the exposure.
  public static func cheapest(
    for unit: Unit, systemd version: Int, scope: Exposure.Scope = .system, limit: Int = 10
  ) -> [ExposureImprovement] {
    let before = Exposure(of: unit, systemd: version, scope: scope).share
    var found: [ExposureImprovement] = []
    for setting in SandboxSetting.strict + [ownUser] where setting.since <= version {
      let exposure = Exposure(of: unit.adding([setting]), systemd: version, scope: scope)
      guard exposure.share < before else { continue }
      found.append(
        ExposureImprovement(
          setting: setting, risk: risk(of: setting), gain: before - exposure.share, tenths: exposure.tenths))
    }
    // The order of the table stands where two are equally cheap: Swift's sort is stable.
    found.sort { $0.gain * $1.risk.divisor > $1.gain * $0.risk.divisor }
    return Array(found.prefix(limit))
  }

  /// The exposure of the unit with all of these lines.
  public static func exposure(
    of unit: Unit, with improvements: [ExposureImprovement], systemd version: Int,
    scope: Exposure.Scope = .system
  ) -> Exposure {
    // In the order of the strict sandbox: lines of one setting follow each other there with a meaning.
    let lines = Set(improvements.map(\.setting))
    let settings = (SandboxSetting.strict + [ownUser]).filter(lines.contains)
    return Exposure(of: unit.adding(settings), systemd: version, scope: scope)
  }

  // MARK: Risks

  /// The strict sandbox leaves the user to the generator; here the largest single gain cannot be left out.
  private static let ownUser = SandboxSetting(
    "DynamicUser", "yes", .privileges, since: 232,
    denies: "run as root, or keep files anywhere but in its own directories (StateDirectory= and the like)")

  private static func risk(of setting: SandboxSetting) -> Risk {
    switch setting.directive {
    // Just-in-time compilers, services that drop root by themselves, files outside the own directories.
    case "MemoryDenyWriteExecute", "CapabilityBoundingSet", "ProtectSystem", "PrivateUsers", "DynamicUser":
      .high
    // Agents that read the machine's facts, helpers with setuid programs, files in home directories or /tmp, netlink.
    case "ProcSubset", "NoNewPrivileges", "ProtectHome", "PrivateTmp", "PrivateDevices", "DevicePolicy",
      "UMask",
      "RestrictAddressFamilies", "SystemCallFilter", "RestrictSUIDSGID", "RestrictNamespaces", "ProtectProc",
      "AmbientCapabilities":
      .medium
    default: .low
    }
  }
}

extension Exposure {
  /// The exposure in ten-thousandths of systemd's scale, not rounded up to tenths.
  fileprivate var share: Int { points * 100_000 / max(weight, 1) }
}

extension Unit {
  /// The unit with a further drop-in that holds these lines.
  fileprivate func adding(_ settings: [SandboxSetting]) -> Unit {
    let text = "[Service]\n" + settings.map { "\($0.line)\n" }.joined()
    return Unit(name: name, files: files + [UnitFile(parsing: Array(text.utf8), path: "improvement.conf")])
  }
}
