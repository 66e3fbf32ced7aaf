/// One of the checks that `systemd-analyze security` makes on a service.
///
/// Names, weights and ranges are systemd's, and the same in 252, 257 and 262; the sentences are ours.
public final class ExposureCheck: Sendable {
  /// systemd's name, such as `RestrictNamespaces=~user`.
  public let name: String
  /// systemd's field in JSON, such as `RestrictNamespaces_user`.
  public let field: String
  /// What it is about.
  public let group: SandboxGroup
  /// How much it counts at its worst.
  public let weight: Int
  /// The badness at its worst, at least 1.
  public let range: Int

  /// Whether the check is left out for a service of the early boot (`DefaultDependencies=no`).
  let needsDefaultDependencies: Bool
  /// The badness from 0 to the range; nil where the check does not apply.
  let measure: @Sendable (EffectiveSandbox) -> Int?
  /// The sentence for no badness.
  let good: String
  /// The sentence for all of it.
  let bad: String
  /// The sentences between.
  let partial: [(badness: Int, sentence: String)]

  init(
    _ name: String, field: String? = nil, _ group: SandboxGroup, _ weight: Int, range: Int = 1,
    needsDefaultDependencies: Bool = false, good: String, bad: String,
    partial: [(badness: Int, sentence: String)] = [],
    measure: @escaping @Sendable (EffectiveSandbox) -> Int?
  ) {
    self.name = name
    self.field = field ?? String(name.dropLast())
    self.group = group
    self.weight = weight
    self.range = range
    self.needsDefaultDependencies = needsDefaultDependencies
    self.good = good
    self.bad = bad
    self.partial = partial
    self.measure = measure
  }

  /// What such a badness says of a service, without a full stop; nil stands for a check that does not apply.
  public func sentence(badness: Int?) -> String {
    guard let badness else {
      return needsDefaultDependencies
        ? "is of no use in a service of the early boot"
        : "makes no difference to the user that the service runs as"
    }
    if badness == 0 { return good }
    return partial.first { $0.badness == badness }?.sentence ?? bad
  }

  /// The weight in the proportion of badness to range, rounded up.
  func points(badness: Int) -> Int { (badness * weight + range - 1) / range }

  /// All 81, in systemd's order.
  public static let all: [ExposureCheck] =
    identity + mounts + kernel + files + privileges + capabilities + processes + namespaces + sockets
    + systemCalls + addressesAndDevices

  /// A check of a setting that is on (good) or off.
  static func flag(
    _ name: String, _ group: SandboxGroup, _ weight: Int, needsDefaultDependencies: Bool = false,
    good: String, bad: String, _ isOn: @escaping @Sendable (EffectiveSandbox) -> Bool
  ) -> ExposureCheck {
    ExposureCheck(
      name, group, weight, needsDefaultDependencies: needsDefaultDependencies, good: good, bad: bad
    ) { isOn($0) ? 0 : 1 }
  }
}
