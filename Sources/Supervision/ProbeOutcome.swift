/// What one attempt of a probe found.
public enum ProbeOutcome: Sendable, Hashable {
  /// The service answered as it should; with a short detail such as `200 in 3 ms`.
  case healthy(String)
  /// The service did not answer as it should; with the reason, such as `connection refused`.
  case unhealthy(String)
  /// The probe itself could not be made, so nothing is known of the service; with the reason.
  case unknown(String)
}
