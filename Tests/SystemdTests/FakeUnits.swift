import CSystemd
import Glibc
import TestSupport
import Testing

@testable import Systemd
@testable import SystemdManager

/// A service manager with units that the test changes, on a bus of the test's own.
@LoopActor @safe
final class FakeUnits {
  private static let manager = "org.freedesktop.systemd1.Manager"

  /// The units in its memory.
  var units: [String: UnitSummary] = [:]
  /// Properties by unit and name.
  var properties: [String: [String: BusVariant]] = [:]
  /// The calls so far, by member.
  private(set) var calls: [String] = []
  /// Called before a list is answered.
  var onList: @LoopActor () -> Void = {}

  private let bus: Bus
  private var slot: OpaquePointer?

  init(_ daemon: PrivateBus) async throws {
    bus = try daemon.connect()
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let added = unsafe sd_bus_add_fallback(
      bus.raw, &slot, "/org/freedesktop",
      { message, userdata, _ in
        guard let userdata = unsafe userdata, let message = unsafe message else { return 0 }
        let manager = unsafe Unmanaged<FakeUnits>.fromOpaque(userdata).takeUnretainedValue()
        nonisolated(unsafe) let borrowed = unsafe message
        return LoopActor.assumeIsolated { unsafe manager.handle(borrowed) }
      }, userdata)
    try check(added, "sd_bus_add_fallback")
    let driver = BusObject("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    let reply: UInt32 = try await bus.call(driver, "RequestName", "org.freedesktop.systemd1", UInt32(0))
    try #require(reply == 1)
  }

  isolated deinit { unsafe sd_bus_slot_unref(slot) }

  /// Puts a unit into memory without a word.
  func put(_ name: String, _ state: ActiveState, _ subState: String) {
    units[name] = UnitSummary(
      name: name, unitDescription: "About \(name)", activeState: state, subState: subState)
  }

  /// Changes a unit's state and tells of it as systemd does, its kind first.
  func change(_ name: String, _ state: ActiveState, _ subState: String, own: [String: BusVariant] = [:])
    throws
  {
    put(name, state, subState)
    properties[name, default: [:]].merge(own) { $1 }
    let path = UnitSummary.path(of: name).value
    try emit(path, "org.freedesktop.DBus.Properties", "PropertiesChanged") { message throws(SystemError) in
      try message.append("org.freedesktop.systemd1.Service", own, [String]())
    }
    let values: [String: BusVariant] = [
      "ActiveState": .string(state.rawValue), "SubState": .string(subState),
    ]
    try emit(path, "org.freedesktop.DBus.Properties", "PropertiesChanged") { message throws(SystemError) in
      try message.append("org.freedesktop.systemd1.Unit", values, [String]())
    }
  }

  /// Tells that a unit came into memory.
  func tellNew(_ name: String) throws { try tell("UnitNew", name, UnitSummary.path(of: name)) }

  /// Takes a unit out of memory and tells of it.
  func remove(_ name: String) throws {
    units[name] = nil
    try tell("UnitRemoved", name, UnitSummary.path(of: name))
  }

  /// Sends a signal of the manager's.
  func tell<each Value: BusValue>(_ member: String, _ values: repeat each Value) throws(SystemError) {
    try emit("/org/freedesktop/systemd1", Self.manager, member) { message throws(SystemError) in
      try message.append(repeat each values)
    }
  }

  private func emit(
    _ path: String, _ interface: String, _ member: String,
    _ write: (inout BusMessage) throws(SystemError) -> Void
  ) throws(SystemError) {
    var raw: OpaquePointer?
    try check(unsafe sd_bus_message_new_signal(bus.raw, &raw, path, interface, member), "new_signal")
    guard let raw = unsafe raw else { return }
    var message = unsafe BusMessage(owning: raw)
    try write(&message)
    try check(unsafe sd_bus_send(nil, message.raw, nil), "sd_bus_send")
  }

  @unsafe private func handle(_ raw: OpaquePointer) -> Int32 {
    var call = unsafe BusMessage(retaining: raw)
    calls.append(call.member ?? "")
    var reply: OpaquePointer?
    unsafe sd_bus_message_new_method_return(raw, &reply)
    guard let reply = unsafe reply else { return -ENOMEM }
    var answer = unsafe BusMessage(owning: reply)
    do throws(SystemError) {
      switch call.member {
      case "ListUnits":
        onList()
        try answer.append(units.values.map(Self.row))
      case "ListUnitsByPatterns":
        let patterns = try call.read(BusArguments<[String], [String]>.self).values.1
        onList()
        try answer.append(units.values.filter { patterns.contains($0.name) }.map(Self.row))
      case "Get":
        let name = UnitSummary.name(of: call.path ?? "/") ?? ""
        let property = try call.read(BusArguments<String, String>.self).values.1
        guard let value = properties[name]?[property] else {
          var error = unsafe sd_bus_error()
          unsafe sd_bus_error_set(&error, "org.freedesktop.DBus.Error.UnknownProperty", "No.")
          defer { unsafe sd_bus_error_free(&error) }
          return unsafe sd_bus_reply_method_error(raw, &error)
        }
        try answer.append(value)
      default: break
      }
      return try check(unsafe sd_bus_send(nil, answer.raw, nil), "sd_bus_send")
    } catch {
      return -error.errno
    }
  }

  private typealias Row = BusStruct<
    String, String, String, String, String, String, ObjectPath, UInt32, String, ObjectPath
  >

  private static func row(_ unit: UnitSummary) -> Row {
    Row(
      unit.name, unit.unitDescription, unit.loadState, unit.activeState.rawValue, unit.subState,
      unit.following ?? "", unit.path, unit.job?.id ?? 0, unit.job?.type ?? "", "/")
  }
}
