import Supervision
import UnitFiles

/// The keys of `[X-Upkeep]` as options; those that systemd has too are options of their own.
enum PolicyOptions {
  /// Keys that are written to `[Service]`, from where `upkeep-run` takes them over.
  private static let systemds: Set<String> = [
    "Restart", "SuccessExitStatus", "RestartPreventExitStatus", "RestartForceExitStatus", "TimeoutStartSec",
    "TimeoutStopSec", "KillSignal", "ReloadSignal", "User", "Group", "SupplementaryGroups",
    "WorkingDirectory", "UMask", "Limit", "Environment", "NoNewPrivileges",
  ]

  /// Options about probes.
  static let probes = options(.readiness, isAboutHealth)

  /// Options about restarts and time-outs.
  static let restarts = options(.restarts) { !isAboutHealth($0) }

  private static func isAboutHealth(_ key: String) -> Bool {
    key.contains("Probe") || key.hasSuffix("Threshold")
      || ["HeartbeatSec", "SoftWatchdog", "OnUnready"].contains(key)
  }

  private static func options(
    _ group: RequestOption.Group, _ isMember: (String) -> Bool
  ) -> [RequestOption] {
    PolicyKey.all.filter { !systemds.contains($0.name) && isMember($0.name) }.map { key in
      let standard = key.defaultText.isEmpty ? "" : " [\(key.defaultText)]"
      return RequestOption(
        key.flag, key.placeholder, group, repeatable: key.isList, key.summary + standard
      ) { (request, value) throws(ValueError) in
        try add(key.name, value, option: key.flag, to: &request)
      }
    }
  }

  /// Takes a key of `[X-Upkeep]` into a request, checked as `upkeep-run` will check it.
  static func add(
    _ name: String, _ value: String, option: String, to request: inout ServiceRequest
  ) throws(ValueError) {
    guard let key = PolicyKey.named(name) else { throw ValueError(message: "there is no key \(name)=") }
    _ = try UnitValue.line(value)
    var policy = Policy()
    try key.set(value, in: &policy)
    request.policy.append(ServiceRequest.PolicySetting(option: "--\(option)", key: name, value: value))
  }
}
