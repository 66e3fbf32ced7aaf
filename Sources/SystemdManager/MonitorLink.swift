import Systemd

/// One connection of a ``UnitMonitor``, with all that it listens to.
@LoopActor
final class MonitorLink {
  let client: ManagerClient
  private var subscriptions: [BusSubscription] = []
  private var onEnd: (@LoopActor (BusError?) -> Void)?

  init(
    _ client: ManagerClient, onSignal: @escaping @LoopActor (ManagerSignal) -> Void,
    onEnd: @escaping @LoopActor (BusError?) -> Void
  ) throws(BusError) {
    self.client = client
    self.onEnd = onEnd
    subscriptions = try client.subscribeToAll(onEnd: { [weak self] in self?.end($0) }, onSignal)
    // A manager that executes itself anew comes back under another unique name, and may not know us any more.
    let owners = BusMatch(
      sender: "org.freedesktop.DBus", path: "/org/freedesktop/DBus", interface: "org.freedesktop.DBus",
      member: "NameOwnerChanged")
    guard !client.isDirect else { return }
    subscriptions.append(
      try client.bus.subscribe(to: owners, onEnd: { [weak self] in self?.end($0) }) { [weak self] message in
        let name = try? message.read(String.self)
        if name == "org.freedesktop.systemd1" { self?.end(nil) }
      })
  }

  /// Ends the connection; nothing is called any more.
  func close() {
    onEnd = nil
    for subscription in subscriptions { subscription.cancel() }
    subscriptions = []
    client.bus.close()
  }

  private func end(_ error: BusError?) {
    let callback = onEnd
    onEnd = nil
    callback?(error)
  }
}
