import BuildInfo
import Probes
import Processes
import Supervision
import Systemd

// What is asked of the service, and what it has to say by itself.
extension ServiceRunner {
  func replaceProbes(_ policy: Policy) throws(SpawnError) {
    let template = try plan.probeTemplate(policy: policy, identities: &identities)
    if repairs != nil || !policy.repairs.isEmpty { replaceRepairs(policy, template: template) }
    var context = ProbeContext(
      userAgent: "upkeep/\(BuildInfo.current.version)", command: template, commands: commands,
      credentials: ProcessEnvironment.value("CREDENTIALS_DIRECTORY"), bus: bus)
    context.runtimeDirectories =
      ProcessEnvironment.value("RUNTIME_DIRECTORY")?.split(separator: ":").map(String.init) ?? []
    context.hearsNotifications = listener != nil
    probes = ProbeRunner(policy.probes, context: context) { [unowned self] step in
      switch step {
      case .record(let event): record(event)
      case .ready:
        post(.becameReady)
        repairs?.handle(.ready)
      case .unready(let reason):
        post(.lostReadiness(reason))
        repair(unready: reason)
      case .judged(let judgement): judge(judgement)
      // What is waited for may have a new reason.
      case .started, .attempt, .listen, .wait, .cancel:
        if lifecycle.state == .starting || probes?.figuresText != lifecycle.figures { report() }
      }
    }
    probes?.beforeLook = { [unowned self] in listener?.receive() }
  }

  /// What a command is started like: as the service's user, with its environment and without its sockets.
  func commandTemplate() throws(SpawnError) -> SpawnRequest {
    try plan.probeTemplate(policy: lifecycle.policy, identities: &identities)
  }

  /// Expects the next heartbeat within this time; nil for no limit.
  func expectHeartbeat(within limit: Duration?) {
    heartbeatDeadline = limit.map { .now + $0 }
    if let limit { heartbeatTimer?.arm(after: limit) } else { heartbeatTimer?.disarm() }
  }

  func missHeartbeat() {
    guard let interval = heartbeat.interval, let deadline = heartbeatDeadline else { return }
    // It may have come, and wait behind this timer.
    listener?.receive()
    guard heartbeatDeadline == deadline else { return }
    // This very program did not run for a while, and then nor may the service have.
    guard SuspendingClock.now - deadline < interval / 4 else { return expectHeartbeat(within: interval) }
    post(.judged(.heartbeatLost(interval)))
  }
}
