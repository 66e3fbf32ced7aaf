public import UnitFiles

/// A limit that is to be changed, as `--set` says it.
public enum LimitChange: Sendable, Hashable {
  /// A resource limit of processes; with `keepsHard` the hard limit stays as it is.
  case resource(ResourceLimit, keepsHard: Bool)
  /// A limit of the unit's control group; nil for infinity.
  case group(GroupSetting, UInt64?)

  /// Reads `nofile=4096:8192`, `LimitNOFILE=4096` (both limits, as in a unit file), `nofile=4096:` (the soft one alone)
  /// or `memory=1G`.
  ///
  /// - Throws: what is wrong, with the nearest name for one that does not exist.
  public static func parse(_ text: String) throws(ValueError) -> LimitChange {
    let name = text.prefix { $0 != "=" }
    let value = String(text.dropFirst(name.count + 1))
    if name.count < text.count, let setting = GroupSetting(name: String(name)) {
      do {
        return .group(setting, try setting.value(of: value))
      } catch {
        throw ValueError(
          message: "\(name): \(error.message)", offset: name.unicodeScalars.count + 1 + error.offset)
      }
    }
    if name.count < text.count, Resource(name: String(name)) == nil {
      let known =
        Resource.allCases.flatMap { [$0.rawValue, $0.directive] }
        + GroupSetting.allCases.flatMap { [$0.shortName, $0.rawValue] }
      let hint = Suggestion.nearest(to: String(name), among: known).map { "; did you mean '\($0)'?" }
      let all =
        "; there are \((Resource.allCases.map(\.rawValue) + GroupSetting.allCases.map(\.shortName)).joined(separator: ", "))"
      throw ValueError(message: "there is no limit '\(name)'\(hint ?? all)")
    }
    guard value.hasSuffix(":") else { return .resource(try ResourceLimit.parse(text), keepsHard: false) }
    guard !value.dropLast().contains(":") else {
      throw ValueError(message: "\(name): write SOFT:HARD, or SOFT: to leave the hard limit as it is")
    }
    return .resource(try ResourceLimit.parse(String(text.dropLast())), keepsHard: true)
  }

  /// The change as a line of a unit file.
  public var line: String {
    switch self {
    case .resource(let limit, let keepsHard):
      "\(limit.resource.directive)=\(limit.valueText)\(keepsHard ? ":" : "")"
    case .group(let setting, let value): "\(setting.rawValue)=\(setting.text(value))"
    }
  }
}

extension ResourceLimit {
  /// What stands behind `=` in a unit file, such as `4096:8192`.
  public var valueText: String { String(description.dropFirst(resource.rawValue.count + 1)) }
}

/// The drop-in that makes resource limits last.
public enum LimitDropIn {
  /// The file's name in the unit's folder of drop-ins.
  public static let name = "50-upkeep-limits.conf"

  /// The file with some limits changed.
  ///
  /// - Parameters:
  ///   - old: what is there now; nil for nothing. Other lines of it stay.
  ///   - section: the section of the unit's type, such as `Service`.
  ///   - limits: the limits.
  /// - Returns: the file's bytes.
  public static func content(_ old: [UInt8]?, section: String, _ limits: [ResourceLimit]) -> [UInt8] {
    let changed = Set(limits.map(\.resource.directive))
    let kept = old.map { UnitFile(parsing: $0, path: name).assignments } ?? []
    var lines = kept.filter { $0.section == section && !changed.contains($0.key) }.map {
      "\($0.key)=\($0.value)"
    }
    lines += limits.map { "\($0.resource.directive)=\($0.valueText)" }
    let text = "# Written by 'upkeep limits --persist'.\n[\(section)]\n" + lines.map { "\($0)\n" }.joined()
    return Array(text.utf8)
  }
}
