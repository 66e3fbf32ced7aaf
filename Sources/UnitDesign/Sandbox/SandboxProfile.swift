/// How tight a generated unit's sandbox is.
public enum SandboxProfile: String, Sendable, Hashable, CaseIterable {
  /// All that an ordinary service can live with; what a program needs more is said and let in by itself.
  case strict
  /// What breaks almost nothing, for programs that nobody knows well.
  case standard
  /// No sandbox at all.
  case off

  /// The lines of the profile.
  public var settings: [SandboxSetting] {
    switch self {
    case .strict: SandboxSetting.strict
    case .standard: SandboxSetting.standard
    case .off: []
    }
  }
}
