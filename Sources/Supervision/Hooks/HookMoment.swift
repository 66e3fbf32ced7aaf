/// A moment of a service's life at which commands of the policy are run.
public enum HookMoment: String, Sendable, Hashable, CaseIterable {
  /// Before each instance, which is not started before they are through.
  case start
  /// An instance has become ready.
  case ready
  /// Somebody wants the service to stop, which is not asked to before they are through.
  case stop
  /// The service was found unhealthy: it lost its readiness, or was judged beyond hope.
  case unhealthy
  /// The service is ready again after it was found unhealthy.
  case recovered
  /// The service is given up.
  case failed

  /// The key in the unit file, such as `OnReady`.
  public var key: String { "On" + rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// Whether the next step waits for the commands.
  public var isWaitedFor: Bool {
    switch self {
    case .start, .stop: true
    case .ready, .unhealthy, .recovered, .failed: false
    }
  }
}
