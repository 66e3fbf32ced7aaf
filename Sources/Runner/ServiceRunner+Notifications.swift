import Processes
import Supervision
import Systemd

// What the service itself says through its private NOTIFY_SOCKET.
extension ServiceRunner {
  /// How much of the service's own STATUS= is shown.
  private static let longestOwnStatus = 256

  func take(_ message: inout NotifyMessage) {
    // Anybody in the network namespace can reach an abstract socket; only the service's own processes count. The
    // main process's last words are taken after it was collected, while it is still known here.
    let sender = message.sender.process
    guard sender == child?.pid || tree?.contains(sender) == true else { return }
    let notification = message.notification
    for field in notification.fields {
      switch field {
      case .ready: childBecameReady()
      case .reloading:
        guard lifecycle.hasBeenReady else { continue }
        childIsReloading = true
        link.tell(.reloading)
      case .status(let text): ownStatus = String(text.prefix(Self.longestOwnStatus))
      // What a probe listens to has the policy's interval, whatever the service thinks of it.
      case .watchdog where lifecycle.policy.ownHeartbeat != nil: probes?.childBeat()
      case .watchdogTimeout where lifecycle.policy.ownHeartbeat != nil: continue
      case .watchdog: if lifecycle.deservesWatchdogPing { expectHeartbeat(within: heartbeat.beat()) }
      case .watchdogTimeout(let interval):
        if lifecycle.deservesWatchdogPing { expectHeartbeat(within: heartbeat.change(to: interval)) }
      case .watchdogTrigger: post(.judged(.watchdogTriggered))
      case .extendTimeout(let duration): post(.wantsTime(duration))
      case .storeDescriptors: keep(message.takeDescriptors(), notification)
      case .removeDescriptors: drop(notification)
      case .errno, .busError, .exitStatus: link.tell(field)
      // A main process of its own choice would escape the watch; STOPPING shows when it ends; a barrier is answered
      // by closing its descriptor, which the message does.
      case .mainProcess, .stopping, .monotonicTime, .descriptorName, .withoutPolling, .barrier, .other:
        continue
      }
    }
    report()
  }

  /// A reload that the service had announced is over, one way or the other.
  func endChildReload() {
    guard childIsReloading else { return }
    childIsReloading = false
    link.tell(.ready)
  }

  private func childBecameReady() {
    endChildReload()
    probes?.childBecameReady()
  }

  private func keep(_ descriptors: [Int32], _ notification: Notification) {
    let name = notification.descriptorName ?? "stored"
    var fields: [NotificationField] = [.storeDescriptors, .descriptorName(name)]
    if notification.contains(.withoutPolling) { fields.append(.withoutPolling) }
    // systemd keeps them when this program itself is restarted, this store when only the service is.
    link.pass(Notification(fields), descriptors: descriptors)
    let refused = store.store(descriptors, name: name)
    guard refused > 0 else { return }
    record(
      ServiceEvent(
        .unexpected, "Closed \(refused) stored descriptors: the limit is \(DescriptorStore.limit)"))
  }

  private func drop(_ notification: Notification) {
    guard let name = notification.descriptorName else { return }
    link.pass([.removeDescriptors, .descriptorName(name)])
    store.remove(name: name)
  }
}

/// Where notifications go; it exists before the runner does.
@LoopActor
final class Mailbox {
  weak var receiver: ServiceRunner?

  func deliver(_ message: inout NotifyMessage) { receiver?.take(&message) }
}
