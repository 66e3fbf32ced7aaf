import CBuildInfo

/// What was built: the version, the commit and the date that `make build` put in.
public struct BuildInfo: Sendable, Equatable {
  /// The release, such as `0.1.0`; `dev` for a plain `swift build`.
  public let version: String
  /// The abbreviated commit, with `-dirty` behind it if the tree had changes; empty if unknown.
  public let commit: String
  /// The time of the build as RFC 3339 in UTC; empty if unknown.
  public let date: String

  /// The facts of this very program.
  public static let current = unsafe BuildInfo(
    version: String(cString: upkeep_build_version()),
    commit: String(cString: upkeep_build_commit()),
    date: String(cString: upkeep_build_date()))

  init(version: String, commit: String, date: String) {
    self.version = version.isEmpty ? "dev" : version
    self.commit = commit
    self.date = date
  }

  /// One line for `--version`, such as `upkeep-run 0.1.0 (1a2b3c4, 2026-11-22T13:00:00Z)`.
  public func line(program: String) -> String { "\(program) \(facts)" }

  /// What stands behind the program's name in that line.
  public var facts: String {
    let facts = [commit, date].filter { !$0.isEmpty }.joined(separator: ", ")
    return version + (facts.isEmpty ? "" : " (\(facts))")
  }

  /// One JSON object on one line for `--version -o json`.
  public func json(program: String) -> String {
    // The build filters these values down to letters, digits and a few marks, so nothing needs escaping.
    #"{"program":"\#(program)","version":"\#(version)","commit":"\#(commit)","date":"\#(date)"}"#
  }
}
