import CSystemd
import Glibc

/// An object on the bus together with the interface through which it is spoken to.
public struct BusObject: Sendable, Hashable {
  /// The service's name; nil on a connection without a bus in between.
  public let destination: String?
  /// The object's path.
  public let path: ObjectPath
  /// The interface, such as `org.freedesktop.systemd1.Manager`.
  public let interface: String

  /// Names an object and an interface.
  public init(_ destination: String?, _ path: ObjectPath, _ interface: String) {
    self.destination = destination
    self.path = path
    self.interface = interface
  }

  /// The same service's object at `path`, through `interface`.
  public func at(_ path: ObjectPath, _ interface: String) -> BusObject {
    BusObject(destination, path, interface)
  }
}

/// A connection to a message bus, served by the event loop; nothing here waits but by suspending.
///
/// The connection is set up while the loop turns: a bus that does not answer shows in the timeout of the
/// first call. It closes when this object goes, when ``close()`` is called or when the other side goes; every
/// waiting call then fails and every stream of signals ends. It does not connect again by itself.
@LoopActor @safe
public final class Bus {
  /// The most calls that may wait for their reply at the same time; one more fails with `ENOBUFS`.
  public static let callLimit = 4096
  /// How long a call waits for its reply unless told, as libsystemd does.
  public nonisolated static let defaultTimeout = Duration.seconds(25)

  /// Whether the connection is there or on its way.
  public private(set) var isOpen = true
  /// Called once when the connection ends, for whatever reason but the end of this object.
  public var onClose: @LoopActor () -> Void = {}

  let raw: OpaquePointer
  /// The loop that serves the connection.
  let loop: EventLoop
  private var disconnectSlot: OpaquePointer?
  private var calls: [ObjectIdentifier: PendingCall] = [:]
  private var subscriptions: [ObjectIdentifier: WeakSubscription] = [:]

  /// Connects to the system's bus. The corresponding C function is `sd_bus_open_system(3)`.
  ///
  /// - Parameters:
  ///   - loop: the loop that serves the connection.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  /// - Returns: the connection, which may still be on its way.
  /// - Throws: the reason why the socket cannot be connected, such as `ENOENT`.
  public static func system(on loop: EventLoop = .main, priority: Int64 = 0) throws(BusError) -> Bus {
    try unsafe open(on: loop, priority, "sd_bus_open_system") { bus in unsafe sd_bus_open_system(&bus) }
  }

  /// Connects to the user's bus; parameters and errors as for ``system(on:priority:)``.
  public static func user(on loop: EventLoop = .main, priority: Int64 = 0) throws(BusError) -> Bus {
    try unsafe open(on: loop, priority, "sd_bus_open_user") { bus in unsafe sd_bus_open_user(&bus) }
  }

  /// Connects to PID 1 directly, without a bus in between: root only, and works when dbus-daemon does not.
  ///
  /// Other parameters and errors as for ``system(on:priority:)``. Objects have no destination there.
  public static func privateSystemManager(
    on loop: EventLoop = .main, priority: Int64 = 0
  ) throws(BusError) -> Bus {
    try connect(to: "unix:path=/run/systemd/private", isMessageBus: false, on: loop, priority: priority)
  }

  /// Connects to a bus or a peer at a D-Bus address.
  ///
  /// - Parameters:
  ///   - address: such as `unix:path=/run/dbus/system_bus_socket`.
  ///   - isMessageBus: whether a message bus is there, which wants to be greeted, or a peer.
  ///   - loop: the loop that serves the connection.
  ///   - priority: which of several ready sources goes first; lower is sooner.
  /// - Returns: the connection, which may still be on its way.
  /// - Throws: the reason why the socket cannot be connected, such as `ENOENT`.
  public static func connect(
    to address: String, isMessageBus: Bool = true, on loop: EventLoop = .main, priority: Int64 = 0
  ) throws(BusError) -> Bus {
    try unsafe open(on: loop, priority, "connect to \(address)") { bus in
      var result = unsafe sd_bus_new(&bus)
      if result >= 0 { result = unsafe sd_bus_set_address(bus, address) }
      if result >= 0 { result = unsafe sd_bus_set_bus_client(bus, isMessageBus ? 1 : 0) }
      if result >= 0 { result = unsafe sd_bus_start(bus) }
      return result
    }
  }

  @unsafe static func open(
    on loop: EventLoop, _ priority: Int64, _ operation: String,
    _ connect: (inout OpaquePointer?) -> Int32
  ) throws(BusError) -> Bus {
    var raw: OpaquePointer?
    let result = unsafe connect(&raw)
    guard result >= 0, let connected = unsafe raw else {
      unsafe sd_bus_close_unref(raw)
      throw BusError(SystemError(errno: result < 0 ? -result : ENOTCONN, operation: operation))
    }
    let bus = unsafe Bus(owning: connected, loop)
    try asBusError { () throws(SystemError) in try bus.attach(priority) }
    return bus
  }

  private init(owning raw: OpaquePointer, _ loop: EventLoop) {
    unsafe self.raw = raw
    self.loop = loop
  }

  // Not flushed: that would wait for a bus that may never answer. Whatever matters has been awaited.
  isolated deinit {
    shut()
    unsafe sd_bus_close_unref(raw)
  }

  /// Ends the connection now; messages that are not on their way yet are lost.
  public func close() {
    guard isOpen else { return }
    shut()
    unsafe sd_bus_close(raw)
    onClose()
  }

  // MARK: Steps

  private func attach(_ priority: Int64) throws(SystemError) {
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    // libsystemd itself sends this signal to us when the connection breaks.
    let matched = unsafe sd_bus_match_signal_async(
      raw, &disconnectSlot, nil, "/org/freedesktop/DBus/Local", "org.freedesktop.DBus.Local", "Disconnected",
      { _, userdata, _ in
        guard let userdata = unsafe userdata else { return 0 }
        let bus = unsafe Unmanaged<Bus>.fromOpaque(userdata).takeUnretainedValue()
        LoopActor.assumeIsolated { bus.close() }
        return 0
      }, nil, userdata)
    try check(matched, "sd_bus_match_signal_async")
    try check(unsafe sd_bus_attach_event(raw, loop.raw, Int32(clamping: priority)), "sd_bus_attach_event")
  }

  private func shut() {
    isOpen = false
    unsafe disconnectSlot = unsafe sd_bus_slot_unref(disconnectSlot)
    let reason = BusError(SystemError(errno: ECONNRESET, operation: "call over a closed bus"))
    for call in calls.values { call.fail(reason) }
    calls = [:]
    for subscription in subscriptions.values { subscription.object?.end() }
    subscriptions = [:]
  }

  func checkOpen() throws(BusError) {
    guard !isOpen else { return }
    throw BusError(SystemError(errno: ENOTCONN, operation: "call over a closed bus"))
  }

  func add(_ call: PendingCall) throws(BusError) {
    guard calls.count < Self.callLimit else {
      throw BusError(SystemError(errno: ENOBUFS, operation: "call", subject: "\(calls.count) calls wait"))
    }
    calls[ObjectIdentifier(call)] = call
  }

  func remove(_ call: PendingCall) { calls[ObjectIdentifier(call)] = nil }

  func add(_ subscription: BusSubscription) {
    subscriptions[ObjectIdentifier(subscription)] = WeakSubscription(object: subscription)
  }

  func remove(_ id: ObjectIdentifier) { subscriptions[id] = nil }
}

private struct WeakSubscription {
  weak var object: BusSubscription?
}
