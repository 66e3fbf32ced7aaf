/// Tells what a version of systemd knows, each setting looked up in the catalogue once.
struct VersionGate {
  private var directives: [String: [String: Directive?]] = [:]

  /// The version that an assignment needs; nil when no version knows it, or not any more.
  ///
  /// - Parameters:
  ///   - key: the setting.
  ///   - value: its value.
  ///   - section: the section it stands in.
  ///   - version: the version that is asked about, which may be past the setting's end.
  /// - Returns: the first version that takes both the setting and the value.
  mutating func versionNeeded(
    _ key: String, _ value: String, in section: String, by version: Int
  ) -> Int? {
    let known = directives[section]?[key]
    let directive = known ?? Catalogue.directive(key, in: section)
    if known == nil { directives[section, default: [:]][key] = .some(directive) }
    guard let directive, let needed = directive.versionNeeded(by: value) else { return nil }
    if let removed = directive.removed, removed > 0, removed <= version { return nil }
    return max(directive.since, needed)
  }
}
