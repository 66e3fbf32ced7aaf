package import UnitDesign

/// What came of a hardening.
package struct HardenReport: Sendable {
  /// A setting that gave way.
  package struct Concession: Sendable {
    /// The setting's name.
    package let name: String
    /// The strict line that the service does not bear.
    package let strict: String
    /// The lines instead; none if it is left out.
    package let instead: [String]
    /// How the service failed under the strict line, in a few words; printable.
    package let why: String
    /// What was said of it; printable.
    package let said: [String]
  }

  /// The unit's primary name.
  package var unit: String
  /// systemd's version.
  package var version: Int
  /// The exposure in tenths, without and with the result.
  package var exposureBefore: Int
  /// The exposure in tenths with the result.
  package var exposureAfter: Int
  /// The lines of `[Service]` that work; none if nothing can be made stricter.
  package var lines: [String]
  /// What gave way, and why.
  package var concessions: [Concession]
  /// What was not tried, and why.
  package var omissions: [TrialSelection.Omission]
  /// Settings that are left off because the trials were used up.
  package var undecided: [String]
  /// How many trials there were.
  package var trials: Int
  /// Whether every concession was proven: made one step stricter, the service fails.
  package var isMinimal: Bool
  /// The drop-in's text.
  package var dropIn: String
  /// Where the drop-in belongs.
  package var path: String
  /// Whether it is there now.
  package var isApplied: Bool
  /// The command that comes to this result again, as it can be pasted into a shell.
  package var command: String
}
