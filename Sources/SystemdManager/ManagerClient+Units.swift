public import Systemd

// Units in the manager's memory: their properties, how they change, and signals to their processes.
extension ManagerClient {
  /// The unit's object, loaded from disk if it is not in memory. `Manager.LoadUnit`.
  ///
  /// A name without a file has an object too, whose `LoadState` is `not-found`. What no other unit refers to and does
  /// not run leaves the memory again at once; its object's path stays good.
  ///
  /// - Throws: `org.freedesktop.DBus.Error.InvalidArgs` for what is no name.
  public func load(_ unit: String) async throws(BusError) -> BusObject {
    let path: ObjectPath = try await bus.call(manager, "LoadUnit", unit)
    return manager.at(path, Self.unitInterface)
  }

  /// All properties of a unit: those of `Unit` and those of its kind. `Properties.GetAll`, twice.
  ///
  /// - Throws: `org.freedesktop.DBus.Error.InvalidArgs` for what is no name. A unit without a file is no error.
  public func properties(of unit: String) async throws(BusError) -> UnitProperties {
    try await properties(of: try await load(unit), unit)
  }

  /// A unit's properties now and after each change, until the reader stops, its task is cancelled or the connection
  /// ends. `Manager.Subscribe`, `Properties.PropertiesChanged`.
  ///
  /// Each element is complete. A reader that falls behind loses old ones, never the newest; what happened in between
  /// shows in `restarts` and `invocation`.
  ///
  /// - Parameter unit: its name or an alias.
  /// - Returns: the stream, for one reader, whose first element is there at once.
  /// - Throws: as ``properties(of:)`` does.
  public func changes(of unit: String) async throws(BusError) -> AsyncStream<UnitProperties> {
    try await subscribe()
    let object = try await load(unit)
    let (stream, continuation) = AsyncStream.makeStream(
      of: UnitProperties.self, bufferingPolicy: .bufferingNewest(Bus.signalBuffer))
    let state = WatchedUnit()
    let match = BusMatch(object.at(object.path, "org.freedesktop.DBus.Properties"), "PropertiesChanged")
    let subscription = try bus.subscribe(to: match, onEnd: { _ in continuation.finish() }) { message in
      typealias Change = BusArguments<String, [String: BusVariant], [String]>
      // Another sender's signal of the same name may have other values; it is none of ours.
      guard let values = try? message.read(Change.self).values else { return }
      state.signals += 1
      state.properties?.merge(values.1, invalidated: values.2)
      if let properties = state.properties { continuation.yield(properties) }
    }
    continuation.onTermination = { _ in
      EventLoop.main.spawn(name: "end unit changes") { subscription.cancel() }
    }
    // A signal that comes while the answer is on its way may be older or newer than it: ask again then.
    var attempts = 0
    var properties: UnitProperties
    var before: Int
    repeat {
      before = state.signals
      properties = try await self.properties(of: object, unit)
      attempts += 1
    } while before != state.signals && attempts < Self.readAttempts
    state.properties = properties
    continuation.yield(properties)
    return stream
  }

  /// Sends a signal to a unit's processes. `Manager.KillUnit`.
  ///
  /// - Parameters:
  ///   - unit: its name or an alias.
  ///   - signal: the number, such as `SIGHUP`.
  ///   - whom: `main`, `control` or `all` of its processes.
  /// - Throws: `org.freedesktop.systemd1.NoSuchUnit`, `...NoSuchProcess`,
  ///   `org.freedesktop.DBus.Error.InvalidArgs`.
  public func kill(_ unit: String, signal: Int32, whom: String = "all") async throws(BusError) {
    try await bus.perform(manager, "KillUnit", unit, whom, signal)
  }

  /// Takes a unit out of the state `failed` and resets its counts of restarts and starts. `Manager.ResetFailedUnit`.
  ///
  /// - Throws: `org.freedesktop.systemd1.NoSuchUnit` for a unit that is not in memory.
  public func resetFailed(_ unit: String) async throws(BusError) {
    try await bus.perform(manager, "ResetFailedUnit", unit)
  }

  /// The manager's version as it says it, such as `252.39-1~deb12u1`. The property `Manager.Version`.
  public func version() async throws(BusError) -> String { try await bus.property("Version", of: manager) }

  // MARK: Steps

  static var unitInterface: String { "org.freedesktop.systemd1.Unit" }
  /// How often a unit's properties are read when it changes meanwhile.
  static var readAttempts: Int { 8 }

  private func properties(of object: BusObject, _ unit: String) async throws(BusError) -> UnitProperties {
    var properties = UnitProperties(try await bus.properties(of: object))
    let suffix = (properties["Id"]?.text ?? unit).split(separator: ".").last ?? ""
    guard let kind = Self.interface(ofKind: String(suffix)) else { return properties }
    let own = object.at(object.path, "org.freedesktop.systemd1.\(kind)")
    properties.merge(try await bus.properties(of: own))
    return properties
  }

  /// The last part of the interface of a kind of units, such as `Service` for `service`.
  nonisolated static func interface(ofKind suffix: String) -> String? { kinds[suffix] }

  private nonisolated static let kinds = [
    "service": "Service", "socket": "Socket", "target": "Target", "device": "Device", "mount": "Mount",
    "automount": "Automount", "swap": "Swap", "timer": "Timer", "path": "Path", "slice": "Slice",
    "scope": "Scope",
  ]
}

/// What is known of a unit under watch; nil until its properties have been read once.
@LoopActor
private final class WatchedUnit {
  var properties: UnitProperties?
  var signals = 0
}
