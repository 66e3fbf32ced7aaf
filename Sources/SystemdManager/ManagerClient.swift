public import Systemd

/// A typed view of `org.freedesktop.systemd1`, the service manager, over a bus connection.
///
/// See `org.freedesktop.systemd1(5)`.
@LoopActor
public final class ManagerClient {
  /// The connection.
  public let bus: Bus
  /// Whether it leads straight to the manager, with no message bus in between.
  public let isDirect: Bool
  let manager: BusObject
  let jobs = JobTracker()
  private var isSubscribed = false

  /// Uses `bus`; `isDirect` says that it leads straight to the manager, with no message bus in between.
  public init(bus: Bus, isDirect: Bool = false) {
    self.bus = bus
    self.isDirect = isDirect
    manager = BusObject(
      isDirect ? nil : "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
      "org.freedesktop.systemd1.Manager")
  }

  /// Connects to the manager that runs `scope`.
  ///
  /// - Parameters:
  ///   - scope: the system's manager or the user's own.
  ///   - directly: whether to go past the message bus, straight to the system's manager: root only, and works while
  ///     the bus is restarted or hangs.
  ///   - loop: the loop that serves the connection.
  /// - Returns: the client; the connection may still be on its way.
  /// - Throws: ``BusError`` if the bus cannot be connected.
  public static func connect(
    to scope: ProcessUnit.Scope, directly: Bool = false, on loop: EventLoop = .main
  ) throws(BusError) -> ManagerClient {
    if directly, scope == .system {
      return ManagerClient(bus: try Bus.privateSystemManager(on: loop), isDirect: true)
    }
    return try connectThroughBus(to: scope, on: loop)
  }

  private static func connectThroughBus(
    to scope: ProcessUnit.Scope, on loop: EventLoop
  ) throws(BusError) -> ManagerClient {
    switch scope {
    case .system: ManagerClient(bus: try Bus.system(on: loop))
    case .user: ManagerClient(bus: try Bus.user(on: loop))
    }
  }

  /// Asks the manager for its signals, once a connection. `Manager.Subscribe`.
  ///
  /// Jobs and ``changes(of:)`` do it themselves.
  public func subscribe() async throws(BusError) {
    guard !isSubscribed else { return }
    do throws(BusError) {
      try await bus.perform(manager, "Subscribe")
    } catch  where error.name == "org.freedesktop.systemd1.AlreadySubscribed" {
      // Two tasks asked at once; one of them was enough.
    }
    isSubscribed = true
  }

  /// The unit's object; only a unit that the manager has loaded has one.
  ///
  /// - Parameters:
  ///   - unit: the name or an alias of it.
  ///   - timeout: how long to wait, the connection included.
  /// - Returns: the object with its interface for all kinds of units.
  /// - Throws: ``BusError``, with ``BusError/isNoSuchUnit`` for a name that is not loaded.
  public func object(
    of unit: String, timeout: Duration = Bus.defaultTimeout
  ) async throws(BusError) -> BusObject {
    let path: ObjectPath = try await bus.call(manager, "GetUnit", unit, timeout: timeout)
    return manager.at(path, "org.freedesktop.systemd1.Unit")
  }

  /// Where the manager read the unit's configuration from, as of its last reload.
  ///
  /// - Parameters:
  ///   - unit: the name or an alias of it.
  ///   - timeout: how long to wait for each call, the connection included.
  /// - Returns: the files.
  /// - Throws: ``BusError``, with ``BusError/isNoSuchUnit`` for a name that is not loaded.
  public func location(
    of unit: String, timeout: Duration = Bus.defaultTimeout
  ) async throws(BusError) -> UnitLocation {
    let object = try await object(of: unit, timeout: timeout)
    // Four small answers cost the manager and us less than the hundred properties of the whole unit.
    func text(_ name: String) async throws(BusError) -> String {
      try await bus.property(name, of: object, timeout: timeout)
    }
    let fragment = try await text("FragmentPath")
    let dropIns: [String] = try await bus.property("DropInPaths", of: object, timeout: timeout)
    return UnitLocation(
      name: try await text("Id"), fragmentPath: fragment.isEmpty ? nil : fragment, dropInPaths: dropIns,
      isMasked: try await text("LoadState") == "masked")
  }
}

extension BusError {
  /// Whether the manager knows no unit of that name.
  public var isNoSuchUnit: Bool { name == "org.freedesktop.systemd1.NoSuchUnit" }
  /// Whether the unit is masked.
  public var isUnitMasked: Bool { name == "org.freedesktop.systemd1.UnitMasked" }
  /// Whether the caller lacks the right, or would have to say who it is.
  public var isAccessDenied: Bool {
    name == "org.freedesktop.DBus.Error.AccessDenied"
      || name == "org.freedesktop.DBus.Error.InteractiveAuthorizationRequired"
  }
}
