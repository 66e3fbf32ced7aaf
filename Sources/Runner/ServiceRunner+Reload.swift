import Processes
import Supervision
import Systemd

extension ServiceRunner {
  /// Whether a new policy means anything any more.
  var acceptsPolicy: Bool { lifecycle.state != .stopping && !lifecycle.state.isFinal }

  /// Puts a new policy in force; what needs a new process holds from the next instance on.
  ///
  /// - Throws: a user or group that cannot be had; then nothing has changed.
  func adopt(_ policy: Policy) throws(SpawnError) {
    let isRunning = lifecycle.deservesWatchdogPing && lifecycle.pid != nil
    let old = probes
    try replaceProbes(policy)
    lifecycle.policy = policy
    if isRunning {
      old?.instanceEnded()
      if policy.ownHeartbeat != nil { expectHeartbeat(within: nil) }
      // An instance that is still starting begins its probes anew; one that was ready stays so until they differ.
      if lifecycle.state == .starting {
        probes?.instanceStarted()
        if old?.childIsReady == true { probes?.childBecameReady() }
      } else {
        probes?.adoptInstance(isReady: lifecycle.state == .ready)
      }
      if let signal = policy.reloadSignal { send(signal) }
    }
    maintenance.look()
    record(ServiceEvent(.reloaded, "Policy read anew"))
  }

  /// Tells systemd that a reload begins, unless it is still waiting for the first READY=1.
  func tellReloading() {
    guard lifecycle.hasBeenReady else { return }
    link.tell(.reloading)
    report()
  }

  /// Tells systemd that a reload is over.
  func tellReloaded() {
    guard lifecycle.hasBeenReady else { return }
    link.tell(.ready)
    report()
  }
}
