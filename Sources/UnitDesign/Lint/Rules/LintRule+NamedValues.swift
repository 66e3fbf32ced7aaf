import UnitFiles

/// Capabilities, system calls and address families.
extension LintRule {
  static let namedValues: [LintRule] = [
    LintRule(
      "L19", .error, "There is no such capability",
      why: """
        systemd drops a capability that it does not know without a word. A bounding set of which nothing is left \
        is empty, and the service can do nothing that needs privileges.
        """,
      bad: "[Service]\nExecStart=/usr/bin/server\nCapabilityBoundingSet=CAP_NET_BIND\n",
      good: "[Service]\nExecStart=/usr/bin/server\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\n",
      ignore: "When the capability is newer than this program."
    ) { unit, report in
      for key in ["CapabilityBoundingSet", "AmbientCapabilities"] {
        for (word, assignment) in unit.words(key) where !report.isFull {
          var name = word.text
          if name.hasPrefix("~"), word.offset == 0 { name.removeFirst() }
          guard !name.isEmpty, !name.holds("%"), Capability.named(name) == nil, UInt8(name) == nil else {
            continue
          }
          let full = Capability.named("CAP_" + name) == nil ? nil : "CAP_" + name.uppercased()
          let nearest =
            full ?? Capability.names.first { $0.hasPrefix(name.uppercased()) }
            ?? Suggestion.nearest(to: name, among: Capability.names)
          report.word(
            word, of: assignment, "there is no capability '\(name)'; systemd drops it without a word",
            fix: nearest.map { "did you mean '\($0)'?" } ?? "see capabilities(7)")
        }
      }
    },
    LintRule(
      "L20", .error, "There is no such group of system calls, or no such address family",
      why:
        "systemd ignores a name that it does not know in a filter. The filter is then tighter or looser than it reads.",
      bad: "[Service]\nExecStart=/usr/bin/server\nSystemCallFilter=@system-services\n",
      good: "[Service]\nExecStart=/usr/bin/server\nSystemCallFilter=@system-service\n",
      ignore: "When the name is newer than this program."
    ) { unit, report in
      for key in ["SystemCallFilter", "SystemCallLog"] {
        let groups = Catalogue.directive(key, in: "Service")?.values.map(\.text) ?? []
        for (word, assignment) in unit.words(key) where !report.isFull {
          var name = Substring(word.text)
          if name.hasPrefix("~"), word.offset == 0 { name = name.dropFirst() }
          name = name.prefix { $0 != ":" }
          guard name.hasPrefix("@"), !groups.contains(String(name)) else { continue }
          let nearest = Suggestion.nearest(to: String(name), among: groups)
          report.word(
            word, of: assignment, "there is no group '\(name)'; systemd ignores it",
            fix: nearest.map { "did you mean '\($0)'?" } ?? "'systemd-analyze syscall-filter' lists them")
        }
      }
      for (word, assignment) in unit.words("RestrictAddressFamilies") where !report.isFull {
        var name = word.text
        if name.hasPrefix("~"), word.offset == 0 { name.removeFirst() }
        guard !name.isEmpty, name != "none", AddressFamily.named(name) == nil else { continue }
        let full = AddressFamily.named("AF_" + name) == nil ? nil : "AF_" + name.uppercased()
        let nearest = full ?? Suggestion.nearest(to: name, among: AddressFamily.names)
        report.word(
          word, of: assignment, "there is no address family '\(name)'; systemd ignores it",
          fix: nearest.map { "did you mean '\($0)'?" } ?? "see address_families(7)")
      }
    },
  ]
}
