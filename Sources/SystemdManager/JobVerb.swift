/// What a job is to do with a unit: the methods of the manager that make jobs for units.
public enum JobVerb: String, Sendable, Hashable, CaseIterable {
  /// Starts it.
  case start
  /// Stops it.
  case stop
  /// Stops it if it runs, and starts it.
  case restart
  /// Restarts it only if it runs.
  case tryRestart = "try-restart"
  /// Lets it read its configuration again.
  case reload
  /// Reloads it if it can, else restarts it; starts it if it does not run.
  case reloadOrRestart = "reload-or-restart"

  /// The method of `org.freedesktop.systemd1.Manager`.
  public var member: String {
    switch self {
    case .start: "StartUnit"
    case .stop: "StopUnit"
    case .restart: "RestartUnit"
    case .tryRestart: "TryRestartUnit"
    case .reload: "ReloadUnit"
    case .reloadOrRestart: "ReloadOrRestartUnit"
    }
  }
}
