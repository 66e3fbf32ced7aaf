import UnitFiles

/// Variables.
extension LintRule {
  static let environment: [LintRule] = [
    LintRule(
      "L29", .error, "A variable is not set as it is written",
      why: """
        Environment= takes NAME=VALUE words. A value with blanks needs quotes around the whole word, 'export' does \
        not belong there, and no variable is filled in: PATH=$PATH:/opt/bin is taken letter by letter.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nEnvironment=GREETING=hello world\n",
      good: "[Service]\nExecStart=/usr/bin/server\nEnvironment=\"GREETING=hello world\"\n",
      ignore: "When a dollar sign is meant as one."
    ) { unit, report in
      for assignment in unit.values("Environment") { checkEnvironment(assignment, &report) }
    },
    LintRule(
      "L30", .error, "A secret stands in the environment",
      why: """
        Everybody on the machine can read a unit's Environment= with 'systemctl show', and every process that the \
        service starts inherits it. A credential is for the service alone.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nEnvironment=DB_PASSWORD=hunter2\n",
      good: "[Service]\nExecStart=/usr/bin/server\nLoadCredential=db-password:/etc/server/db-password\n",
      ignore: "When the value is no secret."
    ) { unit, report in
      for assignment in unit.values("Environment") {
        for word in ValueWord.all(of: assignment.value) {
          let text = word.text
          guard let equals = text.firstIndex(of: "=") else { continue }
          let name = String(text[..<equals])
          guard isSecret(name, value: String(text[text.index(after: equals)...])) else { continue }
          report.value(
            assignment,
            at: word.offset + (word.isQuoted && !name.isEmpty && word.raw.hasPrefix("\"") ? 1 : 0),
            length: name.unicodeScalars.count,
            "the value of '\(name)' can be read by everybody on the machine",
            fix: "use LoadCredential= and read it from $CREDENTIALS_DIRECTORY")
        }
      }
    },
  ]

  // MARK: Steps

  private static func checkEnvironment(_ assignment: Assignment, _ report: inout LintReport) {
    for word in ValueWord.all(of: assignment.value) {
      let text = word.text
      if text == "export" {
        report.word(
          word, of: assignment, "'export' is no assignment and ignored; every variable is exported anyway",
          fix: "leave it out")
        continue
      }
      guard let equals = text.firstIndex(of: "=") else {
        report.word(
          word, of: assignment,
          "'\(text)' is no NAME=VALUE and ignored; the value before it ends at the blank",
          fix: "put the whole assignment in quotes: Environment=\"NAME=some words\"")
        continue
      }
      let value = text[text.index(after: equals)...]
      if let dollar = value.firstIndex(of: "$") {
        let rest = value[value.index(after: dollar)...]
        let isVariable =
          rest.hasPrefix("{") || rest.first.map { $0.isASCII && ($0.isLetter || $0 == "_") } ?? false
        guard isVariable else { continue }
        report.word(
          word, of: assignment, "'\(value)' is taken letter by letter: no variable is filled in here",
          fix: "write the whole value", severity: .warning)
      }
    }
  }

  private static let secretWords: [StaticString] = [
    "PASSWORD", "PASSWD", "SECRET", "TOKEN", "API_KEY", "APIKEY", "PRIVATE_KEY",
  ]

  private static func isSecret(_ name: String, value: String) -> Bool {
    let name = name.uppercased()
    // NAME_FILE=/path says where it is kept.
    guard !name.hasSuffix("_FILE"), !name.hasSuffix("_PATH"), !name.hasSuffix("_DIR"), !value.isEmpty,
      !value.hasPrefix("/"), !value.hasPrefix("%d"), !value.hasPrefix("%"), (try? Boolean.parse(value)) == nil
    else { return false }
    return secretWords.contains(where: name.holds) || name.hasSuffix("_KEY") && value.count >= 8
      || name == "PASS" || name.hasSuffix("_PASS")
  }
}
