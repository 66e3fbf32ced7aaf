/// One place where a unit's sandbox gives way, with its reason and its price.
public struct Relaxation: Sendable, Hashable {
  /// What asked for it: a word of `--allow`, a kind of program, an option.
  public let cause: String
  /// Why, as a sentence without its full stop.
  public let reason: String
  /// What changes.
  public let changes: [SandboxChange]
  /// What it adds to the exposure, in systemd's scale of 0 to 10; nil when it is not known.
  public var cost: Double?

  /// Describes a relaxation.
  public init(cause: String, reason: String, changes: [SandboxChange], cost: Double? = nil) {
    self.cause = cause
    self.reason = reason
    self.changes = changes
    self.cost = cost
  }

  /// The relaxation that a need asks for.
  ///
  /// - Parameters:
  ///   - need: the need.
  ///   - subject: who has it, such as `myapp`.
  ///   - evidence: how it is known, behind the reason; nil when somebody said so.
  init(_ need: Need, of subject: String, because evidence: String? = nil) {
    self.init(
      cause: need.description, reason: "\(subject) \(need.summary)" + (evidence.map { " (\($0))" } ?? ""),
      changes: need.changes)
  }

  /// The relaxation that a program is known to need: its folders may be elsewhere, and may be missing.
  static func guessed(_ need: Need, of subject: String) -> Relaxation {
    let changes = need.changes.map { change -> SandboxChange in
      guard case .add("ReadWritePaths", let path) = change else { return change }
      return .add("ReadWritePaths", "-\(path)")
    }
    return Relaxation(cause: need.description, reason: "\(subject) \(need.summary)", changes: changes)
  }

  /// The cost as it stands in a unit file: `+0.02`; empty when it is not known.
  public var costText: String {
    guard let cost else { return "" }
    let hundredths = Int((cost * 100).rounded())
    let digits = String(100 + hundredths.magnitude % 100).dropFirst()
    return "\(hundredths < 0 ? "-" : "+")\(hundredths.magnitude / 100).\(digits)"
  }
}
