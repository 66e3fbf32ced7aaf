public import UnitFiles

/// How exposed a service is: the 81 checks of `systemd-analyze security` on its unit, and what they add up to.
///
/// Computed from the unit's files alone, as `systemd-analyze security --offline=true` of the same version does, and
/// equal to it check by check. Only services are rated: systemd rates nothing else. The tables are those of
/// systemd 252, 257 and 262; versions before 252 are rated like it.
public struct Exposure: Sendable, CustomStringConvertible {
  /// Whose manager runs the service.
  public enum Scope: Sendable, Hashable {
    /// The system's.
    case system
    /// A user's.
    case user
  }

  /// The result of one check.
  public struct Rating: Sendable {
    /// The check.
    public let check: ExposureCheck
    /// From 0 (good) to the check's range (bad); nil when the check does not apply to the service.
    public let badness: Int?

    /// What the check adds to the sum: its weight in the proportion of badness to range, rounded up.
    public var points: Int { badness.map(check.points) ?? 0 }

    /// What is good or bad, in a sentence without a full stop.
    public var sentence: String { check.sentence(badness: badness) }
  }

  /// All 81 checks, in systemd's order.
  public var ratings: [Rating] {
    zip(ExposureCheck.all, badness).map { Rating(check: $0, badness: $1 < 0 ? nil : Int($1)) }
  }

  /// The results in the order of the checks, -1 for one that does not apply: a thousand units fit into little memory.
  private let badness: [Int8]
  /// The exposure in tenths, from 0 to 100: what systemd prints as 9.6 is 96.
  public let tenths: Int
  /// The sum of all points.
  public let points: Int
  /// The sum of the weights of the checks that apply, at least 1.
  public let weight: Int
  /// Values that make systemd refuse to load the unit; the rating leaves them out.
  public let refusals: [UnitDiagnostic]

  /// Rates a service unit.
  ///
  /// - Parameters:
  ///   - unit: the unit with its drop-ins.
  ///   - version: the version of systemd whose rules apply.
  ///   - scope: whose manager runs it.
  public init(of unit: Unit, systemd version: Int, scope: Scope = .system) {
    self.init(of: EffectiveSandbox(of: unit, version: version, scope: scope))
  }

  /// Rates what has been read and completed.
  init(of sandbox: EffectiveSandbox) {
    var points = 0
    var weight = 0
    var results: [Int8] = []
    results.reserveCapacity(ExposureCheck.all.count)
    for check in ExposureCheck.all {
      let applies = !check.needsDefaultDependencies || sandbox.defaultDependencies
      let badness = applies ? check.measure(sandbox) : nil
      if let badness {
        points += check.points(badness: badness)
        weight += check.weight
      }
      results.append(badness.map(Int8.init) ?? -1)
    }
    badness = results
    self.points = points
    self.weight = weight
    tenths = (points * 100 + weight - 1) / max(weight, 1)
    refusals = sandbox.refusals
  }

  /// The exposure as systemd prints it, such as `9.6`.
  public var description: String { "\(tenths / 10).\(tenths % 10)" }

  /// The exposure in a word.
  public var level: Level { Level(tenths: tenths) }

  /// What one check adds to the exposure, in hundredths of systemd's scale, cut off.
  public func hundredths(of rating: Rating) -> Int { rating.points * 1000 / max(weight, 1) }

  /// systemd's words for an exposure.
  public enum Level: String, Sendable, Hashable, CaseIterable {
    /// 10.0.
    case dangerous = "DANGEROUS"
    /// From 9.0.
    case unsafe = "UNSAFE"
    /// From 7.5.
    case exposed = "EXPOSED"
    /// From 5.0.
    case medium = "MEDIUM"
    /// From 1.0.
    case ok = "OK"
    /// From 0.1.
    case safe = "SAFE"
    /// 0.0.
    case perfect = "PERFECT"

    /// The word for an exposure in tenths.
    public init(tenths: Int) {
      self =
        switch tenths {
        case 100...: .dangerous
        case 90...: .unsafe
        case 75...: .exposed
        case 50...: .medium
        case 10...: .ok
        case 1...: .safe
        default: .perfect
        }
    }
  }
}
