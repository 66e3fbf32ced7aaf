package import UnitDesign

/// What happens while a service is hardened, for people to see.
package enum HardenStep: Sendable {
  /// What an earlier run that was killed had left was taken back.
  case leftover
  /// Something that does not stop the work, but a person should know.
  case warning(String)
  /// The service is restarted as it is.
  case baseline
  /// The service is restarted with a sandbox.
  case attempt(number: Int, limit: Int, what: String)
  /// How that went, and how long it took.
  case verdict(TrialSearch.Outcome, Duration)
  /// The result is put in its lasting place.
  case applying(String)
  /// The service is watched for this long under the result.
  case observing(Duration)
  /// The service is put back into its old state.
  case restoring
}
