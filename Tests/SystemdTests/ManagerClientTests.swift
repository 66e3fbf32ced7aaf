import CSystemd
import Glibc
import SystemdManager
import TestSupport
import Testing

@testable import Systemd

/// A service manager that knows one unit, on a bus of the test's own.
@LoopActor @safe
final class FakeManager {
  private static let managerPath = "/org/freedesktop/systemd1"
  private let bus: Bus
  private var slot: OpaquePointer?
  var fragment = "/etc/systemd/system/app.service"
  var loadState = "loaded"

  init(_ daemon: PrivateBus) async throws {
    bus = try daemon.connect()
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let added = unsafe sd_bus_add_fallback(
      bus.raw, &slot, "/org/freedesktop",
      { message, userdata, _ in
        guard let userdata = unsafe userdata, let message = unsafe message else { return 0 }
        let manager = unsafe Unmanaged<FakeManager>.fromOpaque(userdata).takeUnretainedValue()
        nonisolated(unsafe) let borrowed = unsafe message
        return LoopActor.assumeIsolated { unsafe manager.handle(borrowed) }
      }, userdata)
    try check(added, "sd_bus_add_fallback")
    let driver = BusObject("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    let reply: UInt32 = try await bus.call(driver, "RequestName", "org.freedesktop.systemd1", UInt32(0))
    try #require(reply == 1)
  }

  isolated deinit { unsafe sd_bus_slot_unref(slot) }

  @unsafe private func handle(_ raw: OpaquePointer) -> Int32 {
    var call = unsafe BusMessage(retaining: raw)
    let argument = (try? call.read(String.self)) ?? ""
    var reply: OpaquePointer?
    if call.member == "GetUnit", argument != "app.service" {
      var error = unsafe sd_bus_error()
      unsafe sd_bus_error_set(
        &error, "org.freedesktop.systemd1.NoSuchUnit", "Unit \(argument) not loaded.")
      defer { unsafe sd_bus_error_free(&error) }
      return unsafe sd_bus_reply_method_error(raw, &error)
    }
    unsafe sd_bus_message_new_method_return(raw, &reply)
    guard let reply = unsafe reply else { return -ENOMEM }
    var answer = unsafe BusMessage(owning: reply)
    do throws(SystemError) {
      if call.member == "GetUnit" {
        try answer.append(ObjectPath("/org/freedesktop/systemd1/unit/app_2eservice"))
      } else {
        // Properties.Get: the interface was read, the name follows.
        let value: BusVariant =
          switch try call.read(String.self) {
          case "Id": .string("app.service")
          case "FragmentPath": .string(fragment)
          case "LoadState": .string(loadState)
          default: .array(of: "s", [.string("/etc/systemd/system/app.service.d/upkeep.conf")])
          }
        try answer.append(value)
      }
    } catch {
      return -error.errno
    }
    return unsafe sd_bus_send(nil, answer.raw, nil)
  }
}

@Suite(
  "The service manager's client", .onLoop,
  .enabled(if: PrivateBus.isAvailable, "dbus-daemon is not installed (package dbus)"))
struct ManagerClientTests {
  @Test("a unit's files come from the manager")
  @LoopActor func location() async throws {
    try await BusTests.withBus { daemon in
      let manager = try await FakeManager(daemon)
      let client = ManagerClient(bus: try daemon.connect())
      let dropIns = ["/etc/systemd/system/app.service.d/upkeep.conf"]
      #expect(
        try await client.location(of: "app.service")
          == UnitLocation(
            name: "app.service", fragmentPath: "/etc/systemd/system/app.service", dropInPaths: dropIns))
      manager.fragment = ""
      manager.loadState = "masked"
      #expect(
        try await client.location(of: "app.service")
          == UnitLocation(name: "app.service", fragmentPath: nil, dropInPaths: dropIns, isMasked: true))
    }
  }

  @Test("a unit that is not loaded is an error of its own")
  @LoopActor func noSuchUnit() async throws {
    try await BusTests.withBus { daemon in
      let manager = try await FakeManager(daemon)
      let client = ManagerClient(bus: try daemon.connect())
      let error = await #expect(throws: BusError.self) { try await client.location(of: "nope.service") }
      #expect(error?.isNoSuchUnit == true)
      withExtendedLifetime(manager) {}
    }
  }

  @Test("a bus that is there but does not answer ends in a timeout, not in a hang")
  @LoopActor func silent() async throws {
    let silent = try SilentSocket()
    let client = ManagerClient(bus: try Bus.connect(to: silent.address))
    let error = await #expect(throws: BusError.self) {
      try await client.location(of: "app.service", timeout: .milliseconds(20))
    }
    #expect(error?.isTimeout == true)
  }
}
