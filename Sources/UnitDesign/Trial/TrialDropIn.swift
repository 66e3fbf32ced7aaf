/// The text of a drop-in that holds a sandbox.
package enum TrialDropIn {
  /// The file's content.
  ///
  /// - Parameters:
  ///   - lines: of `[Service]`.
  ///   - comments: what stands above them, one line each; control characters have been escaped.
  /// - Returns: the text, with a newline at its end.
  package static func text(_ lines: [String], comments: [String]) -> String {
    (comments.map { "# \($0)" } + ["[Service]"] + lines).joined(separator: "\n") + "\n"
  }

  /// The comment for a setting that gave way.
  package static func comment(_ setting: TrialSetting, level: Int, why: String) -> String {
    let values = setting.lines(at: level).filter { $0 != "SystemCallErrorNumber=EPERM" }
    let strict = setting.lines(at: 0).first ?? setting.name
    let now = values.isEmpty ? "was left out" : "became \(values.joined(separator: " + "))"
    return "\(strict) \(now): \(why)"
  }
}
