import CSystemd
import Glibc
import SystemdManager
import TestSupport
import Testing

@testable import Systemd

/// A service manager on a bus of the test's own, whose answers and signals the test writes.
@LoopActor @safe
final class FakeJobs {
  static let managerPath = "/org/freedesktop/systemd1"
  static let unitPath = "/org/freedesktop/systemd1/unit/app_2eservice"

  /// How the next job ends; nil lets it go on.
  var outcome: String? = "done"
  /// Whether a job is over before its caller is told of it.
  var endsBeforeReply = false
  /// An error for the next call.
  var error: String?
  /// The properties of the unit.
  var properties: [String: BusVariant] = ["Id": .string("app.service"), "ActiveState": .string("inactive")]
  /// Called before the properties are answered.
  var onGetAll: @LoopActor () -> Void = {}
  /// The calls so far: member and string arguments.
  private(set) var calls: [String] = []

  let bus: Bus
  private var slot: OpaquePointer?
  private var lastJob = 0

  init(_ daemon: PrivateBus) async throws {
    bus = try daemon.connect()
    let userdata = unsafe Unmanaged.passUnretained(self).toOpaque()
    let added = unsafe sd_bus_add_fallback(
      bus.raw, &slot, "/org/freedesktop",
      { message, userdata, _ in
        guard let userdata = unsafe userdata, let message = unsafe message else { return 0 }
        let manager = unsafe Unmanaged<FakeJobs>.fromOpaque(userdata).takeUnretainedValue()
        nonisolated(unsafe) let borrowed = unsafe message
        return LoopActor.assumeIsolated { unsafe manager.handle(borrowed) }
      }, userdata)
    try check(added, "sd_bus_add_fallback")
    let driver = BusObject("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
    let reply: UInt32 = try await bus.call(driver, "RequestName", "org.freedesktop.systemd1", UInt32(0))
    try #require(reply == 1)
  }

  isolated deinit { unsafe sd_bus_slot_unref(slot) }

  /// Tells that a job has ended.
  func endJob(_ number: Int, _ result: String) throws(SystemError) {
    try emit(Self.managerPath, "org.freedesktop.systemd1.Manager", "JobRemoved") {
      message throws(SystemError) in
      try message.append(
        UInt32(number), ObjectPath("/org/freedesktop/systemd1/job/\(number)"), "app.service", result)
    }
  }

  /// Changes a property and tells of it.
  func change(_ name: String, _ value: BusVariant) throws(SystemError) {
    properties[name] = value
    try emit(Self.unitPath, "org.freedesktop.DBus.Properties", "PropertiesChanged") {
      message throws(SystemError) in
      try message.append("org.freedesktop.systemd1.Unit", [name: value], [String]())
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
    let member = call.member ?? ""
    if let error {
      self.error = nil
      var text = unsafe sd_bus_error()
      unsafe sd_bus_error_set(&text, error, "No.")
      defer { unsafe sd_bus_error_free(&text) }
      return unsafe sd_bus_reply_method_error(raw, &text)
    }
    var reply: OpaquePointer?
    unsafe sd_bus_message_new_method_return(raw, &reply)
    guard let reply = unsafe reply else { return -ENOMEM }
    var answer = unsafe BusMessage(owning: reply)
    do throws(SystemError) {
      let jobEnd = try write(&answer, member, &call)
      if endsBeforeReply { try jobEnd() }
      try check(unsafe sd_bus_send(nil, answer.raw, nil), "sd_bus_send")
      if !endsBeforeReply { try jobEnd() }
      return 1
    } catch {
      return -error.errno
    }
  }

  /// Writes the answer; what it returns tells of the job's end.
  private func write(
    _ answer: inout BusMessage, _ member: String, _ call: inout BusMessage
  ) throws(SystemError) -> () throws(SystemError) -> Void {
    switch member {
    case "Subscribe", "Reload", "ResetFailedUnit": calls.append(member)
    case "LoadUnit": try answer.append(ObjectPath(Self.unitPath))
    case "GetAll":
      let interface: String = try call.read()
      onGetAll()
      let isUnit = interface == "org.freedesktop.systemd1.Unit"
      try answer.append(isUnit ? properties : ["NRestarts": BusVariant.uint32(7)])
    case "EnableUnitFiles":
      let names: [String] = try call.read()
      calls.append("\(member) \(names.joined(separator: " "))")
      try answer.append(true, [BusStruct("symlink", "/etc/a.wants/app.service", "/etc/app.service")])
    case "DisableUnitFiles": try answer.append([BusStruct("unlink", "/etc/a.wants/app.service", "")])
    default:
      let words = [try call.read(String.self), try call.read(String.self)]
      calls.append("\(member) \(words.joined(separator: " "))")
      lastJob += 1
      try answer.append(ObjectPath("/org/freedesktop/systemd1/job/\(lastJob)"))
      let number = lastJob
      return { () throws(SystemError) in
        if let outcome = self.outcome { try self.endJob(number, outcome) }
      }
    }
    return {}
  }
}
