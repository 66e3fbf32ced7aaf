public import UnitFiles

/// A line that would lower a unit's exposure, with what it gains and what it costs the program.
public struct ExposureImprovement: Sendable, Hashable {
  /// How likely it is that the line breaks a service.
  public typealias Risk = SandboxSetting.Risk

  /// The line, and what the service can no longer do with it.
  public let setting: SandboxSetting
  /// Whether `KEY=` has to stand before the line, as it would only add to what the unit allows.
  public let resets: Bool
  /// By how much the exposure falls, in ten-thousandths: 1000 is 0.1 of systemd's scale. Always above 0.
  public let gain: Int
  /// The exposure with the line, in tenths.
  public let tenths: Int

  /// How likely it is to break the service.
  public var risk: Risk { setting.risk }

  /// What a drop-in has to say: the line, perhaps with an empty assignment before it.
  public var lines: [String] { resets ? ["\(setting.directive)=", setting.line] : [setting.line] }

  /// The improvements that a unit can still get from the strict sandbox and beyond it, the cheapest first.
  ///
  /// Each line is really added and the unit rated again, also with an empty assignment before it where that gains
  /// more. Cheap is much gain for little risk; of equal ones the line that stands first in the strict sandbox comes
  /// first.
  ///
  /// - Parameters:
  ///   - unit: the unit with its drop-ins.
  ///   - version: the version of systemd whose rules apply; lines that it does not know are left out.
  ///   - scope: whose manager runs it.
  ///   - limit: the most improvements to give.
  /// - Returns: the improvements; none when nothing lowers the exposure.
  public static func cheapest(
    for unit: Unit, systemd version: Int, scope: Exposure.Scope = .system, limit: Int = 10
  ) -> [ExposureImprovement] {
    let sandbox = EffectiveSandbox(reading: unit, version: version, scope: scope)
    let before = Exposure(completing: sandbox).share
    var found: [ExposureImprovement] = []
    for setting in candidates where setting.since <= version {
      var best: ExposureImprovement?
      for resets in setting.isAddition ? [false, true] : [false] {
        let exposure = Exposure(completing: sandbox.adding(setting, resets: resets))
        guard exposure.share < before, before - exposure.share > best?.gain ?? 0 else { continue }
        best = ExposureImprovement(
          setting: setting, resets: resets, gain: before - exposure.share, tenths: exposure.tenths)
      }
      if let best { found.append(best) }
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
    var sandbox = EffectiveSandbox(reading: unit, version: version, scope: scope)
    // In the order of the strict sandbox: lines of one setting follow each other there with a meaning.
    for setting in candidates {
      guard let improvement = improvements.first(where: { $0.setting == setting }) else { continue }
      sandbox = sandbox.adding(setting, resets: improvement.resets)
    }
    return Exposure(completing: sandbox)
  }

  private static let candidates = SandboxSetting.strict + SandboxSetting.further
}

extension SandboxSetting {
  /// Whether the line may add to what earlier ones allow. One that begins with `~` only takes away, and an empty one
  /// is a reset itself.
  fileprivate var isAddition: Bool { !value.isEmpty && !value.hasPrefix("~") }
}

extension SandboxSetting.Risk {
  /// How much a gain is divided by to compare it with others.
  var divisor: Int {
    switch self {
    case .low: 1
    case .medium: 3
    case .high: 9
    }
  }
}

extension EffectiveSandbox {
  fileprivate func adding(_ setting: SandboxSetting, resets: Bool) -> EffectiveSandbox {
    var changed = self
    if resets { changed.add(setting.directive, "") }
    changed.add(setting.directive, setting.value)
    return changed
  }
}

extension Exposure {
  fileprivate init(completing sandbox: EffectiveSandbox) {
    var sandbox = sandbox
    sandbox.complete()
    self.init(of: sandbox)
  }

  /// The whole exposure in ten-thousandths of systemd's scale: hundredths are too coarse for the least gains.
  fileprivate var share: Int { points * 100_000 / max(weight, 1) }
}
