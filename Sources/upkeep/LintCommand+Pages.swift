import UnitDesign

/// The pages that explain the rules.
enum LintPages {
  /// How long a line of text is at most.
  private static let width = 80

  /// Prints the page of a rule, or of all.
  static func printPages(_ wanted: String) throws(ExitError) {
    if wanted == "all" {
      return print(LintRule.all.map(page).joined(separator: "\n"), terminator: "")
    }
    guard let rule = LintRule.named(wanted) else {
      throw ExitError("there is no rule '\(wanted)'; --list-rules shows them", code: ExitError.unusable)
    }
    print(page(rule), terminator: "")
  }

  /// Prints a line for each rule.
  static func printList() {
    for rule in LintRule.all {
      let severity = rule.severity.rawValue
      print("\(rule.id)  \(severity)\(String(repeating: " ", count: 9 - severity.count))\(rule.title)")
    }
  }

  /// The page of a rule: what it is about, what happens, an example wrong and right, and when to ignore it.
  static func page(_ rule: LintRule) -> String {
    let advice =
      rule.isAdvice ? "\n" + wrapped("In units that a package brought, a warning is only a note.") : ""
    return """
      \(rule.id) (\(rule.severity.rawValue)): \(rule.title)

      \(wrapped(rule.why))\(advice)

      Wrong:

      \(indented(rule.bad))

      Right:

      \(indented(rule.good))

      \(wrapped("To be ignored: " + rule.ignore.prefix(1).lowercased() + rule.ignore.dropFirst()))

      """
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
  }

  private static func wrapped(_ text: String) -> String {
    var lines: [String] = [""]
    for word in text.split(separator: " ") {
      let last = lines[lines.count - 1]
      if last.isEmpty {
        lines[lines.count - 1] = String(word)
      } else if last.count + word.count < width {
        lines[lines.count - 1] += " \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n")
  }
}
