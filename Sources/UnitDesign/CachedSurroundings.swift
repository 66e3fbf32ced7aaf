/// Surroundings that ask each question once: many units name the same programs, users and targets.
public final class CachedSurroundings: Surroundings {
  private let base: any Surroundings
  /// Of how many files the beginning is kept.
  static let beginningLimit = 256

  private var beginnings: [String: (count: Int, bytes: [UInt8]?)] = [:]
  private var files: [String: FileFacts?] = [:]
  private var users: [String: Bool?] = [:]
  private var groups: [String: Bool?] = [:]
  private var units: [String: Bool?] = [:]
  private var version: Int??

  /// Remembers what `base` answers.
  public init(_ base: any Surroundings) {
    self.base = base
  }

  /// What stands at a path.
  public func file(at path: String) -> FileFacts? {
    Self.remembered(path, &files) { base.file(at: path) }
  }

  /// What stands at the path of a unit file; not remembered.
  public func unitFile(at path: String) -> FileFacts? { base.unitFile(at: path) }

  /// The first bytes of a file, remembered for the first `beginningLimit` files.
  public func beginning(of path: String, count: Int) -> [UInt8]? {
    if let known = beginnings[path], known.count == count { return known.bytes }
    let bytes = base.beginning(of: path, count: count)
    if beginnings.count < Self.beginningLimit { beginnings[path] = (count, bytes) }
    return bytes
  }

  /// Whether there is a user of this name.
  public func hasUser(_ name: String) -> Bool? { Self.remembered(name, &users) { base.hasUser(name) } }

  /// Whether there is a group of this name.
  public func hasGroup(_ name: String) -> Bool? { Self.remembered(name, &groups) { base.hasGroup(name) } }

  /// Whether systemd finds a unit of this name.
  public func hasUnit(_ name: String) -> Bool? { Self.remembered(name, &units) { base.hasUnit(name) } }

  /// The version of systemd.
  public var systemdVersion: Int? {
    if let version { return version }
    let found = base.systemdVersion
    version = .some(found)
    return found
  }

  private static func remembered<Answer>(
    _ key: String, _ answers: inout [String: Answer?], _ ask: () -> Answer?
  ) -> Answer? {
    if let known = answers[key] { return known }
    let answer = ask()
    answers[key] = .some(answer)
    return answer
  }
}
