import UnitFiles

/// Resource limits.
extension LintRule {
  static let limits: [LintRule] = [
    LintRule(
      "L44", .note, "A resource limit is not what it seems",
      why: """
        limits.conf and ulimit are for sessions: services take nothing from them and have a soft limit of 1024 open \
        files. LimitNOFILE=infinity makes programs that close every possible descriptor run for minutes.
        """,
      bad: "[Service]\n# See /etc/security/limits.conf for the open files.\nExecStart=/usr/bin/server\n",
      good: "[Service]\nExecStart=/usr/bin/server\nLimitNOFILE=4096:65536\n",
      ignore: "When the comment says that it is so."
    ) { unit, report in
      if let files = unit.value("LimitNOFILE"),
        files.value == "infinity" || files.value.hasPrefix("infinity:")
      {
        report.value(
          files, "programs that close all possible descriptors before they start another then take minutes",
          fix: "write the number that the program needs, such as 65536")
      }
      guard unit.value("LimitNOFILE") == nil, unit.value("LimitNPROC") == nil, let section = unit.section,
        !unit.unit.assignments(in: section).contains(where: { $0.key.hasPrefix("Limit") })
      else { return }
      for command in unit.commands {
        guard let script = command.shellScript, script.text.holds("ulimit ") else { continue }
        report.value(
          command.assignment, at: script.offset, length: script.text.unicodeScalars.count,
          "the limit can be a setting, without a shell", fix: "set LimitNOFILE= or another Limit...= setting")
      }
      for file in unit.unit.files {
        guard let line = file.line(ofCommentWith: ["security/limits.conf", "ulimit "]) else { continue }
        report.place(
          Position(path: file.path, line: line, column: 1),
          "services take no limits from limits.conf or a shell's ulimit", fix: "set LimitNOFILE=")
      }
    }
  ]
}

extension UnitFile {
  /// The first comment line that holds one of the words.
  func line(ofCommentWith words: [String]) -> Int? {
    var number = 0
    for bytes in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      guard let first = bytes.first(where: { $0 != 0x20 && $0 != 0x09 }), first == 0x23 || first == 0x3b
      else { continue }
      let text = String(decoding: bytes, as: UTF8.self)
      if words.contains(where: text.contains) { return number }
    }
    return nil
  }
}
