package import UnitFiles

/// Which settings a unit is tried with: those of the strict sandbox that would make it stricter than it is.
package struct TrialSelection: Sendable, Hashable {
  /// A setting that is not tried.
  package struct Omission: Sendable, Hashable {
    /// Its name, as `TrialSetting.name` has it.
    package let name: String
    /// Why, as a clause.
    package let reason: String
  }

  /// What a person has said about the settings.
  package struct Wishes: Sendable, Hashable {
    /// Directives or groups that are not to be tried.
    package var skipped: Set<String> = []
    /// Directives or groups that must not give way.
    package var kept: Set<String> = []

    /// No wishes.
    package init() {}
  }

  /// The settings to search through.
  package private(set) var settings: [TrialSetting] = []
  /// What is not tried, and why.
  package private(set) var omissions: [Omission] = []
  /// Settings that must hold whatever happens; they are on in every trial.
  package private(set) var fixed: [TrialSetting] = []

  /// Selects.
  ///
  /// - Parameters:
  ///   - unit: as it is, drop-ins included.
  ///   - profile: the lines of the sandbox.
  ///   - version: systemd's.
  ///   - facts: what was seen of the service.
  ///   - wishes: what a person has said.
  package init(
    for unit: Unit, profile: [SandboxSetting] = SandboxSetting.strict, systemd version: Int,
    facts: TrialFacts = TrialFacts(), wishes: Wishes = Wishes()
  ) {
    let present = PresentSandbox(unit, isRoot: facts.isRoot)
    for line in profile where line.directive != "SystemCallErrorNumber" {
      for setting in TrialSetting.settings(of: line, hasOwnFilter: present.hasOwnFilter) {
        if wishes.skipped.contains(setting.directive) || wishes.skipped.contains(setting.group.rawValue) {
          omit(setting, "was to be skipped")
        } else if line.since > version {
          omit(setting, "needs systemd \(line.since)")
        } else if let reason = present.reasonToLeave(setting) {
          omit(setting, reason)
        } else if let stricter = present.stricterThanPresent(setting) {
          let isFixed =
            wishes.kept.contains(setting.directive) || wishes.kept.contains(setting.group.rawValue)
          if isFixed { fixed.append(stricter.strictestOnly) } else { settings.append(stricter) }
        } else {
          omit(setting, "is as strict already")
        }
      }
    }
  }

  private mutating func omit(_ setting: TrialSetting, _ reason: String) {
    omissions.append(Omission(name: setting.name, reason: reason))
  }
}

/// What a unit says of its sandbox itself. It is never made weaker.
struct PresentSandbox {
  private let unit: Unit
  private let isRoot: Bool

  init(_ unit: Unit, isRoot: Bool) {
    self.unit = unit
    self.isRoot = isRoot
  }

  /// Whether the unit filters system calls.
  var hasOwnFilter: Bool { !unit.values("SystemCallFilter", in: "Service").isEmpty }

  /// Why a setting is none for this unit; nil if it is.
  func reasonToLeave(_ setting: TrialSetting) -> String? {
    let own = unit.values(setting.directive, in: "Service")
    switch setting.directive {
    case "AmbientCapabilities" where own.isEmpty: return "is empty already"
    case "KeyringMode" where own.isEmpty: return "is so already"
    case "RemoveIPC" where isRoot: return "does nothing for root"
    case "SystemCallFilter" where hasOwnFilter && setting.name == "SystemCallFilter":
      return "the unit has a list of its own"
    case "RestrictAddressFamilies" where !own.isEmpty: return "the unit has a list of its own"
    case "RestrictNamespaces" where own.last.map { Self.truth($0.value) == nil } ?? false:
      return "the unit has a list of its own"
    case "UMask" where !own.isEmpty, "SystemCallArchitectures" where !own.isEmpty:
      return "the unit has a value of its own"
    case "DevicePolicy" where !unit.values("DeviceAllow", in: "Service").isEmpty:
      return "the unit has a list of devices of its own"
    default: break
    }
    guard let value = own.last?.value, Self.ranks[setting.directive] == nil, Self.truth(value) == false else {
      return nil
    }
    return "the unit says \(setting.directive)=\(value)"
  }

  /// The setting with only those values that are stricter than what the unit has; nil if none is.
  func stricterThanPresent(_ setting: TrialSetting) -> TrialSetting? {
    let own = unit.values(setting.directive, in: "Service")
    guard let present = own.last?.value else {
      // An empty set is stated by an assignment without a value.
      let isEmptied = unit.assignments(in: "Service").contains { $0.key == setting.directive }
      return setting.directive == "CapabilityBoundingSet" && isEmptied ? nil : setting
    }
    switch setting.directive {
    case "CapabilityBoundingSet": return setting.strictestOnly
    case "SystemCallFilter":
      let line = setting.lines(at: 0).first ?? ""
      return own.contains { line == "SystemCallFilter=\($0.value)" } ? nil : setting
    default: break
    }
    guard let ranks = Self.ranks[setting.directive] else {
      let strict = setting.lines(at: 0).first.map { String($0.drop { $0 != "=" }.dropFirst()) } ?? ""
      return present == strict || Self.truth(present) == true && Self.truth(strict) == true ? nil : setting
    }
    func rank(_ value: String) -> Int {
      let word = Self.truth(value).map { $0 ? "yes" : "no" } ?? value
      return ranks.firstIndex(of: word) ?? 0
    }
    return setting.keepingRungs { lines in
      rank(lines.first.map { String($0.drop { $0 != "=" }.dropFirst()) } ?? "") > rank(present)
    }
  }

  private static func truth(_ value: String) -> Bool? { try? Boolean.parse(value) }

  /// The values of settings that have more than two, from weakest to strictest.
  private static let ranks: [String: [String]] = [
    "ProtectSystem": ["no", "yes", "full", "strict"], "ProtectHome": ["no", "read-only", "tmpfs", "yes"],
    "ProtectProc": ["default", "noaccess", "ptraceable", "invisible"], "ProcSubset": ["all", "pid"],
    "DevicePolicy": ["auto", "closed", "strict"],
  ]
}

extension TrialSetting {
  /// The setting with its strictest value alone.
  var strictestOnly: TrialSetting {
    TrialSetting(name, group, denies: denies, rungs: Array(rungs.prefix(1)), weight: weight)
  }

  /// The setting with some of its values; nil if none is left.
  func keepingRungs(_ isKept: ([String]) -> Bool) -> TrialSetting? {
    let kept = rungs.filter { isKept($0.lines) }
    return kept.isEmpty ? nil : TrialSetting(name, group, denies: denies, rungs: kept, weight: weight)
  }
}
