import Processes
import Supervision
import Systemd

// What the service itself says through its private NOTIFY_SOCKET.
extension ServiceRunner {
  func take(_ message: inout NotifyMessage) {
    // Anybody in the network namespace can reach an abstract socket; only the service's own processes count.
    guard tree?.contains(message.sender.process) == true else { return }
    let notification = message.notification
    for field in notification.fields {
      switch field {
      case .ready:
        if childIsReloading {
          childIsReloading = false
          link?.tell(.ready)
        }
        probes?.childBecameReady()
      case .reloading:
        guard lifecycle.hasBeenReady else { continue }
        childIsReloading = true
        link?.pass(Notification.reloading())
      case .status(let text): ownStatus = String(text.prefix(Self.longestOwnStatus))
      case .watchdog: arm(heartbeat.beat())
      case .watchdogTimeout(let interval): arm(heartbeat.change(to: interval))
      case .watchdogTrigger: post(.judged(.watchdogTriggered))
      case .extendTimeout(let duration): link?.tell(.extendTimeout(duration))
      case .storeDescriptors: keep(message.takeDescriptors(), notification)
      case .removeDescriptors: drop(notification)
      case .errno, .busError, .exitStatus: link?.tell(field)
      // A main process of its own choice would escape the watch; STOPPING shows when it ends; a barrier is answered
      // by closing its descriptor, which the message does.
      case .mainProcess, .stopping, .monotonicTime, .descriptorName, .withoutPolling, .barrier, .other:
        continue
      }
    }
    report()
  }

  /// How much of the service's own STATUS= is shown.
  private static let longestOwnStatus = 256

  private func arm(_ deadline: Duration?) {
    if let deadline { heartbeatTimer?.arm(after: deadline) } else { heartbeatTimer?.disarm() }
  }

  private func keep(_ descriptors: [Int32], _ notification: Notification) {
    let name = notification.descriptorName ?? "stored"
    // systemd keeps them when this program itself is restarted, this store when only the service is.
    link?.pass([.storeDescriptors, .descriptorName(name)], descriptors: descriptors)
    let kept = store.store(descriptors, name: name)
    guard kept < descriptors.count else { return }
    record(
      ServiceEvent(
        .unexpected,
        "Stored \(kept) of \(descriptors.count) descriptors: the limit is \(DescriptorStore.limit)"))
  }

  private func drop(_ notification: Notification) {
    guard let name = notification.descriptorName else { return }
    link?.pass([.removeDescriptors, .descriptorName(name)])
    store.remove(name: name)
  }
}

/// Where notifications go; it exists before the runner does.
@LoopActor
final class Mailbox {
  weak var receiver: ServiceRunner?

  func deliver(_ message: inout NotifyMessage) { receiver?.take(&message) }
}
