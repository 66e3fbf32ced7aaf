public import Systemd

// Signals as sequences. Each asks the manager for its signals once (`Manager.Subscribe`); it ends when its reader stops,
// its task is cancelled or the connection ends. What a later call causes cannot be missed.
extension ManagerClient {
  /// The names of units that come into memory. `Manager.UnitNew`.
  public func newUnits() async throws(BusError) -> AsyncStream<String> {
    try await signals("UnitNew") { if case .unitNew(let name, _) = $0 { name } else { nil } }
  }

  /// The names of units that leave the memory. `Manager.UnitRemoved`.
  public func removedUnits() async throws(BusError) -> AsyncStream<String> {
    try await signals("UnitRemoved") { if case .unitRemoved(let name, _) = $0 { name } else { nil } }
  }

  /// Jobs that are queued. `Manager.JobNew`.
  public func newJobs() async throws(BusError) -> AsyncStream<UnitJob> {
    try await signals("JobNew") { if case .jobNew(let job) = $0 { job } else { nil } }
  }

  /// Jobs that end, and how. `Manager.JobRemoved`.
  public func removedJobs() async throws(BusError) -> AsyncStream<(UnitJob, JobResult)> {
    try await signals("JobRemoved") {
      if case .jobRemoved(let job, let result) = $0 { (job, result) } else { nil }
    }
  }

  /// True before the manager reads all unit files anew, false after it. `Manager.Reloading`.
  public func reloads() async throws(BusError) -> AsyncStream<Bool> {
    try await signals("Reloading") { if case .reloading(let isActive) = $0 { isActive } else { nil } }
  }

  /// New values of properties of all units. `Properties.PropertiesChanged`.
  ///
  /// A reader that falls behind loses the oldest ones, never the newest.
  public func propertyChanges() async throws(BusError) -> AsyncStream<ManagerSignal.PropertyChange> {
    try await signals(nil) { if case .propertiesChanged(let change) = $0 { change } else { nil } }
  }

  /// Calls `handler` for every signal of the manager and its units, in their order, as long as the returned objects
  /// live. ``subscribe()`` is the caller's affair.
  func subscribeToAll(
    onEnd: @escaping @LoopActor (BusError?) -> Void, _ handler: @escaping @LoopActor (ManagerSignal) -> Void
  ) throws(BusError) -> [BusSubscription] {
    let own = BusMatch(sender: manager.destination, path: manager.path, interface: manager.interface)
    return [
      try bus.subscribe(to: own, onEnd: onEnd) { if let signal = ManagerSignal(&$0) { handler(signal) } }
    ]
      + [
        try bus.subscribe(to: allProperties, onEnd: onEnd) {
          if let signal = ManagerSignal(&$0) { handler(signal) }
        }
      ]
  }

  // MARK: Steps

  private var allProperties: BusMatch {
    BusMatch(
      sender: manager.destination, interface: "org.freedesktop.DBus.Properties", member: "PropertiesChanged")
  }

  /// The values of one signal of the manager's, or of the units' changes for nil.
  private func signals<Value: Sendable>(
    _ member: String?, _ value: @escaping @LoopActor (ManagerSignal) -> Value?
  ) async throws(BusError) -> AsyncStream<Value> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: Value.self, bufferingPolicy: .bufferingNewest(Bus.signalBuffer))
    let match = member.map { BusMatch(manager, $0) } ?? allProperties
    let subscription = try bus.subscribe(to: match, onEnd: { _ in continuation.finish() }) { message in
      if let value = ManagerSignal(&message).flatMap(value) { continuation.yield(value) }
    }
    continuation.onTermination = { _ in
      EventLoop.main.spawn(name: "end signals") { subscription.cancel() }
    }
    try await subscribe()
    return stream
  }
}
