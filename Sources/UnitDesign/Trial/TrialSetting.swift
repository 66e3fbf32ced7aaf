/// One thing of the sandbox that the search switches: its strictest value first, then what may do instead.
package struct TrialSetting: Sendable, Hashable {
  /// A value that may be tried, as lines of `[Service]`.
  package struct Rung: Sendable, Hashable {
    /// The lines; a line that several settings ask for is written once.
    package let lines: [String]

    /// Describes a value.
    package init(_ lines: String...) { self.lines = lines }

    /// Describes a value.
    package init(lines: [String]) { self.lines = lines }
  }

  /// The directive; with the words of its value where one directive is several settings, such as
  /// `SystemCallFilter=~@privileged`.
  package let name: String
  /// What it is about.
  package let group: SandboxGroup
  /// What a program can no longer do under the strictest value; see ``SandboxSetting/denies``.
  package let denies: String
  /// From strictest to weakest; what comes after the last one is to leave the unit as it is.
  package private(set) var rungs: [Rung]
  /// How likely it is that a service cannot bear it, in proportion to the others.
  package let weight: Int

  /// Describes a setting.
  package init(
    _ name: String, _ group: SandboxGroup, denies: String = "", rungs: [Rung], weight: Int = 1
  ) {
    self.name = name
    self.group = group
    self.denies = denies
    self.rungs = rungs
    self.weight = weight
  }

  /// The directive alone.
  package var directive: String { String(name.prefix { $0 != "=" }) }

  /// The level at which the unit is left as it is.
  package var off: Int { rungs.count }

  /// The lines at a level.
  package func lines(at level: Int) -> [String] { rungs.indices.contains(level) ? rungs[level].lines : [] }

  /// Takes up a further value, right after that at `level`, which it is weaker than.
  ///
  /// - Returns: whether it is new.
  mutating func add(_ rung: Rung, after level: Int) -> Bool {
    guard !rungs.contains(rung), rungs.indices.contains(level) else { return false }
    rungs.insert(rung, at: level + 1)
    return true
  }
}
