package import UnitDesign

/// What a person wants of a hardening.
package struct HardenOptions: Sendable {
  /// The unit's name, an alias or an instance.
  package var unit: String
  /// The sandbox to begin with.
  package var profile: [SandboxSetting] = SandboxSetting.strict
  /// Commands that must succeed for the service to count as working, each as its words.
  package var checks: [[[UInt8]]] = []
  /// Directives and groups that are not tried, or must not give way.
  package var wishes = TrialSelection.Wishes()
  /// How long the service has to stay up, and how long checks may fail at first.
  package var settle: Duration = .seconds(2)
  /// How long a start may take; nil for three times what it takes as it is, and some seconds.
  package var timeout: Duration?
  /// The most trials.
  package var trials = TrialSearch.standardLimit
  /// How long to watch the service under the result.
  package var observation: Duration = .zero
  /// The options that the result hangs on, as they can be pasted into a shell; for commands that are recommended.
  package var shellText = ""
  /// Whether the result is to stay.
  package var isApplied = false
  /// Whether nothing is to be touched: the first candidate is the answer.
  package var isDryRun = false

  /// The command for a unit with these options.
  func command(for unit: String) -> String {
    "upkeep harden \(unit)" + (shellText.isEmpty ? "" : " \(shellText)")
  }

  /// The defaults for a unit.
  package init(unit: String) { self.unit = unit }
}
