import UnitFiles

/// The kinds of namespaces that `RestrictNamespaces=` leaves, line after line.
struct NamespaceSet: Sendable, Hashable {
  /// The kinds that may be made; nil while nothing is said, which allows all.
  private var allowed: Set<String>?

  private static let restricted: Set<String> = ["cgroup", "ipc", "net", "mnt", "pid", "user", "uts"]
  // systemd takes the word, but has no filter for it.
  private static let known = restricted.union(["time"])

  func allows(_ kind: String) -> Bool { allowed?.contains(kind) ?? true }

  /// Applies a line; one with an unknown word is ignored.
  mutating func apply(_ value: String) {
    if value.isEmpty {
      allowed = nil
    } else if let restricts = EffectiveSandbox.boolean(value) {
      allowed = restricts ? [] : Self.restricted
    } else {
      let inverts = value.hasPrefix("~")
      var words = SettingWords(value.dropFirst(inverts ? 1 : 0), .literal)
      var named: Set<String> = []
      while let word = words.next() { named.insert(word) }
      guard !words.isBroken, named.isSubset(of: Self.known) else { return }
      if let before = allowed {
        allowed = inverts ? before.subtracting(named) : before.union(named)
      } else {
        allowed = inverts ? Self.restricted.subtracting(named) : named
      }
    }
  }
}
